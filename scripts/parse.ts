import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { ENGLISH, render } from '../rules/core/message.js';
import type { DockerfileDocument, Instruction } from '../rules/dockerfile/model.js';
import { parseDockerfile } from '../rules/dockerfile/parse.js';

/** What `npm run parse` prints for a file, in the words of BuildKit's syntax tree. Lines count from 1. */
export interface PrintedFile {
  readonly file: string;
  readonly escape: string;
  readonly nodes: readonly PrintedNode[];
  readonly errors: readonly string[];
}

export interface PrintedNode {
  readonly instruction: string;
  readonly args: readonly string[];
  readonly flags: readonly string[];
  readonly startLine: number;
  readonly endLine: number;
  readonly heredocs: readonly {
    readonly name: string;
    readonly content: string;
    readonly expand: boolean;
    readonly chomp: boolean;
  }[];
}

export function printFile(file: string, text: string): PrintedFile {
  const document = parseDockerfile(text);
  const lineOf = lineCounter(text);
  return {
    file,
    escape: document.escape,
    nodes: document.instructions.map((it) => printNode(document, it, lineOf)),
    errors: document.errors.map(({ range, message }) => `line ${lineOf(range.start)}: ${render(message, ENGLISH)}`),
  };
}

function printNode(
  { text }: DockerfileDocument,
  instruction: Instruction,
  lineOf: (offset: number) => number,
): PrintedNode {
  const { range, args, flags, heredocs } = instruction;
  return {
    instruction: instruction.written,
    args,
    flags: flags.map((it) => (it.value ? `--${it.name}=${it.value.value}` : `--${it.name}`)),
    startLine: lineOf(range.start),
    endLine: lineOf(range.end),
    heredocs: heredocs.map(({ name, contentRange, expand, chomp }) => ({
      name,
      content: text.slice(contentRange.start, contentRange.end),
      expand,
      chomp,
    })),
  };
}

/** Line numbers for ascending offsets, counted as BuildKit does: a line feed ends a line. */
function lineCounter(text: string): (offset: number) => number {
  const feeds: number[] = [];
  for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1)) feeds.push(feed);
  return (offset) => {
    let low = 0;
    let high = feeds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((feeds[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const file = line.trim();
    if (file === '') continue;
    try {
      process.stdout.write(`${JSON.stringify(printFile(file, readFileSync(file, 'utf8')))}\n`);
    } catch (error) {
      process.stderr.write(`${file}: cannot be read (${error instanceof Error ? error.message : String(error)}).\n`);
      process.exitCode = 2;
    }
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
