import type { Range } from '../core/text.js';
import type { Variables } from './interpolate.js';
import type { ComposeEntry, ComposeNode, ComposeScalar } from './model.js';
import { lazyList, lazyMap, withTag } from './nodes.js';

/** How the values of a file are seen from the judged one. */
export interface View {
  /** Where the file starts on the number line of positions. */
  readonly start: number;
  /** They belong to another file or service: an edit there would change that. */
  readonly lent: boolean;
  readonly variables: Variables | undefined;
}

/** Shows the nodes of a file in a view. What is below a node is made when it is asked for; a node has one view. */
export function viewer({ start, lent, variables }: View): (node: ComposeNode) => ComposeNode {
  if (start === 0 && !lent && !variables) return (node) => node;
  const known = new WeakMap<ComposeNode, ComposeNode>();

  const moved = (range: Range): Range => (start === 0 ? range : { start: range.start + start, end: range.end + start });

  const show = (node: ComposeNode): ComposeNode => {
    const shown = known.get(node) ?? make(node);
    known.set(node, shown);
    return shown;
  };

  const make = (node: ComposeNode): ComposeNode => {
    if (node.kind === 'scalar') return scalar(node);
    const inherited = lent || node.inherited;
    const written = withTag({ range: moved(node.range), flow: node.flow }, node.tag);
    return node.kind === 'map'
      ? lazyMap(written, inherited, () => node.entries.map(entry))
      : lazyList(written, inherited, () => node.items.map(show));
  };

  const scalar = (node: ComposeScalar): ComposeScalar => {
    const { kind, range, value, text, style, written, tag } = node;
    const inherited = lent || node.inherited;
    const base = { kind, range: moved(range), inherited, value, text, style, written };
    return withTag(variables && text.includes('$') ? Object.assign(base, { variables }) : base, tag);
  };

  const entry = ({ key, value, range, inherited }: ComposeEntry): ComposeEntry => ({
    key: { value: key.value, range: moved(key.range) },
    value: show(value),
    range: moved(range),
    inherited: lent || inherited,
  });

  return show;
}
