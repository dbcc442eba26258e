import { hostPathOf } from '../../compose/host-path.js';
import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { capabilitiesOf, imageOf, isTrue, textOf, volumesOf } from '../../compose/queries.js';
import { isWhole } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'host-watch-disabled',
  severity: 'info',
  summary: 'A monitor of the host must be given what it needs to see the host.',
  why: `
    Falco, Tetragon, Tracee and the agents of Sysdig watch the kernel from a container. Without the rights and folders that their documentation
    asks for they start all the same, or seem to, and see nothing but themselves. Everyone believes that somebody is watching then, which is
    worse than to know that nobody is.
  `,
  references: [
    'https://falco.org/docs/setup/container/',
    'https://tetragon.io/docs/installation/docker/',
    'https://aquasecurity.github.io/tracee/latest/docs/install/docker/',
  ],
  standards: { nist: ['4.4.4'], cwe: ['CWE-778'] },
  equivalents: {},
  messages: {
    blind: '{monitor} sees less than it is meant to: {missing} is missing. Add it, as its documentation says.',
  },

  check: {
    compose(document) {
      return document.services.flatMap((service) => {
        const name = imageOf(service)?.name ?? '';
        const monitor = MONITORS.find((it) => it.image.test(name));
        if (!monitor || !isWhole(service)) return [];
        const missing = monitor.needs.filter((it) => !it.isMet(document, service)).map((it) => it.name);
        if (missing.length === 0) return [];
        const image = service.get('image')?.value.range ?? service.name.range;
        return [{ message: 'blind', data: { monitor: monitor.name, missing: missing.join(', ') }, range: image }];
      });
    },
  },

  examples: [
    {
      title: 'Falco without rights, Tetragon without the processes of the host',
      in: 'compose',
      bad: `
        services:
          falco:
            image: «falcosecurity/falco:0.41.3»
            volumes:
              - /proc:/host/proc:ro
          tetragon:
            image: «quay.io/cilium/tetragon:v1.5.0»
            privileged: true
            volumes:
              - /sys/kernel/btf/vmlinux:/var/lib/tetragon/btf
      `,
      expect: ['blind', 'blind'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'As their documentation shows',
      in: 'compose',
      good: `
        services:
          falco:
            image: falcosecurity/falco:0.41.3
            cap_drop: [ALL]
            cap_add: [SYS_ADMIN, SYS_RESOURCE, SYS_PTRACE]
            volumes:
              - /var/run/docker.sock:/host/var/run/docker.sock
              - /proc:/host/proc:ro
              - /etc:/host/etc:ro
          tetragon:
            image: quay.io/cilium/tetragon:v1.5.0
            privileged: true
            pid: host
            volumes: ["/sys/kernel/btf/vmlinux:/var/lib/tetragon/btf"]
          tracee:
            image: aquasec/tracee:0.23.1
            privileged: true
            pid: host
            cgroup: host
            volumes: ["/etc/os-release:/etc/os-release-host:ro"]
          loader:
            image: falcosecurity/falco-driver-loader:0.41.3
            privileged: true
      `,
    },
  ],
});

interface Need {
  /** As it is written in a compose file. */
  readonly name: string;
  readonly isMet: (document: ComposeDocument, service: ComposeService) => boolean;
}

const allowed = (...capabilities: readonly string[]): Need => ({
  name: ['privileged', ...capabilities].join(' or '),
  isMet: (_document, service) =>
    isTrue(service.get('privileged')?.value) ||
    ['ALL', ...capabilities].some((it) => capabilitiesOf(service, 'cap_add').some(({ name }) => name === it)),
});

const HOST_PROCESSES: Need = {
  name: 'pid: host',
  isMet: (_document, service) => textOf(service.get('pid'))?.value === 'host',
};

const mounted = (path: string): Need => ({
  name: path,
  isMet: (document, service) =>
    volumesOf(service, document).some((it) => {
      const source = hostPathOf(it, document);
      // What a variable hides may be it.
      return source === path || source === '/' || it.source?.known === false;
    }),
});

/** What the documentation of each asks for in a container (August 2026). */
const MONITORS: readonly { readonly name: string; readonly image: RegExp; readonly needs: readonly Need[] }[] = [
  {
    name: 'Falco',
    image: /(?:^|\/)falco(?:-no-driver)?$/,
    needs: [allowed('SYS_ADMIN', 'BPF'), mounted('/proc'), mounted('/etc')],
  },
  { name: 'Tetragon', image: /(?:^|\/)tetragon$/, needs: [allowed(), HOST_PROCESSES] },
  { name: 'Tracee', image: /(?:^|\/)tracee$/, needs: [allowed('SYS_ADMIN', 'BPF'), HOST_PROCESSES] },
  {
    name: 'The agent of Sysdig',
    image: /^(?:quay\.io\/)?sysdig\/agent(?:-slim)?$/,
    needs: [allowed(), HOST_PROCESSES, mounted('/proc')],
  },
];
