import { fileURLToPath, pathToFileURL } from 'node:url';
import { rememberedText } from '../rules/core/remembered.js';

/** The path of a `file:` URI, whatever way its characters are escaped; undefined for another scheme. */
export const pathOf = rememberedText((uri): string | undefined => {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
});

export function uriOf(file: string): string {
  return pathToFileURL(file).href;
}
