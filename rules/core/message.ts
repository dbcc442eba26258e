import { rememberedText } from './remembered.js';

/** A sentence of the product: an English template and what fills its `{placeholders}`. */
export interface Text {
  readonly template: string;
  readonly data: Readonly<Record<string, string>>;
}

/** English template to its translation. What has no entry stays English. */
export type Translations = Readonly<Record<string, string>>;

export const ENGLISH: Translations = {};

export function render({ template, data }: Text, translations: Translations): string {
  let rendered = '';
  let isName = false;
  for (const part of partsOf(translations[template] ?? template)) {
    rendered += isName ? (data[part] ?? `{${part}}`) : part;
    isName = !isName;
  }
  return rendered;
}

/** Text and names of placeholders by turns. */
const partsOf = rememberedText((template): readonly string[] => template.split(/\{(\w+)\}/));

/** The paragraphs of a documentation text, each a template: split at blank lines, white space folded to one blank. */
export function paragraphsOf(written: string): readonly string[] {
  return written
    .split(/\n[ \t]*\r?\n/)
    .map((it) => it.replace(/\s+/g, ' ').trim())
    .filter((it) => it !== '');
}
