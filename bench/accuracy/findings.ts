import { readdirSync } from 'node:fs';
import path from 'node:path';
import { maskText } from '../../cli/mask.js';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze, type ReportedFinding } from '../../rules/core/analyze.js';
import { render } from '../../rules/core/message.js';
import type { Target } from '../../rules/core/rule.js';
import { kindOf } from '../../rules/project/kind.js';
import { createProjects } from '../../workspace/project.js';
import { readText } from '../../workspace/read.js';

/** What names a finding: never the content of its file. */
export interface FindingName {
  /** Of the corpus: `docker-library__golang`. */
  readonly repository: string;
  readonly path: string;
  readonly rule: string;
  /** What is flagged, on one line, secrets hidden. */
  readonly text: string;
  /** Counts equal ones in a file from 1. */
  readonly occurrence: number;
}

export interface CorpusFinding extends FindingName {
  readonly kind: Target;
  readonly severity: ReportedFinding['severity'];
  readonly message: string;
  /** The whole text of the file, and the offset of the finding in it. */
  readonly source: string;
  readonly offset: number;
}

const MAX_TEXT = 100;

/** The findings of the profile `recommended` in the files of an unpacked corpus, each judged with the files around it. */
export function findingsIn(folder: string): readonly CorpusFinding[] {
  const read = (file: string): string | undefined => {
    const result = readText(file);
    return 'text' in result ? result.text : undefined;
  };
  const rootOf = (file: string): string => path.join(folder, path.relative(folder, file).split(path.sep)[0] ?? '');
  const projects = createProjects({ folderOf: rootOf });
  return filesIn(folder).flatMap((file): readonly CorpusFinding[] => {
    const [repository = '', ...below] = path.relative(folder, file).split(path.sep);
    const name = below.join('/');
    const kind = kindOf(name, DEFAULT_CONFIG);
    const source = read(file);
    if (kind === undefined || kind === 'config' || source === undefined) return [];
    const { findings } = analyze({ kind, text: source }, { config: DEFAULT_CONFIG, project: projects.of(file) });
    const seen = new Map<string, number>();
    return findings.map((it) => {
      const text = flagged(source, it);
      const key = `${it.rule.id} ${text}`;
      const occurrence = (seen.get(key) ?? 0) + 1;
      seen.set(key, occurrence);
      const message = render(it.message, {});
      const { severity, range } = it;
      return {
        repository,
        path: name,
        rule: it.rule.id,
        text,
        occurrence,
        kind,
        severity,
        message,
        source,
        offset: range.start,
      };
    });
  });
}

export function keyOf({ repository, path: file, rule, text, occurrence }: FindingName): string {
  return [repository, file, rule, text, occurrence].join('\n');
}

function flagged(source: string, { rule, range }: ReportedFinding): string {
  const written = source.slice(range.start, range.end).replace(/\s+/g, ' ').trim();
  if (rule.practice.folder === 'no-secrets-in-images') return written === '' ? '' : '***';
  return maskText(written).slice(0, MAX_TEXT);
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((it) => it.isFile())
    .map((it) => path.join(it.parentPath, it.name))
    .sort();
}
