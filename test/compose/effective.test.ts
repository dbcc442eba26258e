import { describe, expect, it } from 'vitest';
import { effectiveCompose } from '../../rules/compose/effective.js';
import type { ComposeDocument, ComposeEntry, ComposeMap, ComposeNode } from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';
import { interpolate } from '../../rules/compose/queries.js';
import { isElsewhere, ownRange } from '../../rules/core/elsewhere.js';
import type { Project } from '../../rules/core/project.js';
import { lineStarts, positionAt, type Range } from '../../rules/core/text.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';
import { EXTENSIONS, INCLUSIONS, type MergeCase, OVERRIDES, VARIABLES } from './merge-cases.js';

describe.each([
  ['overrides', OVERRIDES],
  ['extends', EXTENSIONS],
  ['include', INCLUSIONS],
  ['variables', VARIABLES],
])('%s', (_, cases) => {
  it.each(cases.map((it) => [it.title, it] as const))('%s', (_title, { files, set, expected }) => {
    for (const judged of set) {
      const { document, project } = seen(judged, files);
      for (const [path, value] of Object.entries(expected))
        expect(shownAt(document, path, project), `${path} from ${judged}`).toEqual(value);
    }
  });
});

function seen(
  judged: string,
  files: MergeCase['files'],
): { readonly document: ComposeDocument; readonly project: Project } {
  const project = projectOfTexts(judged, files);
  return { document: effectiveCompose(parseCompose(files[judged] ?? ''), project), project };
}

function shownAt(document: ComposeDocument, path: string, project: Project): unknown {
  const [name = '', ...keys] = path.split('.');
  const service = document.services.find((it) => it.name.value === name);
  let entry: ComposeEntry | undefined = service?.entry;
  for (const key of keys) entry = entry?.value.kind === 'map' ? entry.value.get(key) : undefined;
  return entry && shown(entry.key.value, entry.value, project);
}

/** Keys whose values may be lists of `NAME=value`, or of names. */
const PAIRS = new Set(['environment', 'labels', 'sysctls', 'annotations', 'args']);

function shown(key: string, node: ComposeNode, project: Project): unknown {
  if (node.kind === 'scalar')
    return `${node.value === null ? '-' : interpolate(node.text, node).value} ${placed(node.range, project)}`;
  if (node.kind === 'map') return shownMap(node, project);
  if (!PAIRS.has(key)) return node.items.map((it) => shown('', it, project));
  return Object.fromEntries(
    node.items.map((it) => {
      const [name = '', value = '-'] = it.kind === 'scalar' ? it.text.split('=') : [];
      return [name, `${value} ${placed(it.range, project)}`];
    }),
  );
}

function shownMap(map: ComposeMap, project: Project): unknown {
  return Object.fromEntries(map.entries.map((it) => [it.key.value, shown(it.key.value, it.value, project)]));
}

const SHORT: Readonly<Record<string, string>> = { 'compose.yaml': 'base', 'compose.override.yaml': 'over' };

function placed(range: Range, project: Project): string {
  const path = (isElsewhere(range) ? project.fileAt(range.start) : undefined) ?? project.path ?? '';
  const { line } = positionAt(lineStarts(project.read(path) ?? ''), ownRange(range).start);
  return `${SHORT[path] ?? path}:${line + 1}`;
}
