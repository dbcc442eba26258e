import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProjects } from '../../workspace/project.js';
import { readText } from '../../workspace/read.js';
import { repositoryRoot } from '../../workspace/repository.js';
import { folder, repository } from './folder.js';

const WORKFLOW = (job: string) => `on: push\njobs:\n  ${job}:\n    runs-on: ubuntu-latest\n    steps: []\n`;

const read = (file: string) => {
  const result = readText(file);
  return 'text' in result ? result.text : undefined;
};

describe('projects', () => {
  it('hold the workflows of the repository, by name', () => {
    const root = repository({
      '.github/workflows/b.yaml': WORKFLOW('second'),
      '.github/workflows/a.yml': WORKFLOW('first'),
      '.github/workflows/notes.txt': WORKFLOW('none'),
      '.github/workflows/bad.yml': new Uint8Array([0]),
      'a/b/Dockerfile': '',
    });
    const { workflows } = createProjects({ read, folderOf: () => undefined }).of(path.join(root, 'a/b/Dockerfile'));
    expect(workflows.flatMap((it) => it.jobs.map((job) => job.name.value))).toEqual(['first', 'second']);
  });

  it('hold the nearest workflows where a repository has several', () => {
    const root = repository({
      '.github/workflows/a.yml': WORKFLOW('outer'),
      'inner/.github/workflows/a.yml': WORKFLOW('inner'),
      'inner/app/Dockerfile': '',
    });
    const jobs = (file: string) =>
      createProjects({ read, folderOf: () => undefined })
        .of(path.join(root, file))
        .workflows.flatMap((it) => it.jobs.map((job) => job.name.value));
    expect(jobs('inner/app/Dockerfile')).toEqual(['inner']);
    expect(jobs('Dockerfile')).toEqual(['outer']);
  });

  it('are empty above and without workflows', () => {
    const outer = folder({ '.github/workflows/a.yml': WORKFLOW('x'), 'inner/.git/HEAD': '', 'inner/Dockerfile': '' });
    expect(
      createProjects({ read, folderOf: () => undefined }).of(path.join(outer, 'inner/Dockerfile')).workflows,
    ).toEqual([]);
  });

  it('are read again after forget', () => {
    const root = repository({ '.github/workflows/a.yml': WORKFLOW('x') });
    let text: string | undefined = WORKFLOW('saved');
    const projects = createProjects({ read: () => text, folderOf: () => undefined });
    const job = () => projects.of(path.join(root, 'Dockerfile')).workflows[0]?.jobs[0]?.name.value;
    expect(job()).toBe('saved');
    text = WORKFLOW('typed');
    expect(job()).toBe('saved');
    projects.forget();
    expect(job()).toBe('typed');
  });
});

describe('repositoryRoot', () => {
  it('is the nearest folder with .git, a file in a worktree', () => {
    const root = repository({ 'tree/.git': 'gitdir: elsewhere\n', 'tree/a/Dockerfile': '', 'b/Dockerfile': '' });
    expect(repositoryRoot(path.join(root, 'tree/a/Dockerfile'))).toBe(path.join(root, 'tree'));
    expect(repositoryRoot(path.join(root, 'b/Dockerfile'))).toBe(root);
    expect(repositoryRoot(root)).toBe(root);
  });

  it('is the folder of the file where there is no repository', () => {
    const root = folder({ 'a/Dockerfile': '' });
    expect(repositoryRoot(path.join(root, 'a/Dockerfile'))).toBe(path.join(root, 'a'));
  });
});
