import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Text } from '../rules/core/message.js';
import { type Encoding, encode, readText } from './read.js';
import { enclosingRepository } from './repository.js';
import { TEXTS } from './texts.js';

export interface FileVersion {
  readonly text: string;
  readonly encoding: Encoding;
}

/**
 * Replaces the text of a file that was read as `before`. Whoever reads meanwhile sees the old or the new text, never a
 * part; mode, owner, encoding and byte-order mark stay. A symbolic link stays one, and is not followed out of its
 * repository (or its folder, where there is none). What hinders it is returned; then the file is as it was.
 */
export function replaceText(file: string, before: FileVersion, text: string): Text | undefined {
  try {
    const target = realpathSync(file);
    const top = realpathSync(enclosingRepository(path.dirname(file)) ?? path.dirname(file));
    if (!isBelow(target, top)) return { template: TEXTS.linkLeaves, data: { target } };
    // A file in a writable folder could be replaced even where it is itself read-only: that is not what its owner meant.
    accessSync(target, constants.W_OK);
    return replace(target, before, encode(text, before.encoding));
  } catch (error) {
    return { template: TEXTS.notWritten, data: { code: codeOf(error) } };
  }
}

/** Creates a file that is not there, and the folders it lies in. What hinders it is returned; no link is followed out of the repository. */
export function createText(file: string, text: string): Text | undefined {
  try {
    const top = realpathSync(enclosingRepository(path.dirname(file)) ?? nearestFolder(file));
    const folder = nearestFolder(file);
    if (!isBelow(realpathSync(folder), top))
      return { template: TEXTS.linkLeaves, data: { target: realpathSync(folder) } };
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
    return undefined;
  } catch (error) {
    return { template: TEXTS.notWritten, data: { code: codeOf(error) } };
  }
}

function nearestFolder(file: string): string {
  let folder = path.dirname(file);
  while (!existsSync(folder)) folder = path.dirname(folder);
  return folder;
}

function replace(target: string, before: FileVersion, bytes: Uint8Array): Text | undefined {
  const { mode, uid, gid } = statSync(target);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.seaworthy`);
  const descriptor = openSync(temporary, 'wx', mode);
  try {
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
      // The mode of a new file passes through the umask.
      fchmodSync(descriptor, mode);
      if (uid !== process.getuid?.() || gid !== process.getgid?.()) fchownSync(descriptor, uid, gid);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    const now = readText(target);
    if (!('text' in now) || now.text !== before.text || now.encoding !== before.encoding) {
      rmSync(temporary);
      return { template: TEXTS.changedMeanwhile, data: {} };
    }
    renameSync(temporary, target);
    return undefined;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
