import { rememberedText } from '../core/remembered.js';

/** Longer names are cut, so that no name is expensive. */
export const NAME_LIMIT = 120;

/** The lower-case words of a name: `dbPassword`, `DB_PASSWORD`, `db-password` and `db.password` have the same. */
export function wordsOf(name: string): readonly string[] {
  return splitName(name.slice(0, NAME_LIMIT));
}

const splitName = rememberedText((name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((it) => it !== ''),
);
