import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TEXT = 'FROM node:24.8.0\nRUN echo hello\nUSER root\nCMD ["node", "a.js"]\n';
const installed = spawnSync('nvim', ['--version']).status === 0;

/** The second real client: what it shows cannot come from anything that our own extension does. */
describe('Neovim over stdio', () => {
  it.skipIf(!installed)('shows the findings of a file and applies a fix', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-neovim-'));
    const file = path.join(folder, 'Dockerfile');
    writeFileSync(file, TEXT);
    const script = path.join(import.meta.dirname, 'neovim.lua');
    const { status, stdout, stderr } = spawnSync(
      'nvim',
      ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-S', script, 'Dockerfile'],
      {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
        env: {
          ...process.env,
          HOME: folder,
          SEAWORTHY_SERVER: path.join(ROOT, 'server/out/server.cjs'),
          SEAWORTHY_NODE: process.execPath,
        },
      },
    );
    const said = stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(said[0]).toContain('"code":"root-user"');
    const { diagnostics } = JSON.parse(said[0] ?? '{}') as { diagnostics: readonly Record<string, unknown>[] };
    expect(diagnostics.find((it) => it['code'] === 'root-user')).toMatchObject({ line: 2, column: 5, last: 9 });
    expect(readFileSync(file, 'utf8')).toBe(TEXT.replace('USER root', 'USER node'));
    rmSync(folder, { recursive: true, force: true });
  });
});
