import { type Edit, insertLineAbove, insertLineBelow } from '../core/edit.js';
import type { ImageReference } from '../images/reference.js';
import type { DockerfileDocument, Stage } from './model.js';
import { ownCommand, ownEntrypoint } from './privilege.js';
import { instructionsOf } from './queries.js';

/**
 * The two accounts of Windows containers:
 * https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-security
 */
export const CONTAINER_USER = 'ContainerUser';

export function isContainerAdministrator(user: string): boolean {
  return /^(?:user manager\\)?containeradministrator$/i.test(user);
}

/** Nano Server starts as ContainerUser, all other Windows images as ContainerAdministrator. */
export function startsAsAdministrator({ path, tag }: ImageReference): boolean {
  const name = `${path}:${tag?.value ?? ''}`;
  return !/nanoserver/i.test(name) && (/servercore/i.test(name) || /^(?:windows|dotnet\/framework)(?:\/|$)/.test(path));
}

/** A program of one's own: shells are for people, and the service monitor of IIS has to start services. */
export function startsWindowsProgram(stage: Stage): boolean {
  const [first] = [ownEntrypoint(stage), ownCommand(stage)].flatMap((it) => it?.script.commands ?? []);
  return first !== undefined && !/^(?:cmd|powershell|pwsh|servicemonitor|logmonitor)(?:\.exe)?$/i.test(first.name);
}

/** USER below the last step, above what is started. */
export function insertContainerUser(document: DockerfileDocument, { instructions }: Stage): Edit {
  const line = `USER ${CONTAINER_USER}`;
  const last = instructions.findLast((it) => /^(?:RUN|COPY|ADD|WORKDIR|VOLUME)$/.test(it.keyword));
  const start = [...instructionsOf(instructions, 'ENTRYPOINT'), ...instructionsOf(instructions, 'CMD')].find(
    (it) => it.range.start > (last?.range.start ?? 0),
  );
  if (start) return insertLineAbove(document, start.range.start, line);
  return insertLineBelow(document, Math.max(0, (last?.range.end ?? document.text.length) - 1), line);
}
