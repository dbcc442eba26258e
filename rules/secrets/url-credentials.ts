import { UNKNOWN } from '../core/text.js';
import { isPlaceholder } from './placeholder.js';

/** The password of an address such as `postgres://app:secret@db/app`. */
export interface UrlPassword {
  readonly scheme: string;
  /** Where the scheme starts; like the others an offset in the text that was searched. */
  readonly address: number;
  readonly start: number;
  readonly end: number;
  /** A value that anyone tries first, or that stands for one. */
  readonly guessable: boolean;
}

/** User and password are cut at these lengths, so that no text is expensive. */
const ADDRESS =
  /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,30}):\/\/([^\s:/@?#"'<>`]{0,200}):([^\s/@"'<>`]{1,300})@(?=[\w[$\uFFFC])/gi;

/** Passwords that stand in the addresses of a text whose variables were replaced; those that a variable hides are none. */
export function urlPasswords(text: string): readonly UrlPassword[] {
  if (!text.includes('://') || !text.includes('@')) return [];
  return [...text.matchAll(ADDRESS)].flatMap((match) => {
    const [, scheme = '', user = '', password = ''] = match;
    if (password.includes(UNKNOWN) || isReference(password) || /^(?:\d{1,5}|\*+|\.+|x+|_+|-+)$/i.test(password))
      return [];
    const start = match.index + scheme.length + user.length + 4;
    const guessable = isPlaceholder('password', password) || password.toLowerCase() === user.toLowerCase();
    return [{ scheme: scheme.toLowerCase(), address: match.index, start, end: start + password.length, guessable }];
  });
}

/** `$X`, `${X}`, `%X%`, `{{ x }}`, `<password>`, `[password]`: names what belongs there. */
function isReference(password: string): boolean {
  return /^\$[A-Za-z_]|\$[{(]|^%\w+%$|^%[sdv]$|[{}]|^<|^\[|^:?YOUR_|^PASSWORD$|^PASS$/.test(password);
}
