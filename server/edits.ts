import {
  type AnnotatedTextEdit,
  type ChangeAnnotation,
  CreateFile,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { ReportedFix } from '../rules/core/analyze.js';
import type { Edit } from '../rules/core/edit.js';
import { absolutePath } from '../workspace/project.js';
import type { Judged } from './judge.js';
import { positionsOf } from './position.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';
import { pathOf, uriOf } from './uri.js';

/** What is to become of one file. */
export interface FileChange {
  readonly uri: string;
  /** Of the open document that the edits were made for. */
  readonly version?: number;
  readonly edits: readonly TextEdit[];
  /** It is not there yet. */
  readonly created: boolean;
}

/** The edits of a fix, against the version they were made for. One that may change behaviour says so in the preview. */
export function fixEdit(session: Session, judged: Judged, fix: ReportedFix): WorkspaceEdit {
  const changes = changesOf(session, judged, fix);
  if (fix.applicability === 'safe' || !session.client.changeAnnotations) return workspaceEdit(session, changes);
  const say = (template: string): string => session.say({ template, data: {} }, judged.file);
  const places = changes.reduce((sum, it) => sum + it.edits.length, 0);
  return workspaceEdit(session, changes, {
    label: say(fix.applicability === 'manual' ? TEXTS.blank : TEXTS.behaviour),
    description: session.say(fix.title, judged.file),
    // A change in one place is seen where it happens; changes in several are shown before they are made.
    needsConfirmation: places > 1,
  });
}

/** Whether the client can make the edits of a fix: not every one can create files. */
export function canApply({ client, documents }: Session, { file, options }: Judged, fix: ReportedFix): boolean {
  if (client.createFiles) return true;
  return (fix.elsewhere ?? []).every(({ path }) => {
    const uri = file === undefined ? undefined : uriOf(absolutePath(file, options.project, path));
    return options.project.read(path) !== undefined || documents.all().some((it) => it.uri === uri);
  });
}

export function plainEdit(session: Session, judged: Judged, edits: readonly Edit[]): WorkspaceEdit {
  return workspaceEdit(session, changesOf(session, judged, { edits }));
}

/** @param annotation asks the user before the changes are made; for clients that know it. */
export function workspaceEdit(
  { client }: Session,
  changes: readonly FileChange[],
  annotation?: ChangeAnnotation,
): WorkspaceEdit {
  if (!client.documentChanges) return { changes: Object.fromEntries(changes.map((it) => [it.uri, [...it.edits]])) };
  const annotated = (it: TextEdit): TextEdit | AnnotatedTextEdit => (annotation ? { ...it, annotationId: 'fix' } : it);
  return {
    documentChanges: changes.flatMap(({ uri, version, edits, created }) => [
      ...(created ? [CreateFile.create(uri, { ignoreIfExists: true })] : []),
      { textDocument: { uri, version: version ?? null }, edits: edits.map(annotated) },
    ]),
    ...(annotation ? { changeAnnotations: { fix: annotation } } : {}),
  };
}

function changesOf(
  session: Session,
  { uri, version, file, positions, options }: Judged,
  { edits, elsewhere = [] }: Pick<ReportedFix, 'edits' | 'elsewhere'>,
): readonly FileChange[] {
  const own = { uri, edits: edits.map((it) => positions.toTextEdit(it)), created: false };
  const others = elsewhere.map((it): FileChange => {
    const place = absolutePath(file ?? '', options.project, it.path);
    const text = options.project.read(it.path);
    const open = openDocument(session, place);
    const { toTextEdit } = positionsOf(text ?? '');
    return {
      uri: open?.uri ?? uriOf(place),
      edits: it.edits.map((edit) => toTextEdit(edit)),
      created: text === undefined,
      ...(open ? { version: open.version } : {}),
    };
  });
  return [...(edits.length > 0 ? [{ ...own, ...(version === undefined ? {} : { version }) }] : []), ...others];
}

export function openDocument({ documents }: Session, file: string) {
  return documents.all().find((it) => pathOf(it.uri) === file);
}
