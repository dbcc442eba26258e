import type { Range } from '../core/text.js';
import { hostPathOf } from './host-path.js';
import type { ComposeDocument, ComposeEntry, ComposeService } from './model.js';
import { capabilitiesOf, isTrue, textOf, volumesOf } from './queries.js';

/** What lets a service reach into its host. */
export interface HostAccess {
  /** As a person would say it: `privileged`, `pid: host`, `SYS_ADMIN`, `/etc`. */
  readonly by: string;
  readonly range: Range;
}

/** The first thing by which a service reaches the host itself: its processes, its files, its devices, its container runtime. */
export function hostAccessOf(document: ComposeDocument, service: ComposeService): HostAccess | undefined {
  const entry = (key: string, isIt: (it: ComposeEntry) => boolean): ComposeEntry | undefined => {
    const found = service.get(key);
    return found && isIt(found) ? found : undefined;
  };
  const privileged = entry('privileged', (it) => isTrue(it.value));
  if (privileged) return { by: 'privileged', range: privileged.range };
  const pid = entry('pid', (it) => textOf(it)?.value === 'host');
  if (pid) return { by: 'pid: host', range: pid.range };
  const capability = capabilitiesOf(service, 'cap_add').find((it) => POWERFUL.has(it.name));
  if (capability) return { by: capability.name, range: capability.item.range };
  for (const volume of volumesOf(service, document)) {
    const path = hostPathOf(volume, document);
    if (path !== undefined && HOST.test(path)) return { by: path, range: volume.range };
  }
  return undefined;
}

/** Capabilities with which a program can leave its container. */
const POWERFUL = new Set('ALL SYS_ADMIN SYS_MODULE SYS_PTRACE SYS_RAWIO DAC_READ_SEARCH BPF'.split(' '));

/** Sockets of container runtimes, and folders that are the host itself. */
const HOST =
  /^\/$|^\/(?:etc|root|home|proc|sys|dev|boot|run|var|usr)$|^\/run\/(?:docker|podman|containerd|crio)|^\/var\/lib\/(?:docker|containerd|kubelet)(?:\/|$)/;
