import type { Edit } from '../core/edit.js';
import type { LineEnd } from '../core/text.js';
import type { ComposeEntry, ComposeList, ComposeMap, ComposeNode, ComposeScalar } from './model.js';

/** What these edits need to know of the file. */
export interface YamlText {
  readonly text: string;
  readonly eol: LineEnd;
}

const notYet = (...all: readonly unknown[]): never => {
  throw new Error(`not yet: ${all.length}`);
};

/**
 * Edits of YAML that keep comments, quoting, indentation and flow style of everything they do not mean. Each returns
 * undefined where a clean edit is not possible: inherited values, aliases, tags.
 */

/** Deletes an entry with its own comments; in block style its lines, and a map that becomes empty goes with its key. */
export function removeEntry(file: YamlText, parents: readonly ComposeEntry[], entry: ComposeEntry): Edit | undefined {
  return notYet(file, parents, entry);
}

/** Deletes one item of the list that is the value of `entry`; the entry goes too when it was the last item. */
export function removeItem(
  file: YamlText,
  entry: ComposeEntry,
  list: ComposeList,
  item: ComposeNode,
): Edit | undefined {
  return notYet(file, entry, list, item);
}

/** Replaces a scalar's text, keeping its quotes where they can hold the new one and adding some where YAML needs them. */
export function replaceScalar(file: YamlText, node: ComposeScalar, value: string): Edit | undefined {
  return notYet(file, node, value);
}

/** A YAML value to be written: text, a list or a map of such. */
export type YamlValue = string | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** Adds `key: value` at the end of a map, in its own style and indentation. */
export function addEntry(file: YamlText, map: ComposeMap, key: string, value: YamlValue): Edit | undefined {
  return notYet(file, map, key, value);
}
