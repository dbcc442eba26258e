import type { ComposeDocument } from '../compose/model.js';
import type { Edit } from '../core/edit.js';
import { placeIn } from '../core/elsewhere.js';
import type { Project } from '../core/project.js';
import type { ServiceBuild } from './build-links.js';
import { passAsSecret, withoutArgument } from './build-secret-edit.js';
import { keepInEnvFile } from './env-file.js';
import { setAtStart } from './start-variable-edit.js';

/** A variable that a Dockerfile sets no more. */
export interface HandedOver {
  readonly name: string;
  /** As which the build gets it, where it does. */
  readonly secret: string | undefined;
  /** The container gets it when it starts. */
  readonly started: boolean;
  readonly value: string | undefined;
}

/**
 * What the compose files that build the image have to do so that the build and the container get the variable, the value
 * kept in `.env`. Undefined where one of them cannot be changed; by places on the number line of positions.
 *
 * @param documentOf the file alone, by its path.
 */
export function handOver(
  project: Project,
  builds: readonly ServiceBuild[],
  variable: HandedOver,
  documentOf: (file: string) => ComposeDocument | undefined,
): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  for (const file of new Set(builds.map((it) => it.file))) {
    const document = documentOf(file);
    const services = builds.filter((it) => it.file === file).map((it) => it.service.name.value);
    const own = document && inFile(project, file, document, services, variable);
    if (!own) return undefined;
    edits.push(...own);
  }
  return edits.filter(
    (it, index) => edits.findIndex((one) => one.range.start === it.range.start && one.text === it.text) === index,
  );
}

function inFile(
  project: Project,
  file: string,
  document: ComposeDocument,
  services: readonly string[],
  { name, secret, started, value }: HandedOver,
): readonly Edit[] | undefined {
  const passed =
    secret === undefined ? undefined : passAsSecret(document, services, { argument: name, id: secret, value });
  const set = started ? setAtStart(document, services, name) : [];
  const gone = passed ? [] : withoutArgument(document, services, name);
  if (!set || !gone || (secret !== undefined && !passed)) return undefined;
  const written = passed ? passed.value : value;
  const kept = written === undefined ? [] : keepInEnvFile(project, file, passed?.variable ?? name, written);
  if (!kept) return undefined;
  const own = [...(passed?.edits ?? []), ...gone, ...set, ...(passed?.declared ?? [])].sort(
    (a, b) => a.range.start - b.range.start,
  );
  const joined = withInsertions(document, own);
  const isDisjoint = joined.every((it, index) => index === 0 || (joined[index - 1]?.range.end ?? 0) <= it.range.start);
  if (!isDisjoint) return undefined;
  return [...joined.map(({ range, text }) => ({ range: placeIn(project, file, range), text })), ...kept];
}

/** Lines that are added at the end of a line that is taken out take its place. */
function withInsertions({ text, eol }: ComposeDocument, edits: readonly Edit[]): readonly Edit[] {
  const isWithin = (inner: Edit, outer: Edit): boolean =>
    inner.range.start === inner.range.end &&
    outer.text === '' &&
    outer.range.start < inner.range.start &&
    inner.range.start < outer.range.end;
  return edits
    .filter((it) => !edits.some((outer) => isWithin(it, outer)))
    .map((it) => {
      const added = edits.filter((inner) => isWithin(inner, it)).map((inner) => inner.text);
      if (added.length === 0) return it;
      const { start, end } = it.range;
      const lines = added.join('');
      const isWhole = start === 0 || text[start - 1] === '\n';
      return {
        range: it.range,
        text: isWhole ? lines.replace(/^\r?\n/, '') + (text[end - 1] === '\n' ? eol : '') : lines,
      };
    });
}
