import { deleteLines, type Edit } from '../core/edit.js';
import { remembered } from '../core/remembered.js';
import { contains } from '../core/text.js';
import { removeWords } from '../shell/edit.js';
import type { DockerfileDocument } from './model.js';
import { type ExposedPort, instructionsOf, shippedChain } from './queries.js';

/** Takes the port out of its EXPOSE, or that out of the file where it names no other. */
export function withoutPort(document: DockerfileDocument, { first, range }: ExposedPort): readonly Edit[] | undefined {
  const written = document.text.slice(range.start, range.end);
  if (!/^\d+(?:\/tcp)?$/i.test(written) || Number.parseInt(written, 10) !== first) return undefined;
  const instruction = exposing(document).find((it) => contains(it.range, range));
  // Nobody writes so many; what must go is looked for in the whole instruction each time.
  if (!instruction || instruction.onbuild || instruction.ports.length > MOST_PORTS) return undefined;
  return instruction.ports.length === 1
    ? [deleteLines(document.text, instruction.range)]
    : removeWords(document.text, [range]);
}

const MOST_PORTS = 100;

const exposing = remembered((document: DockerfileDocument) =>
  shippedChain(document).flatMap((it) => instructionsOf(it.instructions, 'EXPOSE')),
);
