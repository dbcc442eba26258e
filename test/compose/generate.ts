import * as fc from 'fast-check';

interface Style {
  readonly flow: boolean;
  readonly quote: 'plain' | 'single' | 'double' | 'block';
  readonly comment: boolean;
  readonly above: boolean;
  readonly blank: boolean;
  readonly step: 2 | 4;
  readonly compact: boolean;
}

export type Tree =
  | { readonly kind: 'scalar'; readonly text: string; readonly style: Style }
  | { readonly kind: 'alias'; readonly text: '*m' | '*s' | '!tag x' | '&n y'; readonly style: Style }
  | { readonly kind: 'list'; readonly items: readonly Tree[]; readonly style: Style }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Tree])[]; readonly style: Style };

const style: fc.Arbitrary<Style> = fc.record({
  flow: fc.boolean(),
  quote: fc.constantFrom('plain', 'plain', 'single', 'double', 'block'),
  comment: fc.boolean(),
  above: fc.boolean(),
  blank: fc.boolean(),
  step: fc.constantFrom(2, 4),
  compact: fc.boolean(),
});

const word = fc.constantFrom(
  'a',
  'web',
  'x-y',
  'nginx:1.27',
  '80:80',
  '0',
  'true',
  '10m',
  '/etc/x:/y',
  'A=b',
  '22:22',
  'é',
  '😀',
);
const text = fc.oneof(
  { weight: 4, arbitrary: word },
  {
    weight: 1,
    arbitrary: fc.constantFrom('it is', "it's", 'say "x"', 'a: b', 'a #b', 'back\\slash', '${X:-a}', '', '~', 'no'),
  },
);
const key = fc.constantFrom('image', 'user', 'ports', 'environment', 'a', 'b', 'c', 'deploy', 'x-a', 'k e y');

const merge: fc.Arbitrary<[string, Tree]> = style.map((it) => ['<<', { kind: 'alias', text: '*m', style: it }]);

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('scalar' as const), text, style }) },
    fc.record({ kind: fc.constant('alias' as const), text: fc.constantFrom('*m', '*s', '!tag x', '&n y'), style }),
    fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('tree'), { maxLength: 4 }), style }),
    mapOf(tie('tree')),
  ),
}));

function mapOf(value: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> {
  return fc.record({
    kind: fc.constant('map' as const),
    entries: fc.uniqueArray(fc.oneof({ weight: 5, arbitrary: fc.tuple(key, value) }, merge), {
      maxLength: 5,
      selector: ([it]) => it,
    }),
    style,
  });
}

/** A YAML file whose root is a map in block style, with comments and all styles of writing. */
export const yamlFile: fc.Arbitrary<string> = fc
  .tuple(fc.uniqueArray(fc.tuple(key, tree), { minLength: 1, maxLength: 5, selector: ([it]) => it }), style)
  .map(
    ([entries, it]) =>
      `x-m: &m\n  inherited: 1 # own\n  more: [2]\nx-s: &s "shared"\n${blockLines({ kind: 'map', entries, style: { ...it, flow: false } }, '').join('\n')}\n`,
  );

function blockLines(node: Tree, indentation: string): readonly string[] {
  if (node.kind === 'scalar' || node.kind === 'alias' || isInline(node)) return [`${indentation}${inline(node)}`];
  if (node.kind === 'list')
    return node.items.flatMap((it) => [
      ...decoration(it.style, indentation),
      ...attach(`${indentation}-`, it, `${indentation}  `, it.style),
    ]);
  return node.entries.flatMap(([name, it]) => {
    const inner = `${indentation}${' '.repeat(it.kind === 'list' && it.style.compact ? 0 : node.style.step)}`;
    return [...decoration(it.style, indentation), ...attach(`${indentation}${keyText(name)}:`, it, inner, it.style)];
  });
}

function decoration({ above, blank }: Style, indentation: string): readonly string[] {
  return [...(blank ? [''] : []), ...(above ? [`${indentation}# above`] : [])];
}

function attach(head: string, node: Tree, inner: string, { comment, compact }: Style): readonly string[] {
  const trail = comment ? ' # behind' : '';
  if (node.kind === 'scalar' && node.style.quote === 'block' && isSafe(node.text))
    return [`${head} |${trail}`, `${inner}  ${node.text}`];
  if (node.kind === 'scalar' || node.kind === 'alias' || isInline(node)) {
    const value = inline(node);
    return [`${head}${value === '' ? '' : ' '}${value}${trail}`];
  }
  const lines = blockLines(node, inner);
  // A map may begin right behind the dash.
  const first = lines[0] ?? '';
  if (
    head.endsWith('-') &&
    node.kind === 'map' &&
    compact &&
    /^ *[^ #]/.test(first) &&
    inner === `${head.slice(0, -1)}  `
  )
    return [`${head} ${first.slice(inner.length)}`, ...lines.slice(1)];
  return [`${head}${trail}`, ...lines];
}

function isInline(node: Tree): boolean {
  if (node.kind === 'scalar' || node.kind === 'alias') return true;
  return node.style.flow || (node.kind === 'list' ? node.items.length === 0 : node.entries.length === 0);
}

function inline(node: Tree): string {
  if (node.kind === 'alias') return node.text;
  if (node.kind === 'list') return `[${node.items.map(inline).join(node.style.compact ? ',' : ', ')}]`;
  if (node.kind === 'map') return `{${node.entries.map(([name, it]) => `${keyText(name)}: ${inline(it)}`).join(', ')}}`;
  const {
    text: value,
    style: { quote },
  } = node;
  if (quote === 'single') return `'${value.replaceAll("'", "''")}'`;
  return quote === 'plain' && isSafe(value) ? value : JSON.stringify(value);
}

function isSafe(value: string): boolean {
  return value !== '' && !/: |#|[{}[\],"'\\]/.test(value);
}

function keyText(name: string): string {
  return name === 'a' ? '"a"' : name;
}
