import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze } from '../../rules/core/analyze.js';
import { kindOf } from '../../rules/project/kind.js';
import { createProjects, type Projects } from '../../workspace/project.js';
import { readText } from '../../workspace/read.js';
import { folder, repository } from './folder.js';

const FILES = {
  'compose.yaml': `
services:
  api:
    build: { context: api, args: { NPM_TOKEN: "\${NPM_TOKEN}" } }
    user: root
    env_file: api.env
    security_opt: ["seccomp:profile.json"]
  web:
    build: web
`,
  '.env': 'NPM_TOKEN=kX9-Tulip-42\n',
  'api.env': 'DB_PASSWORD=kX9-Tulip-43\n',
  'profile.json': '{"defaultAction": "SCMP_ACT_ALLOW"}',
  'api/Dockerfile':
    'FROM node:24.4\nARG NPM_TOKEN\nCOPY . .\nRUN ./install.sh $NPM_TOKEN\nUSER node\nCMD ["node", "a.js"]\n',
  'api/.dockerignore': 'node_modules\n',
  'api/.env': 'DB_PASSWORD=kX9-Tulip-44\n',
  'api/src/a.js': '',
  'web/Dockerfile': 'FROM nginx:1.29\nCOPY index.html /usr/share/nginx/html/\nUSER nginx\n',
  'web/index.html': '',
  'other/Dockerfile': 'FROM debian:13.1\nUSER 10001\nCMD ["a"]\n',
};
const JUDGED = ['compose.yaml', 'api/Dockerfile', 'web/Dockerfile', 'other/Dockerfile'];

interface Workspace {
  readonly root: string;
  readonly projects: Projects;
  readonly judge: (file: string) => readonly string[];
  readonly write: (file: string, text: string) => readonly string[];
  readonly changed: (...files: readonly string[]) => readonly string[];
}

function workspace(root = repository(FILES), unsaved: ReadonlyMap<string, string> = new Map()): Workspace {
  const read = (file: string): string | undefined => {
    const typed = unsaved.get(path.relative(root, file));
    const result = readText(file);
    return typed ?? ('text' in result ? result.text : undefined);
  };
  const projects = createProjects({
    unsaved: (file) => unsaved.get(path.relative(root, file)),
    folderOf: () => root,
  });
  const judge = (file: string): readonly string[] => {
    const absolute = path.join(root, file);
    const kind = kindOf(file, DEFAULT_CONFIG);
    if (kind === undefined || kind === 'config') throw new Error(file);
    const text = read(absolute);
    if (text === undefined) return [];
    return analyze({ kind, text }, { config: DEFAULT_CONFIG, project: projects.of(absolute) }).findings.map(
      (it) => it.rule.id,
    );
  };
  for (const file of JUDGED) judge(file);
  const changed = (...files: readonly string[]): readonly string[] =>
    projects
      .changed(files.map((it) => path.join(root, it)))
      .map((it) => path.relative(root, it))
      .sort();
  const write = (file: string, text: string): readonly string[] => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
    return changed(file);
  };
  return { root, projects, judge, write, changed };
}

