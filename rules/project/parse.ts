import { innerRange, offsetsOf } from '../compose/decode.js';
import type { ComposeMap, ComposeNode, ComposeScalar } from '../compose/model.js';
import { TEXTS } from '../compose/texts.js';
import { readYaml } from '../compose/yaml.js';
import { lineEndOf, type Spanned } from '../core/text.js';
import type { ShellScript } from '../shell/model.js';
import { parseScript, type ShellLanguage } from '../shell/parse.js';
import type { WorkflowDocument, WorkflowJob, WorkflowStep } from './workflow.js';

/** Reads a GitHub Actions workflow. Never throws. */
export function parseWorkflow(text: string): WorkflowDocument {
  const { roots, comments, errors } = readYaml(text);
  const first = roots[0];
  const root = first?.kind === 'map' ? first : undefined;
  const misplaced =
    first && !root && !(first.kind === 'scalar' && first.value === null)
      ? [{ range: first.range, message: { template: TEXTS.workflowNotAMap, data: {} } }]
      : [];
  return {
    kind: 'ci',
    text,
    eol: lineEndOf(text),
    ...(root ? { root } : {}),
    jobs: root ? jobsOf(root) : [],
    comments,
    errors: [...errors, ...misplaced],
  };
}

function jobsOf(root: ComposeMap): readonly WorkflowJob[] {
  const jobs = root.get('jobs')?.value;
  if (jobs?.kind !== 'map') return [];
  const shell = defaultShell(root);
  return jobs.entries.flatMap(({ key, value }): readonly WorkflowJob[] => {
    if (value.kind !== 'map') return [];
    const steps = value.get('steps')?.value;
    const ownShell = shellOf(defaultShell(value) ?? shell, value);
    const uses = spannedAt(value, 'uses');
    return [
      {
        name: key,
        node: value,
        steps: steps?.kind === 'list' ? steps.items.flatMap((it) => stepOf(it, ownShell)) : [],
        ...(uses ? { uses } : {}),
      },
    ];
  });
}

function defaultShell(map: ComposeMap): string | undefined {
  const defaults = map.get('defaults')?.value;
  const run = defaults?.kind === 'map' ? defaults.get('run')?.value : undefined;
  return run?.kind === 'map' ? scalarAt(run, 'shell')?.text : undefined;
}

/** Without a shell it is bash, or PowerShell on Windows runners. */
function shellOf(shell: string | undefined, job: ComposeMap): string {
  if (shell !== undefined) return shell;
  const runner = job.get('runs-on')?.value;
  const labels = runner?.kind === 'list' ? runner.items : runner ? [runner] : [];
  return labels.some((it) => it.kind === 'scalar' && /^windows\b/i.test(it.text)) ? 'pwsh' : 'bash';
}

function stepOf(node: ComposeNode, jobShell: string): readonly WorkflowStep[] {
  if (node.kind !== 'map') return [];
  const name = spannedAt(node, 'name');
  const uses = spannedAt(node, 'uses');
  const inputs = node.get('with')?.value;
  const run = scalarAt(node, 'run');
  const shell = scalarAt(node, 'shell');
  return [
    {
      node,
      range: node.range,
      ...(name ? { name } : {}),
      ...(uses ? { uses } : {}),
      ...(inputs?.kind === 'map' ? { with: inputs } : {}),
      ...(run ? { run: runOf(run, shell?.text ?? jobShell) } : {}),
    },
  ];
}

function runOf(node: ComposeScalar, shell: string): NonNullable<WorkflowStep['run']> {
  const range = innerRange(node);
  const program = basename(shell.trim().split(/\s/, 1)[0] ?? '');
  const language = LANGUAGES.get(program);
  const script: ShellScript =
    language === undefined && !program.includes('$')
      ? { language: 'posix', interpreter: program, range, commands: [], complete: true }
      : parseScript({ program: withoutExpressions(node.text), language: language ?? 'posix', at: offsetsOf(node) });
  return { value: node.text, range, script };
}

/** Programs that `shell` may name; `shell: python` and the like run no commands. */
const LANGUAGES: ReadonlyMap<string, ShellLanguage> = new Map([
  ['bash', 'posix'],
  ['sh', 'posix'],
  ['dash', 'posix'],
  ['zsh', 'posix'],
  ['ksh', 'posix'],
  ['ash', 'posix'],
  ['busybox', 'posix'],
  ['wsl-bash', 'posix'],
  ['nix', 'posix'],
  ['pwsh', 'powershell'],
  ['powershell', 'powershell'],
  ['cmd', 'cmd'],
]);

function basename(program: string): string {
  return program
    .replace(/^.*[\\/]/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
}

/** `${{ … }}` becomes a shell expansion of the same length, which says as much: a value that only the run knows. */
function withoutExpressions(program: string): string {
  let result = '';
  let position = 0;
  while (position < program.length) {
    const start = program.indexOf('${{', position);
    const end = start < 0 ? -1 : program.indexOf('}}', start);
    if (end < 0) break;
    result += `${program.slice(position, start)}\${${'_'.repeat(end - start - 1)}}`;
    position = end + 2;
  }
  return result + program.slice(position);
}

function scalarAt(map: ComposeMap, key: string): ComposeScalar | undefined {
  const value = map.get(key)?.value;
  return value?.kind === 'scalar' && value.value !== null ? value : undefined;
}

function spannedAt(map: ComposeMap, key: string): Spanned | undefined {
  const value = scalarAt(map, key);
  return value && { value: value.text, range: innerRange(value) };
}
