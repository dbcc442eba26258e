import { readYaml } from '../compose/yaml.js';
import { type Comment, lineEndOf, type Range } from '../core/text.js';
import type { EngineDocument } from './model.js';

/** Reads daemon.json (JSON is YAML) or buildkitd.toml, told apart by the first sign. Never throws. */
export function parseEngine(text: string): EngineDocument {
  return /^\s*\{/.test(text.slice(0, 2_000)) ? parseJson(text) : parseToml(text);
}

function parseJson(text: string): EngineDocument {
  const { roots, errors } = readYaml(text);
  const root = roots[0];
  return {
    kind: 'engine',
    format: 'json',
    text,
    eol: lineEndOf(text),
    ...(root?.kind === 'map' ? { root } : {}),
    tables: [],
    comments: [],
    errors,
  };
}

/** Tables and comments; values are left to those who search them. */
function parseToml(text: string): EngineDocument {
  const tables: Range[] = [];
  const comments: Comment[] = [];
  let start = 0;
  for (let line = 0; line < text.length; ) {
    const found = text.indexOf('\n', line);
    const end = found < 0 ? text.length : found;
    const written = text.slice(line, end);
    const indentation = written.length - written.trimStart().length;
    if (written[indentation] === '[' && line > start) {
      tables.push({ start, end: line });
      start = line;
    }
    if (written[indentation] === '#') {
      const range = { start: line + indentation, end: line + written.trimEnd().length };
      comments.push({ text: text.slice(range.start, range.end), range, ownLine: true });
    }
    line = end + 1;
  }
  if (text.length > start) tables.push({ start, end: text.length });
  return { kind: 'engine', format: 'toml', text, eol: lineEndOf(text), tables, comments, errors: [] };
}
