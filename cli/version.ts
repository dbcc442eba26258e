import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The version of the package whose folder `home` is. */
export function version(home: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  const value: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : undefined;
  return typeof value === 'string' ? value : 'unknown';
}
