import type { DockerfileDocument, Stage } from './model.js';
import { chainOf, effectiveWorkdir, expandAt, instructionsOf, shippedChain, stageNamed } from './queries.js';

/** A folder or file of another stage that a COPY of the shipped chain takes over, its mode included. */
interface Taken {
  readonly stage: Stage;
  readonly path: string;
}

/** Finds out whether what a stage does to a path is in the shipped image: in its chain, or copied out of the stage. */
export function shippedPaths(document: DockerfileDocument): (stage: Stage, path: string) => boolean {
  const chain = new Set(shippedChain(document));
  let taken: readonly Taken[] | undefined;
  return (stage, path) => {
    if (chain.has(stage)) return true;
    taken ??= [...chain].flatMap((it) => takenBy(document, it));
    const from = taken.filter((it) => it.stage === stage);
    if (from.length === 0) return false;
    const whole = absolutePath(document, stage, path);
    return whole !== undefined && from.some((it) => covers(it.path, whole) || covers(whole, it.path));
  };
}

function takenBy(document: DockerfileDocument, stage: Stage): readonly Taken[] {
  return instructionsOf(stage.instructions, 'COPY').flatMap(({ from, sources, flags, range }) => {
    // With --chmod it gets another mode.
    if (!from || flags.some((it) => it.name === 'chmod')) return [];
    const other = stageNamed(document, expandAt(document, from.value, range.start).value, stage);
    if (!other) return [];
    return chainOf(other).flatMap((it) =>
      sources.map((source) => {
        const { value } = expandAt(document, source.value, range.start);
        return { stage: it, path: clean(value.startsWith('/') ? value : `/${value}`).replace(/\/[^/]*[*?[].*$/, '') };
      }),
    );
  });
}

/** A path of a RUN as seen from the root; absent where the working folder is not known. */
function absolutePath(document: DockerfileDocument, stage: Stage, path: string): string | undefined {
  if (path.startsWith('/')) return clean(path).replace(/\/[^/]*[*?[].*$/, '');
  if (/[$`~{]/.test(path)) return undefined;
  const folder = effectiveWorkdir(document, stage);
  return folder?.known === true ? clean(`${folder.value}/${path}`) : undefined;
}

function covers(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function clean(path: string): string {
  return path.replace(/\/\.?(?=\/|$)/g, '').replace(/\/+$/, '');
}
