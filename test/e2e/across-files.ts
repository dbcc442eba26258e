import path from 'node:path';
import { describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { ROOT } from '../../scripts/run-tool.js';
import { fixNamed, openActions, opened, openFile, picture, problem, read, squiggled, tickAll, until } from './page.js';
import type { Session } from './session.js';

const PROJECTS = path.join(ROOT, 'examples/across-files');

/** A project of {@link PROJECTS}: what a user sees of its mistake. Files are named from the folder of the project. */
interface Demonstration {
  readonly project: string;
  readonly rule: string;
  /** Where the squiggle is: the file, its line, the word. */
  readonly file: string;
  readonly line: string;
  readonly word: string;
  /** The other file that the finding leads to; absent: what it is read with is no place in a text. */
  readonly related?: string;
  /** The title of the fix, and the file that it changes or creates; absent: there is none. */
  readonly fix?: readonly [title: RegExp, file: string];
}

const DEMONSTRATIONS: readonly Demonstration[] = [
  {
    project: 'root-service',
    rule: 'root-service',
    file: 'compose.yaml',
    line: '    user: root',
    word: 'root',
    related: 'api/Dockerfile',
    fix: [/Remove user/, 'compose.yaml'],
  },
  {
    project: 'context-leaks-secrets',
    rule: 'context-leaks-secrets',
    file: 'Dockerfile',
    line: 'COPY . .',
    word: '.',
    related: 'config/shop.env',
    fix: [/Add config\/shop\.env/, '.dockerignore'],
  },
  {
    project: 'missing-dockerignore',
    rule: 'missing-dockerignore',
    file: 'Dockerfile',
    line: 'COPY . .',
    word: '.',
    fix: [/Write \.dockerignore/, '.dockerignore'],
  },
  {
    project: 'hardcoded-secret',
    rule: 'hardcoded-secret',
    file: 'Dockerfile',
    line: 'COPY . /srv/shop',
    word: '.',
    related: '.env.example',
  },
  {
    project: 'committed-env-file',
    rule: 'committed-env-file',
    file: 'compose.yaml',
    line: '    env_file: db.env',
    word: 'db.env',
    related: 'db.env',
    fix: [/\.gitignore/, '../.gitignore'],
  },
  {
    project: 'secret-build-argument',
    rule: 'secret-build-argument',
    file: 'compose.yaml',
    // oxlint-disable-next-line no-template-curly-in-string -- compose writes it so
    line: '        NPM_TOKEN: ${NPM_TOKEN}',
    // oxlint-disable-next-line no-template-curly-in-string -- compose writes it so
    word: 'NPM_TOKEN: ${NPM_TOKEN}',
    related: 'web/Dockerfile',
    fix: [/secret npm_token/, 'web/Dockerfile'],
  },
  {
    project: 'missing-user',
    rule: 'missing-user',
    file: 'api/Dockerfile',
    line: 'FROM node:24.11.1-alpine3.22',
    word: 'node:24.11.1-alpine3.22',
    related: 'compose.yaml',
    fix: [/USER node/, 'api/Dockerfile'],
  },
  {
    project: 'build-target',
    rule: 'missing-user',
    file: 'Dockerfile',
    line: 'FROM debian:13.1-slim AS serve',
    word: 'debian:13.1-slim',
    related: 'compose.yaml',
    fix: [/user app/, 'Dockerfile'],
  },
  {
    project: 'permissive-profile',
    rule: 'permissive-profile',
    file: 'compose.yaml',
    line: '      - seccomp:./seccomp.json',
    word: 'seccomp:./seccomp.json',
    related: 'seccomp.json',
  },
  {
    project: 'compose-override',
    rule: 'host-namespace',
    file: 'compose.override.yaml',
    line: '    pid: host',
    word: 'pid: host',
    fix: [/pid: host/, 'compose.override.yaml'],
  },
  {
    project: 'compose-include',
    rule: 'sensitive-host-mount',
    file: 'compose.yaml',
    line: '  - services/files.yaml',
    word: 'services/files.yaml',
    related: 'services/files.yaml',
  },
  {
    project: 'unlocked-install',
    rule: 'unlocked-install',
    file: 'web/Dockerfile',
    line: 'RUN npm install --omit=dev && npm cache clean --force',
    word: 'npm install --omit=dev',
    fix: [/lock file/, 'web/Dockerfile'],
  },
  {
    project: 'dockerfile-inline',
    rule: 'context-leaks-secrets',
    file: 'compose.yaml',
    line: '        COPY . .',
    word: '.',
    related: 'shop.env',
    fix: [/Write \.dockerignore/, '.dockerignore'],
  },
  {
    project: 'registry-password-argument',
    rule: 'registry-password-argument',
    file: '.gitlab-ci.yml',
    line: '    - ./ci/push.sh',
    word: './ci/push.sh',
    related: 'ci/push.sh',
    fix: [/--password-stdin/, 'ci/push.sh'],
  },
];

/** The finding in one file, the place that explains it in the other, and the fix in the file where it belongs. */
export function acrossFiles(vsix: string): void {
  describe('between files', () => {
    const use = opened({ vsix, workspace: PROJECTS, file: 'README.md', repository: true });

    for (const demonstration of DEMONSTRATIONS) {
      const { project, fix } = demonstration;

      it(`shows ${project} where it is, and what it is read with`, async () => {
        await shows(use().page, demonstration);
      });

      if (fix)
        it(`fixes ${project} in ${fix[1]}`, async () => {
          await fixes(use(), demonstration, fix);
        });
    }
  });
}

async function shows(page: Page, { project, rule, file, line, word, related }: Demonstration): Promise<void> {
  await openFile(page, `${project}/${file}`);
  await squiggled(page, line, word);
  await page.keyboard.press('Control+Shift+M');
  await page.getByPlaceholder(/^Filter/).fill(`**/${project}/**`);
  const row = problem(page, new RegExp(rule));
  await row.waitFor();
  await row.click();
  await page.keyboard.press('ArrowRight');
  if (related !== undefined) await problem(page, new RegExp(path.basename(related).replaceAll('.', '\\.'))).waitFor();
  await picture(page, `across-files/${project}.png`);
  await page.keyboard.press('Control+Shift+M');
}

async function fixes(
  session: Session,
  { project, file: shown, line, word }: Demonstration,
  [title, file]: readonly [RegExp, string],
): Promise<void> {
  const { page } = session;
  const changed = path.join(project, file);
  const before = textOf(session, changed);
  await openFile(page, `${project}/${shown}`);
  await openActions(page, await squiggled(page, line, word));
  await fixNamed(page, title).click();
  await confirmed(page);
  await until(async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.press('s');
    await page.waitForTimeout(500);
    return textOf(session, changed) !== before;
  });
}

/** Changes in several places that may change what runs are shown before they are made. */
async function confirmed(page: Page): Promise<void> {
  const apply = page.getByRole('button', { name: 'Apply', exact: true });
  await apply.waitFor({ timeout: 3000 }).catch(() => {});
  if (!(await apply.isVisible())) return;
  await tickAll(page);
  await apply.click();
}

/** Undefined while there is no such file. */
function textOf(session: Session, name: string): string | undefined {
  try {
    return read(session, name);
  } catch {
    return undefined;
  }
}
