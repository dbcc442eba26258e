/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Mocha, { after, before, describe, it } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { packageExtension } from '../../scripts/package.js';
import { ROOT } from '../../scripts/run-tool.js';
import { defineOn, type Report, run } from './report.js';
import { openSession, type Session, type SessionOptions } from './session.js';

const WORK = path.join(import.meta.dirname, '.work');
/** The README's pictures are those of the last run that was asked to renew them. */
const PICTURES = process.env['UPDATE_IMAGES'] === '1' ? path.join(ROOT, 'docs/images') : WORK;
const EXAMPLE = path.join(ROOT, 'examples/bad');
const ACROSS_FILES = path.join(ROOT, 'examples/across-files');
const GO_PROJECT = path.join(ROOT, 'test/builds/projects/go-templates');
const USER_PROJECT = path.join(ROOT, 'test/builds/projects/user-logs');
const ORIGINAL = readFileSync(path.join(EXAMPLE, 'Dockerfile'), 'utf8');

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The packed extension, installed in a VS Code in the browser and used as a user does: by mouse and keyboard. */
export async function runUi(packed?: string): Promise<Report> {
  mkdirSync(PICTURES, { recursive: true });
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

function acrossFiles(vsix: string): void {
  describe('between files', () => {
    const use = opened({ vsix, workspace: ACROSS_FILES, file: 'root-service/compose.yaml' });

    it('shows the finding in one file and the place that explains it in the other', async () => {
      const { page } = use();
      await squiggled(page, '    user: root', 'root');
      await page.keyboard.press('Control+Shift+M');
      await page.getByPlaceholder(/^Filter/).fill('root-service');
      const row = problem(page, /root-service/);
      await row.waitFor();
      await row.click();
      await page.keyboard.press('ArrowRight');
      await problem(page, /Dockerfile/).waitFor();
      await picture(page, 'across-files.png');
    });

    it('makes the fix in the file where it belongs', async () => {
      const session = use();
      const { page } = session;
      await page.keyboard.press('Control+Shift+M');
      await openFile(page, 'context-leaks-secrets/Dockerfile');
      const word = await squiggled(page, 'COPY . .', '.');
      await openActions(page, word);
      await fixNamed(page, /\.dockerignore/).click();
      const ignored = 'context-leaks-secrets/.dockerignore';
      const before = readFileSync(path.join(ACROSS_FILES, ignored), 'utf8');
      await until(async () => {
        await page.keyboard.press('Control+k');
        await page.keyboard.press('s');
        return read(session, ignored) !== before && read(session, ignored).startsWith(before);
      });
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

interface Opened extends Omit<SessionOptions, 'workspace'> {
  /** The example's folder when absent. */
  readonly workspace?: string;
  /** Opened at once, relative to the workspace; the Dockerfile when absent. */
  readonly file?: string;
}

/** A session for the tests of one `describe`; it is closed with the last of them. */
function opened({ file = 'Dockerfile', ...options }: Opened): () => Session {
  let session: Session | undefined;
  before(async () => {
    session = await openSession({ workspace: EXAMPLE, viewport: { width: 1100, height: 700 }, ...options });
    await session.open([['openFile', session.uri(path.join(session.workspace, file))]]);
  });
  after(async function () {
    const failed = this.test?.parent?.tests.some((it) => it.state === 'failed') ?? true;
    if (failed && session) {
      const shot = path.join(WORK, 'ui-failed.png');
      await session.page.screenshot({ path: shot });
      console.error(`The page when it failed: ${shot}; logs: ${session.folder}`);
    }
    await session?.close({ keepLogs: failed });
  });
  return () => {
    assert(session);
    return session;
  };
}

/** Waits until a squiggle lies under exactly this word of this line, and returns where the word is. */
async function squiggled(page: Page, line: string, word: string): Promise<Box> {
  const found = await page.waitForFunction(underlinedWord, { line, word }, { timeout: 90_000 });
  const box = await found.jsonValue();
  assert(box);
  return box;
}

/** Runs in the page. */
function underlinedWord({ line, word }: { readonly line: string; readonly word: string }): Box | undefined {
  const row = [...document.querySelectorAll('.editor-instance .view-line')].find(
    (it) => it.textContent?.replaceAll('\u00a0', ' ') === line,
  );
  if (!row) return undefined;
  // The line is cut into coloured spans: find where the word begins and ends in them.
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const start = line.indexOf(word);
  const end = start + word.length;
  let offset = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const length = node.textContent?.length ?? 0;
    if (start >= offset && start < offset + length) range.setStart(node, start - offset);
    if (end > offset && end <= offset + length) range.setEnd(node, end - offset);
    offset += length;
  }
  const { x, y, width, height } = range.getBoundingClientRect();
  const underlined = [...document.querySelectorAll('.editor-instance [class*="squiggly-"]')].some((it) => {
    const box = it.getBoundingClientRect();
    return Math.abs(box.x - x) < 2 && Math.abs(box.width - width) < 2 && Math.abs(box.y - y) < height;
  });
  return underlined ? { x, y, width, height } : undefined;
}

async function hover(page: Page, { x, y, width, height }: Box, text: RegExp): Promise<void> {
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
  await page.locator('.monaco-hover:visible', { hasText: text }).first().waitFor();
}

/** Puts the cursor on the word and opens the list behind the lightbulb once it is there. */
async function openActions(page: Page, { x, y, width, height }: Box): Promise<void> {
  await page.mouse.click(x + width / 2, y + height / 2);
  await page.locator('.editor-instance [class*="lightbulb"]').first().waitFor();
  const list = page.locator('.action-widget .monaco-list-row').first();
  // The editor drops the key while it is still busy with the click: a user presses again, too.
  for (let presses = 0; presses < 5 && !(await list.isVisible()); presses++) {
    await page.keyboard.press('Control+.');
    await list.waitFor({ timeout: 3000 }).catch(() => {});
  }
  await list.waitFor();
}

function fixNamed(page: Page, title: RegExp): Locator {
  return page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
}

function problem(page: Page, text: RegExp): Locator {
  return page.locator('.markers-panel .monaco-list-row', { hasText: text }).first();
}

/** Waits until the editor has this line. Its spaces are no-break spaces in the page. */
async function shown(page: Page, line: string): Promise<void> {
  await page
    .locator('.editor-instance .view-line', { hasText: new RegExp(`^${line.replaceAll(' ', '[ \u00a0]')}$`) })
    .waitFor();
}

/** Saves and waits until the file on disk is this; what a tab shows of it lags behind. */
async function saved({ page, workspace }: Session, expected: string): Promise<void> {
  const file = path.join(workspace, 'Dockerfile');
  const deadline = Date.now() + 20_000;
  await page.keyboard.press('Control+s');
  while (readFileSync(file, 'utf8') !== expected && Date.now() < deadline) await page.waitForTimeout(100);
  assert.equal(readFileSync(file, 'utf8'), expected);
}

function read({ workspace }: Session, name: string): string {
  return readFileSync(path.join(workspace, name), 'utf8');
}

/** Waits until something has happened; a try may be more than a look. */
async function until(happened: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await happened())) {
    assert(Date.now() < deadline, 'It did not happen in 30 seconds.');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Takes back what was done to the open file, step by step, until every byte is as it was. */
async function undone(session: Session, name: string, original: string): Promise<void> {
  await session.page.locator('.editor-instance .view-lines').first().click();
  await until(async () => {
    await session.page.keyboard.press('Control+z');
    await session.page.keyboard.press('Control+s');
    await session.page.waitForTimeout(700);
    return read(session, name) === original;
  });
}

/** What asks to be confirmed starts without ticks; the one of the file ticks all of its changes. */
async function tickAll(page: Page): Promise<void> {
  const box = page.locator('.bulk-edit-panel .monaco-list-row .edit-checkbox').first();
  await box.waitFor();
  await box.click();
  await page.waitForTimeout(1500);
}

async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+p');
  await page.locator('.quick-input-box input').fill(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Dockerfile' }).first().waitFor();
  await page.keyboard.press('Enter');
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(PICTURES, name) });
}
