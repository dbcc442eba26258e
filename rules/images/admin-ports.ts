/** A port by which machines are operated; nothing that an application serves to its users. */
export interface AdminPort {
  readonly port: number;
  /** What listens there, as its makers write it. */
  readonly service: string;
}

/** By the IANA registry (https://www.iana.org/assignments/service-names-port-numbers) and the programs' own pages. SSH is ssh-server-in-image's. */
const PORTS: readonly AdminPort[] = [
  { port: 23, service: 'Telnet' },
  { port: 512, service: 'rexec' },
  { port: 513, service: 'rlogin' },
  { port: 2375, service: 'the Docker API' },
  { port: 2376, service: 'the Docker API' },
  { port: 2377, service: 'the Docker Swarm API' },
  { port: 3389, service: 'Remote Desktop' },
  { port: 5800, service: 'VNC' },
  ...[5900, 5901, 5902, 5903].map((port) => ({ port, service: 'VNC' })),
  { port: 5985, service: 'WinRM' },
  { port: 5986, service: 'WinRM' },
  { port: 10250, service: 'the kubelet API' },
  { port: 10255, service: 'the kubelet API' },
];

/** The first administration port from `first` to `last`; `further` are those of the configuration. */
export function adminPortIn(
  { first, last }: { readonly first: number; readonly last: number },
  further: readonly string[] = [],
): AdminPort | undefined {
  const own = further.map((it): AdminPort => ({ port: Number(it), service: 'a port for administration' }));
  return [...PORTS, ...own].find(({ port }) => first <= port && port <= last);
}
