import type { Comment, Range, Spanned } from '../core/text.js';
import { parseScript, type ShellLanguage } from '../shell/parse.js';
import { type GroovyToken, readGroovy } from './groovy.js';
import type { LenientEntry, PipelineJob, PipelineStep } from './model.js';

/*
 * A Jenkinsfile is a program. What is read of it are the stages, the steps that run a shell, the calls of the Docker
 * plugin, and the steps of scanners; everything else is skipped.
 */

const SHELLS: ReadonlyMap<string, ShellLanguage> = new Map([
  ['sh', 'posix'],
  ['bat', 'cmd'],
  ['powershell', 'powershell'],
  ['pwsh', 'powershell'],
]);

/** Blocks whose body may fail while the pipeline goes on. */
const LENIENT = new Set(['catchError', 'warnError']);

/** Steps of plugins that scan images. */
const SCANNERS =
  /^(?:prismaCloudScanImage|prismaCloudPublish|twistlockScan|twistlockPublish|anchore|grypeScan|aqua|aquaMicroscanner|sysdigImageScan|sysdigSecure|neuvector|snykSecurity|clairScan|xrayScan|jf|wizcli|qualysVulnerabilityAnalyzer|tenableio)$/;

interface Block {
  readonly job?: JobDraft;
  readonly lenient?: LenientEntry;
}

interface JobDraft {
  readonly name: Spanned;
  readonly steps: PipelineStep[];
}

export function readJenkinsfile(text: string): {
  readonly jobs: readonly PipelineJob[];
  readonly comments: readonly Comment[];
} {
  const { tokens, comments } = readGroovy(text);
  const outside: JobDraft = { name: { value: 'pipeline', range: tokens[0]?.range ?? { start: 0, end: 0 } }, steps: [] };
  const jobs: JobDraft[] = [outside];
  const blocks: Block[] = [{ job: outside }];
  let opening: Block = {};
  const usesDocker = tokens.some((it) => /^docker\.(?:build|image|withRegistry)$/.test(it.text));
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token) break;
    const current = blocks.at(-1) ?? {};
    if (token.kind === 'mark') {
      if (token.text === '{') {
        blocks.push({ ...current, ...opening });
        opening = {};
      } else if (token.text === '}' && blocks.length > 1) blocks.pop();
      continue;
    }
    if (token.kind !== 'word') continue;
    if (token.text === 'stage') {
      const name = tokens.slice(index + 1, index + 5).find((it) => it.kind === 'string');
      const job = { name: { value: name?.text ?? 'stage', range: name ? inner(name) : token.range }, steps: [] };
      jobs.push(job);
      opening = { job };
    } else if (LENIENT.has(token.text))
      opening = { lenient: { written: token.text, range: token.range, inherited: true } };
    else if (usesDocker || !/(?:^|\.)push$/.test(token.text))
      current.job?.steps.push(...stepsAt(tokens, index, current.lenient));
  }
  return {
    jobs: jobs.flatMap((it) => (it.steps.length > 0 ? [{ ...it, bases: [] }] : [])),
    comments,
  };
}

function inner({ range, offsets }: GroovyToken): Range {
  return { start: offsets?.[0] ?? range.start, end: offsets?.at(-1) ?? range.end };
}

function stepsAt(
  tokens: readonly GroovyToken[],
  index: number,
  lenient: LenientEntry | undefined,
): readonly PipelineStep[] {
  const word = tokens[index];
  if (!word) return [];
  const base = lenient ? { lenient } : {};
  const language = SHELLS.get(word.text);
  if (language) {
    const script = scriptArgument(tokens, index);
    if (!script) return [];
    const { offsets = [], text } = script;
    const at = (offset: number): number => offsets[offset] ?? script.range.end;
    const range = { start: word.range.start, end: script.range.end };
    const run = { value: text, range: inner(script), script: parseScript({ program: text, language, at }) };
    return [{ ...base, range, run }];
  }
  if (word.text === 'docker.build' || /\.push$|^push$/.test(word.text)) return pluginStep(tokens, index, base);
  if (SCANNERS.test(word.text) && isCall(tokens[index + 1]))
    return [{ ...base, range: word.range, uses: called(word) }];
  return [];
}

function called({ text, range }: GroovyToken): Spanned {
  return { value: text, range };
}

function isCall(next: GroovyToken | undefined): boolean {
  return next !== undefined && (next.kind === 'string' || next.text === '(' || next.kind === 'word');
}

/** `sh 'x'`, `sh('x')`, `sh(script: 'x', returnStdout: true)`, `sh script: 'x'`. */
function scriptArgument(tokens: readonly GroovyToken[], index: number): GroovyToken | undefined {
  const from = tokens[index + 1]?.text === '(' ? index + 2 : index + 1;
  const first = tokens[from];
  if (first?.kind === 'string') return first;
  for (let at = from; at < Math.min(tokens.length, from + 16); at++) {
    const token = tokens[at];
    if (token?.kind === 'mark' && /[;{}]/.test(token.text)) return undefined;
    if (token?.text === 'script' && tokens[at + 1]?.text === ':' && tokens[at + 2]?.kind === 'string')
      return tokens[at + 2];
  }
  return undefined;
}

/** `docker.build("name", …)` and `.push("tag")` of the image that it gives. */
function pluginStep(
  tokens: readonly GroovyToken[],
  index: number,
  base: Pick<PipelineStep, 'lenient'>,
): readonly PipelineStep[] {
  const word = tokens[index];
  if (!word || tokens[index + 1]?.text !== '(') return [];
  const argument = tokens[index + 2];
  if (word.text === 'docker.build') {
    const named = argument?.kind === 'string' && !argument.text.includes('$') ? argument.text : undefined;
    const image = named === undefined ? {} : { image: named };
    return [{ ...base, range: word.range, plugin: { does: 'build', ...image } }];
  }
  return [{ ...base, range: word.range, plugin: { does: 'push' } }];
}