describe('a change of a file', () => {
  it('says whose verdicts depend on it', () => {
    const { write } = workspace();
    expect(write('api/.dockerignore', '.env\n')).toEqual(['api/Dockerfile']);
    expect(write('api/Dockerfile', 'FROM node:24.4\n')).toContain('compose.yaml');
    expect(write('.env', 'NPM_TOKEN=\n')).toEqual(['api/Dockerfile', 'compose.yaml', 'web/Dockerfile']);
    expect(write('api.env', 'PORT=80\n')).toEqual(['compose.yaml']);
    expect(write('profile.json', '{}')).toEqual(['compose.yaml']);
    expect(write('api/.env', 'PORT=80\n')).toContain('api/Dockerfile');
  });

  it('concerns nobody where only what is in it changed, and nobody reads that', () => {
    const { write } = workspace();
    expect(write('api/src/a.js', 'changed')).toEqual([]);
    expect(write('web/index.html', 'changed')).toEqual([]);
    expect(write('other/Dockerfile', 'FROM debian:13.1\nUSER 10002\n')).toEqual([]);
  });

  it('concerns those that look into the folder, where a file comes or goes', () => {
    const { root, write, changed } = workspace();
    expect(write('api/src/b.js', '')).toEqual(['api/Dockerfile']);
    rmSync(path.join(root, 'api/src/a.js'));
    expect(changed('api/src/a.js')).toEqual(['api/Dockerfile']);
    expect(write('web/docs/a.md', '')).toEqual([]);
    expect(changed('web/docs')).toContain('web/Dockerfile');
  });

  it('concerns those that asked for a file in a folder that was not there', () => {
    const { root, projects, write } = workspace();
    const project = projects.of(path.join(root, 'web/Dockerfile'));
    expect(project.read('web/new/deep/a.conf')).toBeUndefined();
    expect(write('web/new/deep/a.conf', 'x')).toEqual(['web/Dockerfile']);
    expect(project.read('web/new/deep/a.conf')).toBe('x');
  });

  it('changes the verdicts', () => {
    const { judge, write } = workspace();
    expect(judge('api/Dockerfile')).toEqual(['secret-build-argument', 'context-leaks-secrets']);
    write('api/.dockerignore', '.env\n');
    expect(judge('api/Dockerfile')).toEqual(['secret-build-argument']);
    write('api/.dockerignore', '*\n!src\n');
    write('api/src/id_rsa', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n');
    expect(judge('api/Dockerfile')).toEqual(['secret-build-argument', 'context-leaks-secrets']);

    expect(judge('compose.yaml')).toContain('permissive-profile');
    write('profile.json', '{"defaultAction": "SCMP_ACT_ERRNO"}');
    expect(judge('compose.yaml')).not.toContain('permissive-profile');
    expect(judge('compose.yaml')).toContain('committed-env-file');
    write('api.env', 'PORT=80\n');
    write('.env', '');
    expect(judge('compose.yaml')).not.toContain('committed-env-file');
  });

  it('counts when an override, or the compose file itself, comes and goes', () => {
    const { root, judge, write, changed } = workspace();
    write('web/Dockerfile', 'FROM nginx:1.29\nCOPY index.html /\nUSER root\nCMD ["a"]\n');
    expect(judge('web/Dockerfile')).toContain('root-user');
    const affected = write('compose.override.yaml', 'services: { web: { user: "1000:1000" } }\n');
    expect(affected).toEqual(expect.arrayContaining(['compose.yaml', 'web/Dockerfile']));
    expect(judge('web/Dockerfile')).not.toContain('root-user');
    renameSync(path.join(root, 'compose.override.yaml'), path.join(root, 'old.yaml'));
    expect(changed('compose.override.yaml', 'old.yaml')).toContain('web/Dockerfile');
    expect(judge('web/Dockerfile')).toContain('root-user');
  });

  it('counts when a folder is renamed', () => {
    const { root, judge, changed } = workspace();
    expect(judge('compose.yaml')).toContain('root-service');
    renameSync(path.join(root, 'api'), path.join(root, 'api2'));
    expect(changed('api', 'api2')).toEqual(expect.arrayContaining(['api/Dockerfile', 'compose.yaml']));
    renameSync(path.join(root, 'api2'), path.join(root, 'api'));
    changed('api', 'api2');
    expect(judge('api/Dockerfile')).toContain('context-leaks-secrets');
  });

  it('counts unsaved', () => {
    const unsaved = new Map<string, string>();
    const { judge, changed } = workspace(repository(FILES), unsaved);
    expect(judge('api/Dockerfile')).toContain('context-leaks-secrets');
    unsaved.set('api/.dockerignore', '.env');
    expect(changed('api/.dockerignore')).toEqual(['api/Dockerfile']);
    expect(judge('api/Dockerfile')).not.toContain('context-leaks-secrets');
  });
});

describe('links and roots', () => {
  it('are borders: nothing behind a link or above the root is read', () => {
    const outside = folder({
      'secret/.env': 'DB_PASSWORD=kX9-Tulip-42\n',
      id_rsa: '-----BEGIN RSA PRIVATE KEY-----\n',
    });
    const root = repository({
      'inner/Dockerfile': 'FROM node:24.4\nCOPY . .\nUSER node\n',
      'inner/compose.yaml': 'services: { a: { build: ../.. }, b: { env_file: ../../x.env, image: "a:1" } }\n',
      'inner/.dockerignore': '',
    });
    symlinkSync(path.join(outside, 'secret'), path.join(root, 'inner/linked'));
    symlinkSync(path.join(outside, 'secret/.env'), path.join(root, 'inner/.env'));
    const asked: string[] = [];
    const projects = createProjects({
      unsaved: (file) => {
        asked.push(file);
        return undefined;
      },
      folderOf: () => root,
    });
    for (const file of ['inner/Dockerfile', 'inner/compose.yaml']) {
      const absolute = path.join(root, file);
      const read = readText(absolute);
      analyze(
        { kind: file.endsWith('Dockerfile') ? 'dockerfile' : 'compose', text: 'text' in read ? read.text : '' },
        { config: DEFAULT_CONFIG, project: projects.of(absolute) },
      );
    }
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((it) => !it.startsWith(root + path.sep))).toEqual([]);
    expect(asked.filter((it) => it.includes('linked') || it.endsWith('inner/.env'))).toEqual([]);
  });

  it('keep the files of several roots apart', () => {
    const one = repository({ Dockerfile: 'FROM node:24.4\nCOPY . .\nUSER node\n', '.dockerignore': '' });
    const two = repository({ Dockerfile: 'FROM node:24.4\nCOPY . .\nUSER node\n', '.dockerignore': '' });
    const read = (file: string): string | undefined => {
      const result = readText(file);
      return 'text' in result ? result.text : undefined;
    };
    const projects = createProjects({ folderOf: (it) => (it.startsWith(one) ? one : two) });
    for (const root of [one, two]) {
      const file = path.join(root, 'Dockerfile');
      analyze({ kind: 'dockerfile', text: read(file) ?? '' }, { config: DEFAULT_CONFIG, project: projects.of(file) });
    }
    expect(projects.changed([path.join(two, '.dockerignore')])).toEqual([path.join(two, 'Dockerfile')]);
  });
});
