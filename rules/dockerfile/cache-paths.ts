import type { DockerfileDocument, RunInstruction } from './model.js';
import { expandAt } from './queries.js';

/** A path without what stands for everything in it: `/var/lib/apt/lists/*` and `/var/lib/apt/lists/` are one folder. */
export function cachePathOf(path: string): string {
  let end = Math.min(path.length, 1000);
  while (end > 1 && (path.charAt(end - 1) === '*' || path.charAt(end - 1) === '/')) end--;
  return path.slice(0, end).replaceAll('//', '/');
}

/** Folders of the RUN that are no part of its layer: cache and tmpfs mounts. */
export function mountTargets(document: DockerfileDocument, run: RunInstruction): readonly string[] {
  return run.mounts.flatMap(({ type, options }) => {
    if (type !== 'cache' && type !== 'tmpfs') return [];
    const target = options.find((it) => it.name === 'target' || it.name === 'dst' || it.name === 'destination')?.value;
    if (target === undefined) return [];
    const { value, known } = expandAt(document, target, run.range.start);
    return [cachePathOf(known ? value : '$')];
  });
}
