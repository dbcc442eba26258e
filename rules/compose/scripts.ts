import type { Spanned } from '../core/text.js';
import type { ShellScript } from '../shell/model.js';
import { execScript, parseScript } from '../shell/parse.js';
import { innerRange, offsetsOf, rangeWithin } from './decode.js';
import type { ComposeNode, ComposeScalar, ComposeService } from './model.js';

/** `command`, `entrypoint` or the test of `healthcheck` as a script. */
export function scriptOf(
  service: ComposeService,
  key: 'command' | 'entrypoint' | 'healthcheck',
): ShellScript | undefined {
  if (key === 'healthcheck') {
    const health = service.get('healthcheck')?.value;
    return health?.kind === 'map' ? healthScript(health.get('test')?.value) : undefined;
  }
  const value = service.get(key)?.value;
  if (value?.kind === 'scalar') return value.value === null ? undefined : shellText(value);
  return value?.kind === 'list' ? execScript(wordsOf(value.items), 'posix') : undefined;
}

function healthScript(test: ComposeNode | undefined): ShellScript | undefined {
  if (test?.kind === 'scalar') return test.value === null ? undefined : shellText(test);
  if (test?.kind !== 'list') return undefined;
  const [form, ...rest] = test.items;
  const mode = form?.kind === 'scalar' ? form.text : '';
  if (mode === 'CMD') return execScript(wordsOf(rest), 'posix');
  const script = rest[0];
  return mode === 'CMD-SHELL' && script?.kind === 'scalar' ? shellText(script) : undefined;
}

/** Compose turns `$$` into `$`; its own variables stay as they are written, which a shell reads as expansions too. */
function shellText(node: ComposeScalar): ShellScript {
  const { program, at } = withoutDoubledDollars(node);
  return parseScript({ program, language: 'posix', at });
}

function withoutDoubledDollars(node: ComposeScalar): {
  readonly program: string;
  readonly at: (offset: number) => number;
} {
  const offsets = offsetsOf(node);
  if (!node.text.includes('$$')) return { program: node.text, at: offsets };
  const kept: number[] = [];
  for (let index = 0; index < node.text.length; index++) {
    kept.push(index);
    if (node.text.startsWith('$$', index)) index++;
  }
  return { program: node.text.replaceAll('$$', '$'), at: (offset) => offsets(kept[offset] ?? node.text.length) };
}

function wordsOf(items: readonly ComposeNode[]): readonly Spanned[] {
  return items.flatMap((it) => {
    if (it.kind !== 'scalar') return [];
    const value = it.text.replaceAll('$$', '$');
    return [{ value, range: it.style === 'block' ? innerRange(it) : rangeWithin(it, 0, it.text.length) }];
  });
}
