import type { Edit } from '../../core/edit.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, RunInstruction, Stage } from '../../dockerfile/model.js';
import { chainOf, expandAt, instructionsOf, isRootUser, reachedStages } from '../../dockerfile/queries.js';
import { userOf } from '../../images/users.js';
import type { ShellCommand } from '../../shell/model.js';

export default defineRule({
  id: 'sudo-in-build',
  severity: 'warning',
  summary: 'A build step must not use sudo.',
  why: `
    Build steps run as root until USER says otherwise, so sudo adds nothing to them. Below a USER it works only if the image has
    sudo and a rule that makes this user root without a password. Both stay in the image, and an attacker who gets into the
    program is root with one word.

    Steps that need root go above USER, or between \`USER root\` and the USER of the program.
  `,
  references: ['https://docs.docker.com/build/building/best-practices/#user'],
  standards: { cis: ['4.3'], nist: ['4.1.2'], owasp: ['RULE #2'], cwe: ['CWE-250'] },
  equivalents: {
    hadolint: ['DL3004'],
    trivy: ['DS-0010'],
    checkov: ['CKV2_DOCKER_1'],
    semgrep: ['no-sudo-in-dockerfile'],
    tally: ['DL3004'],
  },
  messages: {
    root: 'This step runs as root already, so sudo only asks for a package that helps an intruder. Leave it out.',
    user: 'sudo works here only if the image lets its user become root, and an intruder too. Run the step above USER.',
    other:
      'sudo as another user keeps sudo in the image, which helps an intruder. Put the step below USER with that name.',
  },
  titles: { remove: 'Remove sudo' },

  check: {
    dockerfile(document) {
      return [...reachedStages(document)].flatMap((stage) =>
        stage.windows
          ? []
          : instructionsOf(stage.instructions, 'RUN').flatMap((run) => {
              const commands = run.script.commands.filter((it) => it.name === 'sudo' || it.wrappers.includes('sudo'));
              const [first] = commands;
              if (!first) return [];
              const root = runsAsRoot(document, stage, run);
              const edits = root ? removals(document, commands) : undefined;
              return [
                {
                  message: isForUser(document, first)
                    ? ('other' as const)
                    : root
                      ? ('root' as const)
                      : ('user' as const),
                  range: first.range,
                  fixes: edits ? [{ title: 'remove' as const, applicability: 'safe' as const, edits }] : [],
                },
              ];
            }),
      );
    },
  },

  examples: [
    {
      title: 'Root already',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «sudo apt-get update» \\
            && sudo -E apt-get install -y --no-install-recommends git \\
            && rm -rf /var/lib/apt/lists/*
      `,
      expect: ['root'],
      fixed: `
        FROM debian:13
        RUN apt-get update \\
            && apt-get install -y --no-install-recommends git \\
            && rm -rf /var/lib/apt/lists/*
      `,
    },
    {
      title: 'Below a USER',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        USER app
        RUN cd /tmp; echo "$TOKEN" | «sudo tee /etc/app.conf»
      `,
      expect: ['user'],
      fixed: null,
    },
    {
      title: 'As another user',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «sudo -u app make»
      `,
      expect: ['other'],
      fixed: null,
    },
    {
      title: 'The package, and words that only look like it',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN apt-get update && apt-get install -y sudo sudoku && echo "no sudo here" && rm -rf /var/lib/apt/lists/*
      `,
    },
    {
      title: 'A stage of which nothing ships',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS test
        RUN sudo make test
        FROM debian:13
        COPY app /app
      `,
    },
  ],
});

function runsAsRoot(document: DockerfileDocument, stage: Stage, run: RunInstruction): boolean {
  const users = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'USER'));
  const last = users.findLast((it) => it.range.start < run.range.start);
  if (last) {
    const { value, known } = expandAt(document, last.args[0] ?? '', last.range.start);
    return known && isRootUser(value);
  }
  if (!stage.rootImage) return stage.fromScratch;
  const { root, byEntrypoint } = userOf(stage.rootImage);
  return root === 'yes' || byEntrypoint === true;
}

function isForUser({ text }: DockerfileDocument, { range }: ShellCommand): boolean {
  const { start } = range;
  return /^sudo[ \t]+(?:-[EnSHi]{1,5}[ \t]+){0,3}(?:-[EnSHi]{0,5}u|--user\b)/.test(text.slice(start, start + 200));
}

/** Without options sudo only becomes root; with `-u` and the like it does more. */
function removals({ text }: DockerfileDocument, commands: readonly ShellCommand[]): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  for (const { name, range } of commands) {
    const { start } = range;
    const written = /^sudo[ \t]+(?:-[EnS]{1,3}[ \t]+){0,3}(?![-"'\\\s]|\w+=)/.exec(text.slice(start, start + 200))?.[0];
    if (written === undefined || name === 'sudo') return undefined;
    if (edits.at(-1)?.range.start !== start) edits.push({ range: { start, end: start + written.length }, text: '' });
  }
  return edits;
}
