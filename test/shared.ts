import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The reference data lies beside the project and is never part of it. Without it the tests that need it are skipped
 * loudly, and fail where `CI=true` demands everything.
 */
export const SHARED = path.resolve(import.meta.dirname, '../../shared');

export function hasShared(...parts: readonly string[]): boolean {
  const file = path.join(SHARED, ...parts);
  if (existsSync(file)) return true;
  if (process.env['CI'] === 'true') throw new Error(`${file} is missing: CI runs with the reference data`);
  console.warn(`NOT TESTED: ${file} is missing`);
  return false;
}
