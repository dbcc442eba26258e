import { describe, expect, it } from 'vitest';
import { TEXTS } from '../../rules/compose/texts.js';
import type { PipelineStep } from '../../rules/pipeline/model.js';
import { parsePipeline } from '../../rules/pipeline/parse.js';
import { filled, growth, LINEAR } from '../growth.js';

const TEXT = `name: ci
on: [push] # always
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: "actions/checkout@v4" # pinned
      - name: Build
        uses: docker/build-push-action@v6
        with: {push: true, tags: 'a/b:1'}
      - run: docker build -t x .
      - name: Push
        run: |
          docker push \${{ env.IMAGE }}:\${{ github.sha }} &&
            echo done
  call:
    uses: ./.github/workflows/other.yml
`;

function stepsOf(text: string): readonly PipelineStep[] {
  return parsePipeline(text).jobs.flatMap((it) => it.steps);
}

describe('a workflow', () => {
  const document = parsePipeline(TEXT);
  const slice = (range: { readonly start: number; readonly end: number } | undefined): string | undefined =>
    range && TEXT.slice(range.start, range.end);

  it('has jobs and steps', () => {
    expect(document).toMatchObject({ kind: 'ci', eol: '\n', errors: [] });
    expect(document.jobs.map((it) => [it.name.value, it.steps.length, it.uses?.value])).toEqual([
      ['build', 4, undefined],
      ['call', 0, './.github/workflows/other.yml'],
    ]);
    expect(document.comments.map((it) => it.text)).toEqual(['# always', '# pinned']);
    expect(document.root?.get('name')?.value).toMatchObject({ text: 'ci' });
  });

  it('knows where everything stands', () => {
    const steps = document.jobs[0]?.steps ?? [];
    expect(steps.map((it) => [it.name?.value, slice(it.uses?.range)])).toEqual([
      [undefined, 'actions/checkout@v4'],
      ['Build', 'docker/build-push-action@v6'],
      [undefined, undefined],
      ['Push', undefined],
    ]);
    expect(slice(steps[2]?.range)).toBe('run: docker build -t x .');
    expect(steps[1]?.with?.get('tags')?.value).toMatchObject({ text: 'a/b:1' });
    expect(slice(document.jobs[1]?.uses?.range)).toBe('./.github/workflows/other.yml');
  });

  it('has the commands of its scripts', () => {
    const [, , one, two] = document.jobs[0]?.steps ?? [];
    expect(one?.run?.script.commands.map((it) => slice(it.range))).toEqual(['docker build -t x .']);
    expect(two?.run?.script.commands.map((it) => slice(it.range))).toEqual([
      'docker push ${{ env.IMAGE }}:${{ github.sha }}',
      'echo done',
    ]);
    expect(two?.run?.script.commands[0]?.words.map((it) => it.literal)).toEqual([true, true, false]);
    expect(two?.run?.script.complete).toBe(true);
  });

  it('is the same with CRLF', () => {
    const windows = parsePipeline(TEXT.replaceAll('\n', '\r\n'));
    expect(windows.jobs.map((it) => it.steps.map((step) => step.run?.value))).toEqual(
      document.jobs.map((it) => it.steps.map((step) => step.run?.value)),
    );
  });
});

describe('the shell of a step', () => {
  const languages = (job: string, step: string, workflow = ''): readonly unknown[] =>
    stepsOf(`${workflow}jobs:\n  a:\n${job}    steps:\n      - run: echo x\n${step}`).map((it) => [
      it.run?.script.language,
      it.run?.script.interpreter,
      it.run?.script.commands.length,
    ]);

  it.each<readonly [title: string, job: string, step: string, workflow: string, expected: readonly unknown[]]>([
    ['is bash', '', '', '', ['posix', undefined, 1]],
    ['is its own', '', '        shell: pwsh\n', '', ['powershell', undefined, 1]],
    ['is cmd', '', '        shell: cmd\n', '', ['cmd', undefined, 1]],
    ['may have a path and options', '', '        shell: /usr/bin/bash -e {0}\n', '', ['posix', undefined, 1]],
    ['may be no shell', '', '        shell: python\n', '', ['posix', 'python', 0]],
    ['is that of the job', '    defaults: {run: {shell: powershell}}\n', '', '', ['powershell', undefined, 1]],
    ['is that of the workflow', '', '', 'defaults:\n  run:\n    shell: pwsh\n', ['powershell', undefined, 1]],
    [
      'of the job goes first',
      '    defaults: {run: {shell: bash}}\n',
      '',
      'defaults: {run: {shell: pwsh}}\n',
      ['posix', undefined, 1],
    ],
    ['is PowerShell on Windows', '    runs-on: windows-2022\n', '', '', ['powershell', undefined, 1]],
    [
      'is PowerShell on Windows by labels',
      '    runs-on: [self-hosted, windows]\n',
      '',
      '',
      ['powershell', undefined, 1],
    ],
    ['of a matrix is taken for bash', '    runs-on: ${{ matrix.os }}\n', '', '', ['posix', undefined, 1]],
    ['that cannot be known is taken for bash', '', '        shell: ${{ inputs.shell }}\n', '', ['posix', undefined, 1]],
  ])('%s', (_, job, step, workflow, expected) => {
    expect(languages(job, step, workflow)).toEqual([expected]);
  });
});

describe('other texts', () => {
  it.each([
    '',
    '# c',
    'jobs:',
    'jobs: [a]',
    'jobs: {a: b}',
    'jobs: {a: {steps: x}}',
    'jobs: {a: {steps: [b, [c], ~]}}',
    'jobs: {a: {steps: [{run: }]}}',
  ])('have no steps that run: %j', (text) => {
    expect(stepsOf(text).filter((it) => it.run)).toEqual([]);
  });

  it('are no workflow', () => {
    expect(parsePipeline('- a').errors.map((it) => it.message.template)).toEqual([TEXTS.workflowNotAMap]);
  });

  it('keep their steps while one is typed', () => {
    const steps = stepsOf(
      'jobs:\n  a:\n    steps:\n      - run: "echo\n      - run: docker build "x"\n      - run: ls\n',
    );
    expect(steps.at(-1)?.run?.value).toBe('ls');
  });

  it('with open expressions take linear time', () => {
    const parse = (length: number) => parsePipeline(`jobs: {a: {steps: [{run: '${filled('${{ ', length)}'}]}}`);
    expect(growth(50_000, parse)).toBeLessThan(LINEAR);
  });
});
