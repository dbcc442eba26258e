import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { instructionsOf } from '../../rules/dockerfile/queries.js';
import { filesOfSources } from '../../rules/project/context-leaks.js';
import {
  type DockerIgnore,
  type IgnoreVerdict,
  isIgnored,
  parseDockerignore,
} from '../../rules/project/dockerignore.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';
import { growth, LINEAR } from '../growth.js';

/** What a real BuildKit answered: see dockerignore-oracle.ts. */
const ORACLE = JSON.parse(readFileSync(path.join(import.meta.dirname, 'dockerignore-answers.json'), 'utf8')) as {
  readonly files: readonly string[];
  readonly answers: readonly {
    readonly shared: string;
    readonly own?: string;
    readonly kept: readonly string[] | null;
  }[];
  readonly copied: readonly { readonly source: string; readonly kept: readonly string[] | null }[];
};

describe('COPY', () => {
  it.each(ORACLE.copied)('$source takes what BuildKit takes', ({ source, kept }) => {
    const text = `FROM scratch\nCOPY ["${source}", "/"]\n`;
    const texts = Object.fromEntries(ORACLE.files.filter((it) => !it.endsWith('/')).map((it) => [it, '']));
    const ignored = { Dockerfile: text, '.dockerignore': 'Dockerfile\n.dockerignore\n.git\n**/node_modules\n' };
    const project = projectOfTexts('Dockerfile', { ...texts, ...ignored });
    const document = parseDockerfile(text);
    const [copy] = instructionsOf(document.instructions, 'COPY');
    const filesOf = filesOfSources(document, project, DEFAULT_CONFIG);
    const files = (copy?.sources ?? []).flatMap((it) => filesOf(it) ?? ['not known']);
    const real = (kept ?? []).filter((it) => !it.endsWith('/'));
    expect([...new Set(files)].sort()).toEqual(real);
  });
});

describe('.dockerignore', () => {
  it.each(ORACLE.answers)('$shared $own: keeps what BuildKit keeps', ({ shared, own, kept }) => {
    const ignore = parseDockerignore(own ?? shared);
    if (kept === null) expect(ignore.invalid).toBeDefined();
    else {
      expect(ignore.invalid).toBeUndefined();
      const extra = ['Dockerfile', '.dockerignore', ...(own === undefined ? [] : ['Dockerfile.dockerignore'])];
      expect(keptOf(ignore, [...ORACLE.files, ...extra])).toEqual(kept);
    }
  });

  it('has enough pattern sets, of both kinds', () => {
    expect(ORACLE.answers.length).toBeGreaterThan(100);
    expect(ORACLE.answers.filter((it) => it.kept === null).length).toBeGreaterThan(5);
  });

  it('gives one path the verdict that the walk gives it', () => {
    const ignore = parseDockerignore('*\n!dir\ndir/sub\n!dir/sub/deep/file.txt\n');
    expect(isIgnored(ignore, 'a.txt')).toBe(true);
    expect(isIgnored(ignore, 'dir/file')).toBe(false);
    expect(isIgnored(ignore, 'dir/sub/file')).toBe(true);
    expect(isIgnored(ignore, 'dir/sub/deep/file.txt')).toBe(false);
  });

  it('tells which line decides, and where it is', () => {
    const text = '\uFEFF# all\r\n  *.pem  \r\n! a.pem\r\n';
    const ignore = parseDockerignore(text);
    const by = (file: string) => {
      const range = ignore.judge(file).by?.range;
      return range && text.slice(range.start, range.end);
    };
    expect([by('b.pem'), by('a.pem'), by('a.key')]).toEqual(['*.pem', '! a.pem', undefined]);
  });

  it('hostile: takes linear time for each pattern', () => {
    const ignore = parseDockerignore(`${'**/a*'.repeat(200)}[b]\n${'*a'.repeat(500)}[b]\n`);
    expect(growth(500, (length) => ignore.judge('a'.repeat(length)))).toBeLessThan(LINEAR);
    expect(ignore.work()).toBeGreaterThan(1_000_000);
  });
});

/** Files, and folders without any, that are left, as BuildKit exports them. */
function keptOf(ignore: DockerIgnore, paths: readonly string[]): readonly string[] {
  const folders = new Map<string, IgnoreVerdict>();
  const kept = new Set<string>();
  const verdictOn = (it: string): IgnoreVerdict => {
    const known = folders.get(it);
    if (known) return known;
    const slash = it.lastIndexOf('/');
    const verdict = ignore.judge(it, slash < 0 ? undefined : verdictOn(it.slice(0, slash)));
    folders.set(it, verdict);
    if (!verdict.ignored) kept.add(it);
    return verdict;
  };
  for (const it of paths) verdictOn(it.replace(/\/$/, ''));
  const isFolder = (it: string): boolean => paths.some((one) => one.startsWith(`${it}/`));
  return [...kept]
    .flatMap((it) => {
      if (!isFolder(it)) return [it];
      return [...kept].some((one) => one.startsWith(`${it}/`)) ? [] : [`${it}/`];
    })
    .sort();
}
