import { innerRange } from '../compose/decode.js';
import type { ComposeNode, ComposeScalar, ComposeService } from '../compose/model.js';
import { asMap, at } from '../compose/queries.js';
import type { Range } from '../core/text.js';

/** An argument that a compose service gives its build. */
export interface BuildArgument {
  readonly name: string;
  /** As written; absent for one that is taken from the environment. */
  readonly value: string | undefined;
  /** The entry or list item. */
  readonly range: Range;
  /** The variable whose value it is: its own name where it has no value; absent for a text of its own. */
  readonly variable?: string;
  /** Where the value of the variable is written, in `.env`. */
  readonly source?: Range;
}

/** `build.args` of a service, as a map or a list. */
export function buildArguments(service: ComposeService): readonly BuildArgument[] {
  const entry = at(service.node, 'build', 'args');
  const map = asMap(entry?.value);
  if (map)
    return map.entries.map(({ key, value, range }) => argument(key.value, textOf(value), range, scalarOf(value)));
  if (entry?.value.kind !== 'list') return [];
  return entry.value.items.flatMap((item) => {
    if (item.kind !== 'scalar') return [];
    const equals = item.text.indexOf('=');
    const name = equals < 0 ? item.text : item.text.slice(0, equals);
    return [argument(name, equals < 0 ? undefined : item.text.slice(equals + 1), innerRange(item), item)];
  });
}

function argument(
  name: string,
  value: string | undefined,
  range: Range,
  node: ComposeScalar | undefined,
): BuildArgument {
  const variable =
    value === undefined
      ? name
      : /^\$(?:(\w+)$|\{(\w+)[:?}-])/
          .exec(value)
          ?.slice(1)
          .find((it) => it);
  const source = variable === undefined ? undefined : node?.variables?.placeOf?.(variable);
  return { name, value, range, ...(variable === undefined ? {} : { variable }), ...(source ? { source } : {}) };
}

function textOf(node: ComposeNode): string | undefined {
  return node.kind === 'scalar' && node.value !== null ? node.text : undefined;
}

function scalarOf(node: ComposeNode): ComposeScalar | undefined {
  return node.kind === 'scalar' ? node : undefined;
}
