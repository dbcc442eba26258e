/**
 * The same function, which computes its answer once for each object. For what many rules ask of one document or service:
 * those do not change, and the answers go when they do.
 */
export function remembered<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const answers = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const known = answers.get(key);
    if (known) return known.value;
    const value = compute(key);
    answers.set(key, { value });
    return value;
  };
}

/** Texts whose answers are kept: files of one project repeat few, and hostile ones must not fill the memory. */
const MAX_TEXTS = 2000;

/** The same function, which computes its answer once for each text of a few hundred characters. */
export function rememberedText<V>(compute: (text: string) => V): (text: string) => V {
  return rememberedBy((text) => text, compute);
}

/** The same for what a text stands for. */
export function rememberedBy<K, V>(textOf: (key: K) => string, compute: (key: K) => V): (key: K) => V {
  const answers = new Map<string, { readonly value: V }>();
  return (key) => {
    const text = textOf(key);
    const known = answers.get(text);
    if (known) return known.value;
    const value = compute(key);
    if (answers.size >= MAX_TEXTS) answers.clear();
    answers.set(text, { value });
    return value;
  };
}
