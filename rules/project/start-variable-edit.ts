import { addEntry, addItem } from '../compose/edit.js';
import type { ComposeDocument, ComposeMap } from '../compose/model.js';
import { asScalar, serviceIn } from '../compose/queries.js';
import type { Edit } from '../core/edit.js';

/**
 * The edits of a compose file by which services take a variable from the environment when they start;
 * undefined where that is not clean.
 *
 * @param document the file alone.
 */
export function setAtStart(
  document: ComposeDocument,
  services: readonly string[],
  name: string,
): readonly Edit[] | undefined {
  const [root, ...others] = document.roots;
  if (!root || others.length > 0) return undefined;
  const edits: Edit[] = [];
  for (const service of services) {
    const map = serviceIn(root, service);
    const set = map && setIn(document, map, name);
    if (!set) return undefined;
    edits.push(...set);
  }
  return edits;
}

function setIn(document: ComposeDocument, service: ComposeMap, name: string): readonly Edit[] | undefined {
  const environment = service.get('environment')?.value;
  const required = `\${${name}:?}`;
  const isThere =
    environment?.kind === 'map'
      ? environment.get(name) !== undefined
      : environment?.kind === 'list' &&
        environment.items.some((it) => (asScalar(it)?.text ?? '').split('=')[0] === name);
  if (isThere) return [];
  const edit =
    environment?.kind === 'list'
      ? addItem(document, environment, `${name}=${required}`)
      : environment?.kind === 'map'
        ? addEntry(document, environment, name, required)
        : environment === undefined
          ? addEntry(document, service, 'environment', { [name]: required })
          : undefined;
  return edit && [edit];
}
