import { fixAll } from '../rules/core/analyze.js';
import { projectWithTexts } from '../rules/core/changed-project.js';
import { absolutePath } from '../workspace/project.js';
import { readText } from '../workspace/read.js';
import { type FileChange, openDocument } from './edits.js';
import { editsBetween } from './edits-between.js';
import type { Judged } from './judge.js';
import { positionsOf } from './position.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';
import { pathOf, uriOf } from './uri.js';

/** All safe fixes of some texts to their fixed point, and how many they are. */
export interface SafeFixes {
  readonly changes: readonly FileChange[];
  readonly fixes: number;
}

/** One after the other: what a fix changes in another file is known to those that follow. */
export function fixAllSafe(session: Session, all: readonly Judged[]): SafeFixes {
  const texts = new Map<string, string>();
  let fixes = 0;
  for (const judged of all) {
    const { kind, file, options } = judged;
    if (kind === 'config') continue;
    const text = texts.get(judged.uri) ?? judged.text;
    const project = projectWithTexts(options.project, projectTexts(judged, texts));
    const result = fixAll({ kind, text }, { ...options, project });
    for (const rule of result.unsettled) {
      const path = file ?? judged.uri;
      session.connection.console.error(session.say({ template: TEXTS.notSettled, data: { rule, path } }));
    }
    if (result.text !== text) texts.set(judged.uri, result.text);
    for (const [path, changed] of result.elsewhere) {
      const place = absolutePath(file ?? '', options.project, path);
      texts.set(openDocument(session, place)?.uri ?? uriOf(place), changed);
    }
    fixes += [...result.applied.values()].reduce((sum, count) => sum + count, 0);
  }
  return { changes: [...texts].map(([uri, text]) => changeOf(session, uri, text)), fixes };
}

/** The changed texts of the judged file's project, by their paths in it. */
function projectTexts(
  { file, options: { project } }: Judged,
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  if (file === undefined || project.path === undefined) return new Map();
  const root = file.slice(0, -project.path.length);
  return new Map(
    [...texts].flatMap(([uri, text]): readonly [string, string][] => {
      const path = pathOf(uri);
      return path?.startsWith(root) ? [[path.slice(root.length).replaceAll('\\', '/'), text]] : [];
    }),
  );
}

function changeOf(session: Session, uri: string, text: string): FileChange {
  const file = pathOf(uri);
  const open = session.documents.get(uri);
  const read = open || file === undefined ? undefined : readText(file);
  const before = open?.getText() ?? (read && 'text' in read ? read.text : '');
  const { toTextEdit } = positionsOf(before);
  return {
    uri,
    edits: editsBetween(before, text).map((it) => toTextEdit(it)),
    created: !open && read !== undefined && !('text' in read),
    ...(open ? { version: open.version } : {}),
  };
}
