import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEntry, removeEntry, replaceScalar } from '../../rules/compose/edit.js';
import { parseCompose } from '../../rules/compose/parse.js';
import { everyScalar } from '../../rules/compose/queries.js';
import { hasShared, SHARED } from '../shared.js';
import { edited, entriesIn, everyNode, expectComments, expectSame, rootsWithout, shapesOf } from './shapes.js';

describe.skipIf(!hasShared('corpus/files.tar.gz'))('real compose files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-compose-'));
  const files: { readonly name: string; readonly text: string }[] = [];
  beforeAll(() => {
    execFileSync('tar', ['xzf', path.join(SHARED, 'corpus/files.tar.gz'), '-C', folder]);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted())
      if (/\.ya?ml$/.test(name)) files.push({ name, text: readFileSync(path.join(folder, name), 'utf8') });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

  it('are read', () => {
    expect(files.length).toBeGreaterThan(700);
    let scalars = 0;
    for (const { text } of files) scalars += everyScalar(parseCompose(text)).length;
    expect(scalars).toBeGreaterThan(6000);
  });

  it('can be cut anywhere', () => {
    for (const { text } of files)
      for (let end = 25; end < Math.min(text.length, 1000); end += 50) parseCompose(text.slice(0, end));
  });

  it('lose exactly the entry that is removed, and can lose nearly all', () => {
    const { refused, all } = tally();
    expect(refused / all).toBeLessThan(0.02);
  });

  function tally(): { readonly refused: number; readonly all: number } {
    let refused = 0;
    let all = 0;
    for (const { name, text } of files) {
      const document = parseCompose(text);
      // A change of an anchored value is one in other places, too.
      if (document.errors.length > 0 || everyNode(document).some((it) => it.inherited)) continue;
      const entries = entriesIn(document).filter(({ entry }) => !entry.inherited);
      for (const [index, { entry, parents }] of entries.entries()) {
        // Some entries, to keep the test short; which ones changes from file to file.
        if ((index + name.length) % 7 !== 0) continue;
        all++;
        const edit = removeEntry(document, parents, entry);
        if (!edit) {
          refused++;
          continue;
        }
        const after = edited(document, edit);
        expectSame(shapesOf(after), rootsWithout(document, new Set([entry]), false), name);
        expectComments(document, after, edit);
      }
    }
    return { refused, all };
  }

  it('take a new entry in every service', () => {
    for (const { name, text } of files) {
      const document = parseCompose(text);
      for (const service of document.services) {
        if (service.node.inherited) continue;
        const edit = addEntry(document, service.node, 'x-new', { a: 'b', c: ['d'] });
        if (!edit) expect(name).toBe('a service that takes an entry');
        else {
          const after = edited(document, edit);
          const added = after.services.find((it) => it.name.value === service.name.value)?.get('x-new');
          const undone = added && removeEntry(after, [], added);
          expectSame(undone && shapesOf(edited(after, undone)), shapesOf(document), name);
          expect(after.comments.length).toBe(document.comments.length);
        }
      }
    }
  });

  it('take a new text in every scalar', () => {
    for (const { name, text } of files) {
      const document = parseCompose(text);
      const nodes = everyNode(document).flatMap((it) => (it.kind === 'scalar' && !it.inherited ? [it] : []));
      for (const node of nodes.filter((_, index) => (index + name.length) % 13 === 0)) {
        const edit = replaceScalar(document, node, 'new: text');
        if (!edit) continue;
        const after = edited(document, edit);
        expect(after.comments.length, name).toBe(document.comments.length);
        expect(everyNode(after).length, name).toBe(everyNode(document).length);
      }
    }
  });
});
