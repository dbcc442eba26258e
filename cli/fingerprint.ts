import { hash } from 'node:crypto';

/** Numbers findings that look the same, so that each has a fingerprint of its own within its file. */
export type Fingerprints = (rule: string, line: string) => () => string;

/**
 * Fingerprints of the findings of one file, taken in order of the text. They hold the rule and the source line without
 * its white space, not the line's number: what is moved keeps its fingerprint. Made when it is asked for: few formats do.
 *
 * `line` is the masked one: the hash of a short secret could be found by trying.
 */
export function createFingerprints(): Fingerprints {
  const seen = new Map<string, number>();
  const taken: (readonly [rule: string, line: string])[] = [];
  const made: string[] = [];
  const make = ([rule, line]: readonly [string, string]): string => {
    const key = `${rule}\n${line.trim().replace(/\s+/g, ' ')}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return `${hash('sha256', key, 'hex').slice(0, 16)}:${count}`;
  };
  return (rule, line) => {
    const index = taken.push([rule, line]) - 1;
    return () => {
      // Those before it count, too.
      for (const it of taken.slice(made.length, index + 1)) made.push(make(it));
      return made[index] ?? '';
    };
  };
}
