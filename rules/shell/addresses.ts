import { type Range, UNKNOWN } from '../core/text.js';

/** Whether the address is on this machine, so that nothing of it crosses a network. */
export function isThisMachine(address: string): boolean {
  return /^(?:file:|(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@\s]*@)?(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1\]|host\.docker\.internal)(?:[:/?#]|$))/i.test(
    address,
  );
}

/** The host of an address with a scheme, without user and port; empty when there is none. */
export function hostOf(address: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:?#\s]*)/i.exec(address)?.[1] ?? '';
}

/** A host that the Internet may stand between: not one without a domain, nor link-local, nor an unknown one. */
export function isOutside(host: string): boolean {
  if (host === '' || host.includes(UNKNOWN) || /[$`{]/.test(host)) return false;
  if (/^169\.254\.|^metadata\.google\.internal$|^\[fe80:/i.test(host)) return false;
  return host.includes('.') || host.startsWith('[');
}

/** The unencrypted address as it stands in a word, without quotes and the option before it; the word where a variable hides it. */
export function addressIn(text: string, word: Range): { readonly range: Range; readonly isWritten: boolean } {
  const written = text.slice(word.start, word.end);
  const found = /(?:http|ftp):\/\/[^\s"'\\]*/i.exec(written);
  if (!found) return { range: word, isWritten: false };
  const start = word.start + found.index;
  return { range: { start, end: start + found[0].length }, isWritten: true };
}
