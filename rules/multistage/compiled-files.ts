import type { CopyInstruction, Instruction } from '../dockerfile/model.js';
import { instructionsOf } from '../dockerfile/queries.js';
import { contextCopies, hasContext, listContext, placedSources, textsBelow } from './context.js';
import type { Artefact } from './plan.js';
import { basename, expanded, joinPath, type Reading } from './reading.js';

/** How the sources of a compiled language are told from what its programs read. */
export interface SourceFiles {
  /** Files and folders of the context that only the compiler reads, by their last name. */
  readonly sources: RegExp;
  /** Endings of source files, to look in for what the program opens. */
  readonly ending: RegExp;
}

/** COPY instructions of the build whose files the program itself needs: a script, configuration. */
export function runCopies(
  reading: Reading,
  last: Instruction,
  { sources, ending }: SourceFiles,
  script: CopyInstruction | undefined,
): readonly CopyInstruction[] {
  const contextual = new Set(contextCopies(reading));
  return instructionsOf(reading.stage.instructions, 'COPY', 'ADD').filter((copy) => {
    if (copy.range.start > last.range.end) return false;
    if (copy === script) return true;
    if (!contextual.has(copy)) return !servesBuild(reading, copy, ending);
    const placed = placedSources(reading).filter((it) => it.copy === copy);
    return (
      placed.length > 0 &&
      !placed.some(
        (it) => it.source === '' || sources.test(basename(it.source)) || isSourceFolder(reading, it.source, sources),
      )
    );
  });
}

/** What another image or an address brings: a tool that a step starts, or files that the sources take in. */
function servesBuild(reading: Reading, copy: CopyInstruction, ending: RegExp): boolean {
  const target = joinPath(reading.folderAt(copy), expanded(reading.document, copy, copy.destination?.value ?? ''));
  if (target === undefined) return false;
  const names = [target, ...copy.sources.map((it) => it.value)].map((it) => basename(it.replace(/\/+$/, '')));
  if (reading.work.some((it) => names.includes(it.command.name))) return true;
  return textsBelow(reading, '', ending).some((it) => names.some((name) => name !== '' && embeds(name).test(it)));
}

function embeds(name: string): RegExp {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`go:embed[^\\n]*\\b${escaped}|include_(?:str|bytes|dir)!|rust-embed|RustEmbed`);
}

function isSourceFolder(reading: Reading, source: string, sources: RegExp): boolean {
  const entries = listContext(reading, source);
  return entries?.some((it) => it.type === 'file' && sources.test(it.name)) ?? false;
}

/** Files of the context that the sources name, where all of it is copied. */
export function dataFiles(
  reading: Reading,
  { ending, sources }: SourceFiles,
  last: Instruction,
  copies: readonly CopyInstruction[],
): readonly Artefact[] {
  const whole = placedSources(reading).find((it) => it.source === '' && it.copy.range.start < last.range.end);
  const folder = reading.folderAt(undefined);
  if (!whole || !hasContext(reading) || whole.target !== folder) return [];
  const texts = textsBelow(reading, '', ending);
  return (listContext(reading, '') ?? []).flatMap(({ name, type }): Artefact[] => {
    if (name.startsWith('.') || sources.test(name) || NOT_SHIPPED.test(name) || (type !== 'file' && type !== 'folder'))
      return [];
    if (copies.some((copy) => placedSources(reading).some((it) => it.copy === copy && it.source === name))) return [];
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const named = new RegExp(`["'\`](?:\\./)?${escaped}(?:/[^"'\`\\n]*)?["'\`]`);
    const embedded = embeds(name);
    const found = texts.filter((it) => named.test(it));
    if (found.every((it) => embedded.test(it))) return [];
    return [{ from: `${folder === '/' ? '' : folder}/${name}`, folder: type === 'folder' }];
  });
}

const NOT_SHIPPED =
  /^(?:Dockerfile.*|.*\.Dockerfile|(?:docker-)?compose.*\.ya?ml|README.*|LICENSE.*|Makefile|test|tests|testdata|docs?|target|build|bin|cmd|internal|pkg|src|lib)$/i;
