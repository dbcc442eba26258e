import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Text } from '../rules/core/message.js';
import { TEXTS } from './texts.js';

/** Bytes: a larger file is not read; hand-written Dockerfiles and compose files stay far below. */
export const MAX_FILE_SIZE = 5_000_000;

/** Windows has no O_NONBLOCK; elsewhere opening a pipe that nobody writes to would wait for ever without it. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** How a text is stored; the mark is the byte-order mark. */
export type Encoding = 'utf8' | 'utf8-mark' | 'utf16le-mark' | 'utf16be-mark';

export type ReadResult =
  | {
      /** Without the byte-order mark. */
      readonly text: string;
      readonly encoding: Encoding;
    }
  /** Why the file cannot be judged, as one sentence and what to do. */
  | { readonly problem: Text };

/** Reads a text file: UTF-8 with or without mark, UTF-16 with a mark. Binary, other encodings, too large, missing, forbidden: a problem. Never throws. */
export function readText(file: string): ReadResult {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, READ);
    const stats = fstatSync(descriptor);
    if (stats.isDirectory()) return problem(TEXTS.folder);
    if (!stats.isFile()) return problem(TEXTS.special);
    if (stats.size > MAX_FILE_SIZE) return tooLarge(stats.size);
    return decode(readAll(descriptor, stats.size));
  } catch (error) {
    return { problem: reasonOf(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The same for bytes that are there already (standard input). */
export function decode(bytes: Uint8Array): ReadResult {
  if (bytes.length > MAX_FILE_SIZE) return tooLarge(bytes.length);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(buffer.subarray(2), 'utf16le-mark');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16(buffer.subarray(2), 'utf16be-mark');
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const content = marked ? buffer.subarray(3) : buffer;
  if (content.includes(0)) return problem(TEXTS.binary);
  if (!isUtf8(content)) return problem(TEXTS.encoding, { line: String(firstBadLine(content)) });
  return { text: content.toString('utf8'), encoding: marked ? 'utf8-mark' : 'utf8' };
}

/** The bytes of a text in the encoding it was read in. */
export function encode(text: string, encoding: Encoding): Uint8Array {
  if (encoding === 'utf8') return Buffer.from(text, 'utf8');
  if (encoding === 'utf8-mark') return Buffer.from(`\uFEFF${text}`, 'utf8');
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return encoding === 'utf16le-mark' ? bytes : bytes.swap16();
}

/** What an error of the file system means to a user. */
export function reasonOf(error: unknown): Text {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return { template: TEXTS.missing, data: {} };
  if (code === 'EACCES' || code === 'EPERM') return { template: TEXTS.forbidden, data: {} };
  return { template: TEXTS.unreadable, data: { code } };
}

function utf16(bytes: Buffer, encoding: 'utf16le-mark' | 'utf16be-mark'): ReadResult {
  if (bytes.length % 2 !== 0) return problem(TEXTS.halfUtf16);
  const text = (encoding === 'utf16le-mark' ? bytes : Buffer.from(bytes).swap16()).toString('utf16le');
  return text.includes('\0') ? problem(TEXTS.binary) : { text, encoding };
}

/** Counts from 1. Called for files that are refused only. */
function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found + 1;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end;
  }
  return line;
}

function readAll(descriptor: number, size: number): Uint8Array {
  // A file may grow while it is read, or say 0 as those in /proc do.
  let bytes = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, bytes, length, bytes.length - length, null);
    length += count;
    if (count === 0 || length > MAX_FILE_SIZE) return bytes.subarray(0, length);
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)]);
  }
}

function tooLarge(size: number): ReadResult {
  return problem(TEXTS.tooLarge, {
    size: (size / 1_000_000).toFixed(1),
    limit: String(MAX_FILE_SIZE / 1_000_000),
  });
}

function problem(template: string, data: Readonly<Record<string, string>> = {}): ReadResult {
  return { problem: { template, data } };
}
