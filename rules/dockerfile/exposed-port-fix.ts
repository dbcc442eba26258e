import { deleteLines, type Edit } from '../core/edit.js';
import { contains } from '../core/text.js';
import { removeWords } from '../shell/edit.js';
import type { DockerfileDocument } from './model.js';
import { type ExposedPort, instructionsOf, shippedChain } from './queries.js';

/** Takes the port out of its EXPOSE, or that out of the file where it names no other. */
export function withoutPort(document: DockerfileDocument, { first, range }: ExposedPort): readonly Edit[] | undefined {
  const written = document.text.slice(range.start, range.end);
  if (!/^\d+(?:\/tcp)?$/i.test(written) || Number.parseInt(written, 10) !== first) return undefined;
  const instruction = shippedChain(document)
    .flatMap((it) => instructionsOf(it.instructions, 'EXPOSE'))
    .find((it) => contains(it.range, range));
  if (!instruction || instruction.onbuild) return undefined;
  return instruction.ports.length === 1
    ? [deleteLines(document.text, instruction.range)]
    : removeWords(document.text, [range]);
}
