import type { ComposeScalar } from './model.js';

/** A YAML value to be written: text, a list or a map of such. */
export type YamlValue = string | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/**
 * A text in the quotes it has, or in those it needs: none where every YAML parser reads it as that text, in block and in
 * flow style.
 */
export function scalarText(value: string, style: ComposeScalar['style']): string {
  const single = !UNPRINTABLE.test(value);
  if (style === 'single' && single) return singleQuoted(value);
  if (style === 'plain' && isPlain(value)) return value;
  if (style === 'double' || !single || !/["\\]/.test(value)) return doubleQuoted(value);
  return singleQuoted(value);
}

/** A value on one line. Truth values stay bare, for compose wants them so; numbers are texts. */
export function flowText(value: YamlValue): string {
  if (typeof value === 'string') return bareOrQuoted(value);
  if (isList(value)) return `[${value.map(flowText).join(', ')}]`;
  const entries = Object.entries(value).map(([key, it]) => `${scalarText(key, 'plain')}: ${flowText(it)}`);
  return `{${entries.join(', ')}}`;
}

/** How far a value below a key is indented. */
export interface Indentation {
  /** Blanks before the keys of the map that gets the entry. */
  readonly base: string;
  readonly map: string;
  readonly list: string;
}

/** The lines of `key: value` in block style, each with its indentation. */
export function blockLines(key: string, value: YamlValue, indentation: Indentation): readonly string[] {
  const head = `${indentation.base}${scalarText(key, 'plain')}:`;
  if (typeof value === 'string' || isEmpty(value)) return [`${head} ${flowText(value)}`];
  if (!isList(value)) {
    const inner = { ...indentation, base: indentation.base + indentation.map };
    return [head, ...Object.entries(value).flatMap(([name, it]) => blockLines(name, it, inner))];
  }
  return [head, ...value.map((it) => `${indentation.base}${indentation.list}- ${flowText(it)}`)];
}

function isEmpty(value: Exclude<YamlValue, string>): boolean {
  return isList(value) ? value.length === 0 : Object.keys(value).length === 0;
}

function isList(value: Exclude<YamlValue, string>): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function bareOrQuoted(value: string): string {
  return value === 'true' || value === 'false' ? value : scalarText(value, 'plain');
}

const UNPRINTABLE = /[\p{Cc}\u2028\u2029\uFEFF\uFFFE\uFFFF]/u;

function singleQuoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function doubleQuoted(value: string): string {
  const escaped = value.replaceAll(/["\\]/g, (it) => `\\${it}`).replaceAll(new RegExp(UNPRINTABLE, 'gu'), escapeOf);
  return `"${escaped}"`;
}

function escapeOf(char: string): string {
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  if (char === '\r') return '\\r';
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Whether YAML 1.1 and 1.2 read it without quotes as this very text. */
function isPlain(value: string): boolean {
  if (value === '' || value.trim() !== value || UNPRINTABLE.test(value)) return false;
  if (/^[-?:,[\]{}#&*!|>'"%@`]/.test(value) || /[,[\]{}]|:\s|\s#|:$/.test(value)) return false;
  return !isTyped(value) && !/^\d+:/.test(value) && !/^(?:---|\.\.\.|<<|=)/.test(value);
}

/** Null, truth values, numbers and dates of either version. */
function isTyped(value: string): boolean {
  return (
    /^(?:~|null|true|false|yes|no|on|off|y|n)$/i.test(value) ||
    /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[-+]?\d+)?$/i.test(value) ||
    /^[-+]?0(?:x[\da-f_]+|o[0-7_]+|b[01_]+)$/i.test(value) ||
    /^[-+]?\.(?:inf|nan)$/i.test(value) ||
    /^\d{4}-\d{1,2}-\d{1,2}/.test(value)
  );
}
