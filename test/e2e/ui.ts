import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Mocha, { describe, it } from 'mocha';
import { packageExtension } from '../../scripts/package.js';
import { ROOT } from '../../scripts/run-tool.js';
import { acrossFiles } from './across-files.js';
import {
  type Box,
  EXAMPLE,
  fixNamed,
  hover,
  openActions,
  opened,
  PICTURES,
  picture,
  problem,
  read,
  saved,
  shown,
  squiggled,
  tickAll,
  undone,
  until,
} from './page.js';
import { defineOn, type Report, run } from './report.js';

const GO_PROJECT = path.join(ROOT, 'test/builds/projects/go-templates');
const USER_PROJECT = path.join(ROOT, 'test/builds/projects/user-logs');
const ORIGINAL = readFileSync(path.join(EXAMPLE, 'Dockerfile'), 'utf8');

/** The packed extension, installed in a VS Code in the browser and used as a user does: by mouse and keyboard. */
export async function runUi(packed?: string): Promise<Report> {
  mkdirSync(path.join(PICTURES, 'across-files'), { recursive: true });
  const vsix = packed ?? (await packageExtension()).file;
  // A step needs the one before it, so the first failure ends the run.
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, bail: true, forbidOnly: true });
  defineOn(mocha);
  english(vsix);
  acrossFiles(vsix);
  rewrites(vsix);
  japanese(vsix);
  restricted(vsix);
  return run(mocha);
}

function english(vsix: string): void {
  describe('in the browser', () => {
    const use = opened({ vsix });
    let word: Box;

    it('underlines exactly the word that is wrong', async () => {
      const { page } = use();
      word = await squiggled(page, 'USER root', 'root');
      await picture(page, 'squiggles.png');
    });

    it('says why on hover', async () => {
      const { page } = use();
      await hover(page, word, /Asked for by/);
      await picture(page, 'hover.png');
      await page.keyboard.press('Escape');
    });

    for (const [name, link] of [
      ['code', 'a.code-link'],
      ['explanation', 'a[data-href^="command:"]'],
    ] as const) {
      it(`opens the page of the rule from the ${name} in the hover`, async () => {
        const { page } = use();
        await hover(page, word, /Asked for by/);
        await page.locator(`.monaco-hover:visible ${link}`).first().click();
        const tab = page.locator('.tab', { hasText: 'root-user' });
        await tab.waitFor();
        await tab.hover();
        await tab.locator('.action-label').click();
        await tab.waitFor({ state: 'detached' });
        word = await squiggled(page, 'USER root', 'root');
      });
    }

    it('offers the fix at the lightbulb', async () => {
      const { page } = use();
      await openActions(page, word);
      await fixNamed(page, /node/).waitFor();
      await picture(page, 'lightbulb.png');
    });

    it('applies it to that word alone', async () => {
      const { page } = use();
      await fixNamed(page, /node/).click();
      await shown(page, 'USER node');
      await saved(use(), ORIGINAL.replace('USER root', 'USER node'));
    });

    it('gives back every byte on undo, and the finding with it', async () => {
      const { page } = use();
      await page.keyboard.press('Control+z');
      await squiggled(page, 'USER root', 'root');
      await saved(use(), ORIGINAL);
    });

    it('lists the problems of a file that was never opened', async () => {
      const { page } = use();
      await page.keyboard.press('Control+Shift+M');
      await picture(page, 'problems.png');
      // The list only holds the rows that fit.
      await page.getByPlaceholder(/^Filter/).fill('privileged-service');
      await problem(page, /compose\.yaml/).waitFor();
      await problem(page, /privileged/).waitFor();
    });

    it('counts the findings in the language status', async () => {
      const { page } = use();
      await page.locator('[id="status.languageStatus"]').hover();
      await page.locator('.hover-language-status', { hasText: 'findings in the workspace' }).first().waitFor();
      await picture(page, 'status.png');
    });
  });
}

