import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');

function findings(folder: string): readonly string[] {
  const { stdout } = spawnSync(process.execPath, ['cli/out/seaworthy.cjs', 'check', '--format', 'json', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const { files } = JSON.parse(stdout) as {
    files: readonly { path: string; findings: readonly { rule: string; range: { start: { line: number } } }[] }[];
  };
  return files.flatMap(({ path: file, findings: found }) =>
    found.map(({ rule, range }) => `${file}:${range.start.line} ${rule}`),
  );
}

describe('the bundled examples', () => {
  it('show mistakes of every practice', () => {
    const rules = new Set(findings('examples/bad').map((it) => it.split(' ')[1]));
    for (const rule of [
      'untagged-image',
      'curl-pipe-shell',
      'debug-tools-in-image',
      'secret-in-env',
      'root-user',
      'unscanned-image',
      'seccomp-unconfined',
      'logging-disabled',
      'docker-socket-mount',
    ])
      expect(rules).toContain(rule);
  });

  it('have a repaired twin in which nothing is left to say', () => {
    expect(findings('examples/good')).toEqual([]);
  });
});
