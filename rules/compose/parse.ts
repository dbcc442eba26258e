import { lineEndOf } from '../core/text.js';
import type { ComposeDocument, ComposeMap, ComposeNode, ComposeService, YamlError } from './model.js';
import { TEXTS } from './texts.js';
import { readYaml } from './yaml.js';

/** Reads one compose file. Never throws; half-typed and hostile YAML gives what could be read, within fixed limits. */
export function parseCompose(text: string): ComposeDocument {
  const { roots, comments, errors } = readYaml(text);
  const maps = roots.filter((it) => it.kind === 'map');
  return {
    kind: 'compose',
    text,
    eol: lineEndOf(text),
    roots: maps,
    services: maps.flatMap(servicesOf),
    comments,
    errors: [...errors, ...roots.flatMap(notAMap)],
  };
}

function servicesOf(root: ComposeMap): readonly ComposeService[] {
  const services = root.get('services')?.value;
  if (services?.kind !== 'map') return [];
  return services.entries.flatMap((entry) => {
    const { key, value } = entry;
    return value.kind === 'map' ? [{ name: key, entry, node: value, get: value.get }] : [];
  });
}

function notAMap(root: ComposeNode): readonly YamlError[] {
  if (root.kind === 'map' || (root.kind === 'scalar' && root.value === null)) return [];
  return [{ range: root.range, message: { template: TEXTS.notAMap, data: {} } }];
}
