import type { DockerfileDocument, Mount, RunInstruction } from '../dockerfile/model.js';
import { shippedRuns } from '../dockerfile/queries.js';
import type { ShellCommand, ShellWord } from '../shell/model.js';

/** A secret that a step of the shipped image takes out of its mount. */
export interface MountedCopy {
  /** Of the secret as the build is given it. */
  readonly id: string;
  /** Where it is written. */
  readonly to: ShellWord;
}

/** Whole secrets that `cp`, `install` or `cat` writes into the layer, and that the RUN does not delete again. */
export function mountedCopies(document: DockerfileDocument): readonly MountedCopy[] {
  return shippedRuns(document).flatMap((run) => {
    const secrets = run.onbuild ? [] : run.mounts.flatMap(secretOf);
    return secrets.length === 0 ? [] : run.script.commands.flatMap((it) => copiesBy(it, run, secrets));
  });
}

interface MountedSecret {
  readonly id: string;
  readonly target: string;
}

function secretOf(mount: Mount): readonly MountedSecret[] {
  if (mount.type !== 'secret') return [];
  const target = valueOf(mount, 'target', 'dst', 'destination');
  const id = valueOf(mount, 'id') ?? target?.slice(target.lastIndexOf('/') + 1);
  if (id === undefined || isPublic(id)) return [];
  return [{ id, target: target ?? `/run/secrets/${id}` }];
}

function copiesBy(
  command: ShellCommand,
  run: RunInstruction,
  secrets: readonly MountedSecret[],
): readonly MountedCopy[] {
  const operands = command.words.slice(1).filter((it) => !it.value.startsWith('-'));
  const secret = secrets.find(({ target }) => operands.some((it) => it.value === target));
  if (!secret) return [];
  const to = targetOf(command, run, operands);
  if (!to || !isKept(to.value, command, run)) return [];
  return [{ id: secret.id, to }];
}

function targetOf(command: ShellCommand, run: RunInstruction, operands: readonly ShellWord[]): ShellWord | undefined {
  if (command.name === 'cp' || command.name === 'install') return operands.length > 1 ? operands.at(-1) : undefined;
  if (command.name !== 'cat') return undefined;
  return run.facts.writes.find((it) => it.command === command)?.path;
}

/** In no mount, no file of the system's own, and not deleted by the same RUN, as far as can be told. */
function isKept(path: string, { range }: ShellCommand, { facts, mounts }: RunInstruction): boolean {
  if (/^\/(?:dev|proc|sys|run)\//.test(path) || isPublic(path)) return false;
  if (mounts.some((it) => isBelow(path, valueOf(it, 'target', 'dst', 'destination')))) return false;
  return !facts.deletions.some((it) => it.command.range.start > range.start);
}

function isBelow(path: string, folder: string | undefined): boolean {
  return folder !== undefined && `${path}/`.startsWith(`${folder.replace(/\/+$/, '')}/`);
}

/** Certificates and lists of hosts are mounted like secrets, and are none. */
function isPublic(name: string): boolean {
  return /(?:^|[^a-z])(?:ca|cacerts?|certs?|certificates?|crt|bundle|chain|pub|public|known_hosts)(?:$|[^a-z])/i.test(
    name,
  );
}

function valueOf({ options }: Mount, ...names: readonly string[]): string | undefined {
  return options.find((it) => names.includes(it.name))?.value;
}
