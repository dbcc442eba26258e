import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { pipelinesOf } from '../../rules/pipeline/project.js';
import { createProjects, type Projects } from '../../workspace/project.js';
import { enclosingRepository } from '../../workspace/repository.js';
import { folder, repository } from './folder.js';

const WORKFLOW = (job: string) => `on: push\njobs:\n  ${job}:\n    runs-on: ubuntu-latest\n    steps: []\n`;

function jobsOf(projects: Projects, file: string): readonly string[] {
  return pipelinesOf(projects.of(file)).all.flatMap((it) => it.document.jobs.map((job) => job.name.value));
}

describe('projects', () => {
  it('hold the workflows of the repository, by name', () => {
    const root = repository({
      '.github/workflows/b.yaml': WORKFLOW('second'),
      '.github/workflows/a.yml': WORKFLOW('first'),
      '.github/workflows/notes.txt': WORKFLOW('none'),
      '.github/workflows/bad.yml': new Uint8Array([0]),
      'a/b/Dockerfile': '',
    });
    const projects = createProjects({ folderOf: () => undefined });
    expect(jobsOf(projects, path.join(root, 'a/b/Dockerfile'))).toEqual(['first', 'second']);
  });

  it('hold the nearest workflows where a repository has several', () => {
    const root = repository({
      '.github/workflows/a.yml': WORKFLOW('outer'),
      'inner/.github/workflows/a.yml': WORKFLOW('inner'),
      'inner/app/Dockerfile': '',
    });
    const projects = createProjects({ folderOf: () => undefined });
    const jobs = (file: string) => jobsOf(projects, path.join(root, file));
    expect(jobs('inner/app/Dockerfile')).toEqual(['inner']);
    expect(jobs('Dockerfile')).toEqual(['outer']);
  });

  it('are empty above and without workflows', () => {
    const outer = folder({ '.github/workflows/a.yml': WORKFLOW('x'), 'inner/.git/HEAD': '', 'inner/Dockerfile': '' });
    const projects = createProjects({ folderOf: () => undefined });
    expect(jobsOf(projects, path.join(outer, 'inner/Dockerfile'))).toEqual([]);
  });

  it('know what git ignores in a worktree, where .git is a file', () => {
    const root = folder({ '.git': 'gitdir: /elsewhere', '.gitignore': '.env', 'app/Dockerfile': '' });
    const project = createProjects({ folderOf: () => undefined }).of(path.join(root, 'app/Dockerfile'));
    expect(project.ignoredByGit('app/.env')).toBe(true);
    expect(project.ignoredByGit('app/db.env')).toBe(false);
  });

  it('are read again after forget', () => {
    const root = repository({ '.github/workflows/a.yml': WORKFLOW('x') });
    let text: string | undefined = WORKFLOW('saved');
    const projects = createProjects({ unsaved: () => text, folderOf: () => undefined });
    const job = () => jobsOf(projects, path.join(root, 'Dockerfile'))[0];
    expect(job()).toBe('saved');
    text = WORKFLOW('typed');
    expect(job()).toBe('saved');
    projects.forget();
    expect(job()).toBe('typed');
  });
});

describe('enclosingRepository', () => {
  it('is the nearest folder with .git, a file in a worktree', () => {
    const root = repository({ 'tree/.git': 'gitdir: elsewhere\n', 'tree/a/Dockerfile': '', 'b/Dockerfile': '' });
    expect(enclosingRepository(path.join(root, 'tree/a'))).toBe(path.join(root, 'tree'));
    expect(enclosingRepository(path.join(root, 'b'))).toBe(root);
    expect(enclosingRepository(root)).toBe(root);
  });

  it('is nothing where there is no repository', () => {
    const root = folder({ 'a/Dockerfile': '' });
    expect(enclosingRepository(path.join(root, 'a'))).toBeUndefined();
  });
});