function rewrites(vsix: string): void {
  describe('rewrites', () => {
    const original = readFileSync(path.join(GO_PROJECT, 'Dockerfile'), 'utf8');
    const use = opened({ vsix, workspace: GO_PROJECT, file: 'Dockerfile', viewport: { width: 1300, height: 900 } });

    it('shows the multi-stage rewrite before it is made', async () => {
      const { page } = use();
      const word = await squiggled(page, 'FROM golang:1.22-bookworm', 'golang:1.22-bookworm');
      await openActions(page, word);
      await fixNamed(page, /^(?!Ignore).*stage/).click();
      await page.getByRole('button', { name: 'Apply', exact: true }).waitFor();
      await tickAll(page);
      await page.locator('.bulk-edit-panel .monaco-list-row').last().click();
      await page.waitForTimeout(2500);
      await picture(page, 'multistage.png');
    });

    it('makes it, and gives back every byte on undo', async () => {
      const session = use();
      const { page } = session;
      await page.getByRole('button', { name: 'Apply', exact: true }).click();
      await until(async () => {
        await page.locator('.editor-instance .view-lines').first().click();
        await page.keyboard.press('Control+s');
        return read(session, 'Dockerfile').includes('COPY --from=build');
      });
      await undone(session, 'Dockerfile', original);
    });
  });

  describe('a user for the program, and a hardened service', () => {
    const use = opened({ vsix, workspace: EXAMPLE, file: 'compose.yaml', viewport: { width: 1100, height: 800 } });
    const original = readFileSync(path.join(EXAMPLE, 'compose.yaml'), 'utf8');

    it('hardens a service in one edit that can be undone', async () => {
      const session = use();
      const { page } = session;
      const word = await squiggled(page, '  database:', 'database');
      await openActions(page, word);
      await fixNamed(page, /Harden/).click();
      const apply = page.getByRole('button', { name: 'Apply', exact: true });
      await apply.waitFor();
      await tickAll(page);
      await picture(page, 'harden.png');
      await apply.click();
      await until(async () => {
        await page.locator('.editor-instance .view-lines').first().click();
        await page.keyboard.press('Control+s');
        return read(session, 'compose.yaml').includes('no-new-privileges');
      });
      await undone(session, 'compose.yaml', original);
    });
  });

  describe('USER insertion', () => {
    const original = readFileSync(path.join(USER_PROJECT, 'Dockerfile'), 'utf8');
    const use = opened({ vsix, workspace: USER_PROJECT, file: 'Dockerfile' });

    it('makes the account, gives it its folders and comes before what is started', async () => {
      const session = use();
      const { page } = session;
      const line = original.split('\n').findLast((it) => it.startsWith('FROM ')) ?? '';
      const word = await squiggled(page, line, line.slice('FROM '.length));
      await openActions(page, word);
      await fixNamed(page, /USER/).click();
      await shown(page, 'USER app');
      await picture(page, 'user.png');
      await until(async () => {
        await page.locator('.editor-instance .view-lines').first().click();
        await page.keyboard.press('Control+s');
        return /^USER /m.test(read(session, 'Dockerfile'));
      });
      await undone(session, 'Dockerfile', original);
    });
  });
}

function japanese(vsix: string): void {
  describe('with Japanese as the display language', () => {
    const use = opened({ vsix, language: 'ja' });

    it('explains in Japanese', async () => {
      const { page } = use();
      const word = await squiggled(page, 'USER root', 'root');
      await hover(page, word, /[ぁ-ん].*root-user.*根拠となる基準/s);
      await picture(page, 'japanese.png');
    });

    it('offers the fix in Japanese', async () => {
      const { page } = use();
      await page.keyboard.press('Escape');
      const word = await squiggled(page, 'USER root', 'root');
      await openActions(page, word);
      await fixNamed(page, /[ぁ-ん]/).waitFor();
    });
  });
}

function restricted(vsix: string): void {
  describe('in Restricted Mode', () => {
    const use = opened({ vsix, restricted: true });

    it('finds and fixes as it does in a trusted workspace', async () => {
      const { page } = use();
      await page.getByText('Restricted Mode', { exact: true }).first().waitFor();
      const word = await squiggled(page, 'USER root', 'root');
      await openActions(page, word);
      await fixNamed(page, /node/).click();
      await shown(page, 'USER node');
    });
  });
}
