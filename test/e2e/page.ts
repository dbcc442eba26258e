/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { ROOT } from '../../scripts/run-tool.js';
import { openSession, type Session, type SessionOptions } from './session.js';

/** What a user does and sees in VS Code, with mouse, keyboard and eyes. */

const WORK = path.join(import.meta.dirname, '.work');
/** The pictures of the documentation are those of the last run that was asked to renew them. */
export const PICTURES = process.env['UPDATE_IMAGES'] === '1' ? path.join(ROOT, 'docs/images') : WORK;
export const EXAMPLE = path.join(ROOT, 'examples/bad');

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Opened extends Omit<SessionOptions, 'workspace'> {
  /** The example's folder when absent. */
  readonly workspace?: string;
  /** Opened at once, relative to the workspace; the Dockerfile when absent. */
  readonly file?: string;
  /** The workspace is one of git. */
  readonly repository?: true;
}

/** A session for the tests of one `describe`; it is closed with the last of them. */
export function opened({ file = 'Dockerfile', repository, ...options }: Opened): () => Session {
  let session: Session | undefined;
  before(async () => {
    session = await openSession({ workspace: EXAMPLE, viewport: { width: 1100, height: 700 }, ...options });
    if (repository) makeRepository(session.workspace);
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

function makeRepository(folder: string): void {
  mkdirSync(path.join(folder, '.git'));
  writeFileSync(path.join(folder, '.git/HEAD'), 'ref: refs/heads/main\n');
}

/** Waits until a squiggle lies under exactly this word of this line, and returns where the word is. */
export async function squiggled(page: Page, line: string, word: string): Promise<Box> {
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

export async function hover(page: Page, { x, y, width, height }: Box, text: RegExp): Promise<void> {
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
  await page.locator('.monaco-hover:visible', { hasText: text }).first().waitFor();
}

/** In the margin or in the line, as there is room. */
const LIGHTBULB = '[class*="lightbulb" i], [class*="light-bulb" i]';

/** Puts the cursor on the word and opens the list behind the lightbulb once it is there. */
export async function openActions(page: Page, { x, y, width, height }: Box): Promise<void> {
  await page.mouse.click(x + width / 2, y + height / 2);
  await page.locator(`.editor-instance :is(${LIGHTBULB}):visible`).first().waitFor();
  const list = page.locator('.action-widget .monaco-list-row').first();
  // The editor drops the key while it is still busy with the click: a user presses again, too.
  for (let presses = 0; presses < 5 && !(await list.isVisible()); presses++) {
    await page.keyboard.press('Control+.');
    await list.waitFor({ timeout: 3000 }).catch(() => {});
  }
  await list.waitFor();
}

export function fixNamed(page: Page, title: RegExp): Locator {
  return page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
}

export function problem(page: Page, text: RegExp): Locator {
  return page.locator('.markers-panel .monaco-list-row', { hasText: text }).first();
}

/** Waits until the editor has this line. Its spaces are no-break spaces in the page. */
export async function shown(page: Page, line: string): Promise<void> {
  await page
    .locator('.editor-instance .view-line', { hasText: new RegExp(`^${line.replaceAll(' ', '[ \u00a0]')}$`) })
    .waitFor();
}

/** Saves and waits until the file on disk is this; what a tab shows of it lags behind. */
export async function saved({ page, workspace }: Session, expected: string): Promise<void> {
  const file = path.join(workspace, 'Dockerfile');
  const deadline = Date.now() + 20_000;
  await page.keyboard.press('Control+s');
  while (readFileSync(file, 'utf8') !== expected && Date.now() < deadline) await page.waitForTimeout(100);
  assert.equal(readFileSync(file, 'utf8'), expected);
}

export function read({ workspace }: Session, name: string): string {
  return readFileSync(path.join(workspace, name), 'utf8');
}

/** Waits until something has happened; a try may be more than a look. */
export async function until(happened: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await happened())) {
    assert(Date.now() < deadline, 'It did not happen in 30 seconds.');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Takes back what was done to the open file, step by step, until every byte is as it was. */
export async function undone(session: Session, name: string, original: string): Promise<void> {
  await session.page.locator('.editor-instance .view-lines').first().click();
  await until(async () => {
    await session.page.keyboard.press('Control+z');
    await session.page.keyboard.press('Control+s');
    await session.page.waitForTimeout(700);
    return read(session, name) === original;
  });
}

/** What asks to be confirmed starts without ticks; the one of a file ticks all of its changes. */
export async function tickAll(page: Page): Promise<void> {
  const boxes = page.locator('.bulk-edit-panel .monaco-list-row[aria-level="1"] .edit-checkbox');
  await boxes.first().waitFor();
  for (const box of await boxes.all()) await box.click();
  await page.waitForTimeout(1500);
}

export async function openFile(page: Page, name: string): Promise<void> {
  const input = page.locator('.quick-input-box input');
  const row = page
    .locator('.quick-input-list .monaco-list-row.focused', { hasText: path.basename(name) })
    .filter({ hasText: path.dirname(name) });
  // Keys that come before the window is ready are lost.
  await until(async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+p');
    await input.fill(name, { timeout: 3000 }).catch(() => {});
    await row.waitFor({ timeout: 5000 }).catch(() => {});
    return row.isVisible();
  });
  await page.keyboard.press('Enter');
}

export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(PICTURES, name) });
}
