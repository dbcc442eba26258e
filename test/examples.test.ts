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

interface Shown {
  readonly rule: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly related: readonly { readonly path?: string }[];
  readonly fixes: readonly { readonly elsewhere?: readonly { readonly path: string }[] }[];
}

/** Place, rule, the other files of its related places, and those that its fix changes. */
const ACROSS_FILES: readonly string[] = [
  'build-target/Dockerfile:1 missing-user, see compose.yaml',
  'committed-env-file/compose.yaml:4 committed-env-file, see db.env, changes ../../../.gitignore',
  'compose-include/compose.yaml:2 sensitive-host-mount, see services/files.yaml',
  'compose-override/compose.override.yaml:4 host-namespace',
  'context-leaks-secrets/Dockerfile:3 context-leaks-secrets, see config/shop.env .dockerignore, changes .dockerignore',
  'dockerfile-inline/compose.yaml:8 context-leaks-secrets, see shop.env compose.yaml, changes .dockerignore',
  'hardcoded-secret/Dockerfile:2 hardcoded-secret, see .env.example',
  'missing-dockerignore/Dockerfile:3 missing-dockerignore, changes .dockerignore',
  'missing-user/api/Dockerfile:1 missing-user, see compose.yaml',
  'permissive-profile/compose.yaml:6 permissive-profile, see seccomp.json',
  'registry-password-argument/.gitlab-ci.yml:7 registry-password-argument, see ci/push.sh, changes ci/push.sh',
  'root-service/compose.yaml:4 root-service, see api/Dockerfile',
  'secret-build-argument/compose.yaml:6 secret-build-argument, see web/Dockerfile .env, changes web/Dockerfile',
  'secret-build-argument/web/Dockerfile:2 secret-build-argument, see compose.yaml .env, changes compose.yaml',
  'unlocked-install/web/Dockerfile:4 unlocked-install',
];

describe('the examples across files', () => {
  const folder = 'examples/across-files';

  it('show one mistake each, with its places and its fix in the other files', () => {
    const { stdout } = spawnSync(process.execPath, ['cli/out/seaworthy.cjs', 'check', '--format', 'json', folder], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const { files } = JSON.parse(stdout) as { files: readonly { path: string; findings: readonly Shown[] }[] };
    const shown = files.flatMap((file) =>
      file.findings.map(({ rule, range, related, fixes }) => {
        const own = file.path.slice(folder.length + 1);
        const inside = (it: string): string => path.relative(path.join(folder, own.split('/')[0] ?? ''), it);
        const see = [...new Set(related.flatMap((it) => it.path ?? []))].map(inside);
        const changes = (fixes[0]?.elsewhere ?? []).map((it) => inside(it.path));
        return [
          `${own}:${range.start.line} ${rule}`,
          ...(see.length > 0 ? [`see ${see.join(' ')}`] : []),
          ...(changes.length > 0 ? [`changes ${changes.join(' ')}`] : []),
        ].join(', ');
      }),
    );
    expect(shown.sort()).toEqual(ACROSS_FILES);
  });

  it('show nothing that a file alone shows, where no place in another one is named', () => {
    const { stdout } = spawnSync(
      process.execPath,
      ['cli/out/seaworthy.cjs', 'check', '--no-project', '--format', 'json', folder],
      { cwd: ROOT, encoding: 'utf8' },
    );
    const { files } = JSON.parse(stdout) as { files: readonly { path: string; findings: readonly Shown[] }[] };
    const rules = new Set(files.flatMap((it) => it.findings.map(({ rule }) => rule)));
    for (const rule of ['context-leaks-secrets', 'missing-dockerignore', 'committed-env-file', 'permissive-profile'])
      expect(rules).not.toContain(rule);
    expect(
      files.flatMap((it) => it.findings.flatMap(({ related }) => related.flatMap((one) => one.path ?? []))),
    ).toEqual([]);
  });
});
