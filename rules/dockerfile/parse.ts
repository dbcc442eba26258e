import { type Comment, lineEndOf, type Range } from '../core/text.js';
import { readDirectives } from './directives.js';
import { readDraft, takesHeredocs } from './draft.js';
import { heredocMarks, readHeredocs, type Terminators } from './heredoc.js';
import { toInstruction } from './instructions.js';
import { newWork } from './lexer.js';
import { commentOn, type Lines, lineRange, linesOf, readLogicalLine } from './lines.js';
import type { ArgInstruction, DockerfileDocument, Instruction, ParseError } from './model.js';
import { globalScope } from './scope.js';
import { readStages, type ShellChange, shellAt, shellChanges } from './stages.js';
import { TEXTS } from './texts.js';
import { instructionErrors, structureErrors } from './validity.js';

/** Reads a Dockerfile as BuildKit does. Never throws; takes time linear in the length of the text. */
export function parseDockerfile(text: string): DockerfileDocument {
  const lines = linesOf(text);
  const terminators: Terminators = { lines };
  const { directives, escape, errors: directiveErrors, firstLine } = readDirectives(lines);
  const comments: Comment[] = [];
  const errors: ParseError[] = [...directiveErrors, ...longLines(lines)];
  const instructions: Instruction[] = [];
  let shells: readonly ShellChange[] = [];

  for (let line = firstLine; line < lines.starts.length; ) {
    const comment = commentOn(lines, line);
    const logical = comment ? undefined : readLogicalLine(lines, line, escape, comments);
    if (comment) comments.push(comment);
    if (!logical) {
      line++;
      continue;
    }
    const { joined } = logical;
    const draft = readDraft(joined, 0, joined.text.length);
    const marks = takesHeredocs(draft) ? heredocMarks(joined.text) : [];
    const { heredocs, nextLine, open } = readHeredocs(terminators, joined, marks, logical.nextLine);
    const range: Range = { start: logical.start, end: lineRange(lines, nextLine - 1).end };
    if (open)
      errors.push({
        range: open,
        message: { template: TEXTS.openHeredoc, data: { name: heredocs.at(-1)?.name ?? '' } },
      });
    const instruction = toInstruction(draft, {
      file: text,
      escape,
      range,
      heredocs,
      onbuild: false,
      language: () => shellAt(shells, range.start),
    });
    instructions.push(instruction);
    errors.push(...instructionErrors(instruction, draft));
    line = nextLine;
  }

  const globalArgs = argsBeforeFrom(instructions);
  const stages = readStages(instructions, globalScope(globalArgs, escape, newWork()), escape);
  shells = shellChanges(stages);
  return {
    kind: 'dockerfile',
    text,
    eol: lineEndOf(text),
    escape,
    directives,
    comments,
    instructions,
    globalArgs,
    stages,
    errors: [...errors, ...structureErrors(instructions)].sort((a, b) => a.range.start - b.range.start),
  };
}

function argsBeforeFrom(instructions: readonly Instruction[]): readonly ArgInstruction[] {
  const args: ArgInstruction[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') break;
    if (instruction.keyword === 'ARG') args.push(instruction);
  }
  return args;
}

/** BuildKit reads lines of at most 65,535 bytes, in UTF-8. */
function longLines(lines: Lines): readonly ParseError[] {
  const limit = 65_535;
  const errors: ParseError[] = [];
  for (let line = 0; line < lines.starts.length; line++) {
    const length = (lines.starts[line + 1] ?? lines.text.length) - (lines.starts[line] ?? 0);
    // No character takes more than three bytes a UTF-16 unit.
    if (length * 3 <= limit) continue;
    const range = lineRange(lines, line);
    if (utf8Length(lines.text, range) > limit) errors.push({ range, message: { template: TEXTS.longLine, data: {} } });
  }
  return errors;
}

function utf8Length(text: string, { start, end }: Range): number {
  let bytes = 0;
  for (let offset = start; offset < end; offset++) {
    const code = text.charCodeAt(offset);
    if (code < 0x80) bytes++;
    else if (code < 0x800 || (code >= 0xd800 && code <= 0xdfff)) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}
