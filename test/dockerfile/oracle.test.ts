import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { DockerfileDocument, Instruction } from '../../rules/dockerfile/model.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { type PrintedNode, printFile } from '../../scripts/parse.js';
import { hasShared, SHARED } from '../shared.js';

/** What BuildKit's own parser recorded for a file; fields that are empty are left out. */
interface Recorded {
  readonly file: string;
  readonly text?: string;
  readonly escape?: string;
  readonly nodes: readonly (Partial<PrintedNode> & {
    readonly attrs?: { readonly json?: boolean };
    readonly onbuild?: string;
    readonly prevComment?: readonly string[];
  })[];
  readonly stages?: readonly {
    readonly base: string;
    readonly name: string;
    readonly platform: string;
    readonly commands: readonly { readonly line: number; readonly name: string; readonly type: string }[];
  }[];
  readonly parseError?: string;
  readonly instrError?: string;
}

const NAMES = ['dockerfile-corpus.jsonl.gz', 'dockerfile-edges.jsonl.gz'];

describe.skipIf(!hasShared('oracle', 'dockerfile-corpus.jsonl.gz'))('BuildKit and we read the same', () => {
  const corpus = unpackedCorpus();
  describe.each(NAMES)('%s', (name) => {
    const files = recordedIn(name).map((recorded) => {
      const text = recorded.text ?? corpus.get(recorded.file) ?? '';
      return { recorded, text, printed: printFile(recorded.file, text), document: parseDockerfile(text) };
    });
    const accepted = files.filter(({ recorded }) => !recorded.parseError && !recorded.instrError);
    const refused = files.filter(({ recorded }) => recorded.parseError || recorded.instrError);

    test('there is something to compare', () => {
      expect(accepted.length).toBeGreaterThan(300);
      expect(files.every(({ text, recorded }) => text !== '' || recorded.parseError)).toBe(true);
    });

    test('instructions, words, flags, heredocs and lines of every accepted file', () => {
      const differing = accepted.filter(
        ({ recorded, printed }) => printed.escape !== recorded.escape || shown(printed.nodes) !== shown(recorded.nodes),
      );
      expect(differing.map(({ recorded }) => recorded.file)).toEqual([]);
    });

    test('the same also for a file that is refused for the meaning of its instructions', () => {
      const differing = refused.filter(
        ({ recorded, printed }) => recorded.instrError && shown(printed.nodes) !== shown(recorded.nodes),
      );
      expect(differing.map(({ recorded }) => recorded.file)).toEqual([]);
    });

    test('JSON form and ONBUILD', () => {
      for (const { recorded, document } of accepted) {
        const ours = document.instructions.map((it) => ({ json: isJson(it), onbuild: triggerOf(it) }));
        const theirs = recorded.nodes.map((it) => ({ json: it.attrs?.json ?? false, onbuild: it.onbuild }));
        expect(ours, recorded.file).toEqual(theirs);
      }
    });

    test('stages: base, name, platform and instructions', () => {
      for (const { recorded, document } of accepted)
        expect(stagesOf(document), recorded.file).toEqual(
          recorded.stages?.map(({ base, name, platform, commands }) => ({
            base,
            name,
            platform,
            commands: commands.map((it) => it.name.toUpperCase()),
          })) ?? [],
        );
    });

    test('an error for every refused file, on the line that BuildKit names', () => {
      for (const { recorded, printed } of refused) {
        expect(printed.errors, recorded.file).not.toEqual([]);
        const line = /on line (\d+)/.exec(recorded.instrError ?? '')?.[1];
        if (line) expect(printed.errors[0], recorded.file).toMatch(new RegExp(`^line ${line}: `));
      }
    });

    test('no error for an accepted file, unless it builds nothing', () => {
      const withErrors = accepted.filter(({ printed }) => printed.errors.length > 0);
      expect(withErrors.filter(({ document }) => document.stages.length > 0).map((it) => it.recorded.file)).toEqual([]);
    });
  });
});

function recordedIn(name: string): readonly Recorded[] {
  return gunzipSync(readFileSync(path.join(SHARED, 'oracle', name)))
    .toString('utf8')
    .split('\n')
    .filter((it) => it !== '')
    .map((it) => JSON.parse(it) as Recorded);
}

function unpackedCorpus(): ReadonlyMap<string, string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-corpus-'));
  try {
    execFileSync('tar', ['xzf', path.join(SHARED, 'corpus/files.tar.gz'), '-C', folder]);
    const files = recordedIn('dockerfile-corpus.jsonl.gz').map((it) => it.file);
    return new Map(files.map((it) => [it, readFileSync(path.join(folder, it), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function shown(nodes: readonly Partial<PrintedNode>[]): string {
  return JSON.stringify(
    nodes.map(({ instruction, args = [], flags = [], startLine, endLine, heredocs = [] }) => ({
      instruction,
      args,
      flags,
      startLine,
      endLine,
      heredocs: heredocs.map(({ name, content, expand, chomp }) => ({ name, content, expand, chomp })),
    })),
  );
}

function isJson(instruction: Instruction): boolean {
  if (instruction.keyword === 'ONBUILD') return false;
  return instruction.json;
}

function triggerOf(instruction: Instruction): string | undefined {
  return instruction.keyword === 'ONBUILD' ? instruction.trigger?.written : undefined;
}

function stagesOf({ stages }: DockerfileDocument) {
  return stages.map(({ from, name, instructions }) => ({
    base: from.args[0],
    name: name?.value.toLowerCase() ?? '',
    platform: from.platform?.value ?? '',
    commands: instructions.map((it) => it.keyword),
  }));
}
