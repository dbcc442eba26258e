import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Text } from '../rules/core/message.js';
import { type FileKind, isExcluded, kindOf } from '../rules/project/kind.js';
import { type IgnoreRules, ignoreRulesAbove, ignoreRulesIn, isIgnored } from './ignore.js';
import type { Listings } from './listings.js';
import { reasonOf } from './read.js';
import { type FileSettings, relativePath, type Settings } from './settings.js';
import { TEXTS } from './texts.js';

export interface FoundFile {
  /** Absolute, in the form of the platform. */
  readonly path: string;
  readonly kind: FileKind;
}

export interface WalkProblem {
  readonly path: string;
  readonly message: Text;
}

/** Milliseconds of work after which others get their turn. */
const SLICE = 8;
const SKIPPED = new Set(['.git', 'node_modules']);

/**
 * The files below `root` that Seaworthy judges, in a stable order. `.gitignore` files, `exclude` and additional patterns
 * of the configuration are respected, `.git` and `node_modules` skipped, symbolic links not followed. A folder that
 * cannot be read is a problem, the rest goes on. Yields between folders, so a server stays responsive.
 */
export async function* walk(
  root: string,
  settings: Settings,
  listings: Listings,
): AsyncGenerator<FoundFile | WalkProblem> {
  let started = performance.now();
  const open: { readonly folder: string; readonly rules: IgnoreRules | undefined }[] = [
    { folder: root, rules: ignoreRulesAbove(root) },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (performance.now() - started > SLICE) {
      await setImmediate();
      started = performance.now();
    }
    const entries = listings.list(next.folder);
    if ('error' in entries) {
      yield { path: next.folder, message: folderProblem(entries.error) };
      continue;
    }
    const { folder } = next;
    const rules = entries.some((it) => it.name === '.gitignore') ? ignoreRulesIn(folder, next.rules) : next.rules;
    const place = placeOf(folder, settings);
    const below: typeof open = [];
    for (const entry of entries) {
      if (entry.type === 'folder') {
        if (!SKIPPED.has(entry.name) && !skips(entry.name, true, rules, place))
          below.push({ folder: path.join(folder, entry.name), rules });
      } else if (entry.type === 'file') {
        const kind = kindOf(place.prefix + entry.name, place.config);
        if (kind && !skips(entry.name, false, rules, place)) yield { path: path.join(folder, entry.name), kind };
      }
    }
    open.push(...below.toReversed());
  }
}

/** What is asked of each entry of a folder, made once. */
interface Place {
  readonly folder: string;
  readonly config: FileSettings['config'];
  /** Path of the folder from the base of its configuration, with a slash at its end unless empty. */
  readonly prefix: string;
}

function placeOf(folder: string, settings: Settings): Place {
  const { config, base } = settings.inFolder(folder);
  const relative = relativePath(base, folder);
  return { folder, config, prefix: relative === '' ? '' : `${relative}/` };
}

function skips(name: string, isFolder: boolean, rules: IgnoreRules | undefined, place: Place): boolean {
  if (place.config.exclude.length > 0 && isExcluded(place.prefix + name, place.config)) return true;
  return rules !== undefined && isIgnored(path.join(place.folder, name), isFolder, rules);
}

function folderProblem(error: unknown): Text {
  const reason = reasonOf(error);
  if (reason.template === TEXTS.forbidden) return { template: TEXTS.folderForbidden, data: {} };
  if (reason.template === TEXTS.unreadable) return { template: TEXTS.folderUnreadable, data: reason.data };
  return reason;
}
