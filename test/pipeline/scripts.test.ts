import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze } from '../../rules/core/analyze.js';
import { everyCommand } from '../../rules/pipeline/every-command.js';
import { justRecipes, makeTargets } from '../../rules/pipeline/makefile.js';
import { parsePipeline } from '../../rules/pipeline/parse.js';
import { pipelinesOf } from '../../rules/pipeline/project.js';
import { createProjects } from '../../workspace/project.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';
import { readText } from '../../workspace/read.js';
import { filled, growth, LINEAR } from '../growth.js';
import { repository } from '../workspace/folder.js';

const GITLAB = '.gitlab-ci.yml';

/** Where a pipeline's commands are written, and what they are. */
function commandsOf(script: string, around: Readonly<Record<string, string>>): readonly string[] {
  const text = `job:\n  script:\n    - ${script}\n`;
  const document = parsePipeline(text, GITLAB);
  const project = projectOfTexts(GITLAB, { ...around, [GITLAB]: text });
  return everyCommand(document, project)
    .filter((it) => it.script)
    .map(
      ({ script: file, command, text: own }) => `${file?.path}: ${own.slice(command.range.start, command.range.end)}`,
    );
}

describe('a pipeline', () => {
  it('runs what its scripts run, and the scripts that they call', () => {
    const around = {
      'ci/a.sh': '#!/bin/sh\necho a\n. ci/b.sh\n',
      'ci/b.sh': 'echo b\nsh ci/a.sh\n',
      'ci/c.py': 'print(1)\n',
      'ci/d': '#!/usr/bin/env python3\nprint(1)\n',
    };
    expect(commandsOf('./ci/a.sh', around)).toEqual([
      'ci/a.sh: echo a',
      'ci/a.sh: . ci/b.sh',
      'ci/b.sh: echo b',
      'ci/b.sh: sh ci/a.sh',
    ]);
    expect(commandsOf('bash -e ci/b.sh', around)[0]).toBe('ci/b.sh: echo b');
    expect(commandsOf('ci/c.py && ci/d && ../x.sh && $DIR/ci/a.sh', around)).toEqual([]);
  });

  it('runs the targets that it names, and what they need', () => {
    const around = {
      Makefile: 'all: web\n\t@echo all\nweb:\n\t-docker build -t $(IMAGE) .\nother:\n\techo other\n',
      'api/Makefile': 'image: ; true\n%.o: x\n\tcc\n',
    };
    expect(commandsOf('make', around)).toEqual(['Makefile: echo all', 'Makefile: docker build -t $(IMAGE) .']);
    expect(commandsOf('make -j4 other V=1', around)).toEqual(['Makefile: echo other']);
    expect(commandsOf('make -C api x.o', around)).toEqual([]);
    expect(
      commandsOf('just image', {
        justfile: 'tag := "1"\nimage dir="." : check\n  docker build -t {{tag}} {{dir}}\ncheck:\n  @echo c\n',
      }),
    ).toEqual(['justfile: docker build -t {{tag}} {{dir}}', 'justfile: echo c']);
  });

  it('stands alone without a project', () => {
    const text = 'job:\n  script:\n    - make image\n';
    const { findings } = analyze(
      { kind: 'ci', text },
      { config: DEFAULT_CONFIG, project: projectOfTexts(GITLAB, { [GITLAB]: text }) },
    );
    expect(findings).toEqual([]);
  });
});

describe('a Makefile', () => {
  it('has targets with their lines', () => {
    const targets = makeTargets(
      'A := 1\nB = x:y\n.PHONY: a\na b: c\n\n\techo $$HOME \\\n\t  $(A)\n# note\n\techo two\nc:\n',
    );
    expect([...targets.keys()]).toEqual(['.PHONY', 'a', 'b', 'c']);
    expect(targets.get('b')?.script.commands.map((it) => it.words.length)).toEqual([3, 2]);
    expect(targets.get('b')?.needs).toEqual(['c']);
  });
});

describe('hostile texts', () => {
  const LENGTH = 20_000;
  it.each([
    ['open comments', (length: number) => filled('/*', length)],
    ['open strings', (length: number) => `"${filled('\\"', length)}`],
    ['open expressions', (length: number) => `node { sh "${filled('${', length)}" }`],
    ['brackets', (length: number) => `node ${filled('{', length)}`],
    ['stages', (length: number) => `node { ${filled("stage('x') { sh 'y' } ", length)} }`],
  ])('a Jenkinsfile with many %s takes linear time', (_, textOf) =>
    expect(growth(LENGTH, (length) => parsePipeline(textOf(length), 'Jenkinsfile'))).toBeLessThan(LINEAR),
  );

  it.each([
    ['colons', (length: number) => filled('a:', length)],
    ['targets', (length: number) => filled('a: b\n\techo $(X)\n', length)],
    [
      'needs',
      (length: number) =>
        Array.from({ length: Math.ceil(length / 20) }, (_, it) => `t${it}: t${it + 1}\n\techo\n`).join(''),
    ],
    ['expansions', (length: number) => `a:\n\t${filled('$(', length)}`],
  ])('a Makefile with many %s takes linear time', (_, textOf) => {
    const read = (length: number) => {
      const text = textOf(length);
      makeTargets(text);
      justRecipes(text);
    };
    expect(growth(LENGTH, read)).toBeLessThan(LINEAR);
  });
});

describe('a change', () => {
  it('of a script, an included file or a new pipeline judges the pipelines anew that asked for it', () => {
    const root = repository({
      '.gitlab-ci.yml': 'include:\n  - local: ci/more.yml\njob:\n  script:\n    - make image\n',
      'ci/more.yml': 'scan:\n  script:\n    - echo none\n',
      Makefile: 'image:\n\tdocker build -t x . && docker push x\n',
      'src/main.c': '',
    });
    const read = (file: string): string | undefined => {
      const found = readText(file);
      return 'text' in found ? found.text : undefined;
    };
    const projects = createProjects({ folderOf: () => root });
    const judged = path.join(root, GITLAB);
    const text = read(judged) ?? '';
    const { findings } = analyze({ kind: 'ci', text }, { config: DEFAULT_CONFIG, project: projects.of(judged) });
    expect(findings.map((it) => it.rule.id)).toEqual(['unscanned-image']);
    for (const it of ['Makefile', 'ci/more.yml']) expect(projects.changed([path.join(root, it)])).toContain(judged);
    expect(projects.changed([path.join(root, 'src/main.c')])).not.toContain(judged);
  });

  it('that includes another file is followed', () => {
    const around = { 'ci/a.yml': 'include: ci/b.yml\n', 'ci/b.yml': 'x:\n  script:\n    - trivy image y\n' };
    const text = 'include: ci/a.yml\n';
    const project = projectOfTexts(GITLAB, { ...around, [GITLAB]: text });
    expect(pipelinesOf(project, parsePipeline(text, GITLAB)).all.map((it) => it.path)).toEqual([
      GITLAB,
      'ci/a.yml',
      'ci/b.yml',
    ]);
  });
});
