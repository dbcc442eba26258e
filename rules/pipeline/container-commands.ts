import type { ShellCommand, ShellWord } from '../shell/model.js';
import { type Option, readArguments } from '../shell/options.js';

/** A command that starts a container: `docker run`, `podman create` and the like. */
export interface ContainerCommand {
  /** `docker` */
  readonly program: string;
  /** Of the container, not of the program in it. */
  readonly options: readonly Option[];
  readonly image?: ShellWord;
}

const ENGINES = new Set(['docker', 'podman', 'nerdctl']);

/** Options of `run` and `create` that take the next word as their value. */
const VALUES = new Set(
  `-a --attach --add-host --annotation --blkio-weight --blkio-weight-device --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile
  -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpus --cpuset-cpus --cpuset-mems --detach-keys --device
  --device-cgroup-rule --device-read-bps --device-read-iops --device-write-bps --device-write-iops --dns --dns-option --dns-search
  --domainname --entrypoint -e --env --env-file --expose --gpus --group-add --health-cmd --health-interval --health-retries
  --health-start-period --health-timeout -h --hostname --ip --ip6 --ipc --isolation -l --label --label-file --link --link-local-ip
  --log-driver --log-opt --mac-address -m --memory --memory-reservation --memory-swap --memory-swappiness --mount --name --net
  --network --net-alias --network-alias --oom-score-adj --pid --pids-limit --platform -p --publish --pull --restart --runtime
  --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit -u --user --userns --uts -v --volume
  --volume-driver --volumes-from -w --workdir --arch --os --secret --subuidname --subgidname --systemd --timezone --umask --authfile`.split(
    /\s+/,
  ),
);

/** The container that a command starts; undefined for every other command. */
export function containerCommand({ name, words }: ShellCommand): ContainerCommand | undefined {
  if (!ENGINES.has(name)) return undefined;
  const start = words.findIndex((it) => it.value === 'run' || it.value === 'create');
  // Before it stand `container`, or an option of the program with its value.
  if (start < 1 || start > 3) return undefined;
  const { options, operands } = readArguments(words.slice(start + 1), { values: VALUES, untilOperand: true });
  return { program: name, options, ...(operands[0] ? { image: operands[0] } : {}) };
}
