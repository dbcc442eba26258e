import type { ComposeDocument } from '../compose/model.js';
import { serviceIn } from '../compose/queries.js';
import type { Edit } from '../core/edit.js';
import { placeIn } from '../core/elsewhere.js';
import type { Project } from '../core/project.js';
import { folderOf, joinPath, type ServiceBuild } from './build-links.js';
import { addToBuild, declareSecret } from './build-secret-edit.js';
import { cleanSource } from './context.js';

/** A file of the build context that the build gets as a secret, or the keys of whoever builds. */
export type GivenToBuild = 'agent' | { readonly id: string; readonly source: string };

/**
 * What the compose files that build the image have to do so that the build is given it; nothing in those that cannot be
 * changed in place. By places on the number line of positions.
 */
export function giveFile(project: Project, builds: readonly ServiceBuild[], given: GivenToBuild): readonly Edit[] {
  return [...new Set(builds.map((it) => it.file))].flatMap((file) => {
    const document = project.compose(file);
    const services = builds.filter((it) => it.file === file);
    const edits = document && inFile(document, file, services, given);
    return (edits ?? []).map(({ range, text }) => ({ range: placeIn(project, file, range), text }));
  });
}

function inFile(
  document: ComposeDocument,
  file: string,
  builds: readonly ServiceBuild[],
  given: GivenToBuild,
): readonly Edit[] | undefined {
  const [root, ...others] = document.roots;
  if (!root || others.length > 0) return undefined;
  const edits: Edit[] = [];
  for (const { service } of builds) {
    const build = serviceIn(root, service.name.value)?.get('build');
    const own =
      build &&
      (given === 'agent'
        ? addToBuild(document, build, 'ssh', 'default')
        : addToBuild(document, build, 'secrets', given.id));
    if (!own) return undefined;
    edits.push(...own);
  }
  if (given !== 'agent') {
    const paths = new Set(
      builds.map((it) =>
        it.context === undefined
          ? undefined
          : relativeTo(folderOf(file), joinPath(it.context, cleanSource(given.source))),
      ),
    );
    const [path] = paths;
    const declared =
      paths.size === 1 && path !== undefined ? declareSecret(document, root, given.id, { file: path }) : undefined;
    if (!declared) return undefined;
    edits.push(...declared);
  }
  return edits.sort((a, b) => a.range.start - b.range.start);
}

/** `./web/.npmrc`; undefined: it does not lie below the folder. */
function relativeTo(folder: string, path: string): string | undefined {
  if (folder === '') return `./${path}`;
  return path.startsWith(`${folder}/`) ? `./${path.slice(folder.length + 1)}` : undefined;
}
