import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEngine, type Measured, measure, type Question } from './harness.js';
import { makeImages } from './images.js';
import { offered } from './offered.js';
import { settleTable } from './table.js';

/** Programs that run as root before the fix, and as another user with the same answer after it. */

const OUTPUT: Question = { kind: 'output' };
const SHOP: Question = { kind: 'page', port: 8080, path: '/a' };

const CASES = [
  { name: 'user-of-base', rule: 'missing-user', answer: SHOP },
  { name: 'user-unused', rule: 'missing-user', answer: SHOP },
  { name: 'user-volume', rule: 'missing-user', answer: OUTPUT },
  { name: 'user-logs', rule: 'missing-user', answer: OUTPUT },
  { name: 'user-development', rule: 'missing-user', answer: SHOP },
  { name: 'user-low-port', rule: 'missing-user', answer: { kind: 'page', port: 80, path: '/' } },
  { name: 'user-switched', rule: 'root-user', answer: SHOP },
  { name: 'user-busybox', rule: 'missing-user', answer: { kind: 'page', port: 8080, path: '/' } },
  { name: 'user-alpine', rule: 'missing-user', answer: OUTPUT },
  { name: 'user-scratch', rule: 'missing-user', answer: SHOP },
  { name: 'user-distroless', rule: 'missing-user', answer: OUTPUT },
  { name: 'user-php', rule: 'missing-user', answer: SHOP },
] as const;

describe.runIf(hasEngine())('USER', () => {
  const rows: { readonly name: string; readonly title: string; readonly before: Measured; readonly after: Measured }[] =
    [];
  beforeAll(makeImages, 900_000);
  afterAll(() => {
    if (rows.length === CASES.length) settleTable('users', rows);
  });

  it.each(CASES)('$name', { timeout: 300_000 }, ({ name, rule, answer }) => {
    const fix = offered(name, rule);
    const before = measure(fix.folder, fix.before, answer);
    const after = measure(fix.folder, fix.after, answer);
    expect(before.answer).not.toBe('');
    expect(after.answer).toBe(before.answer);
    expect(before.uid).toBe(0);
    expect(after.uid).not.toBe(0);
    rows.push({ name, title: fix.title, before, after });
  });
});
