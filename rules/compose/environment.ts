import type { Project } from '../core/project.js';
import { type Expanded, type Range, UNKNOWN } from '../core/text.js';
import { readDotenv } from './dotenv.js';
import { variablesIn } from './include.js';
import type { Variables } from './interpolate.js';
import type { ComposeDocument, ComposeNode, ComposeService, EnvironmentVariable } from './model.js';
import { environmentOf, interpolate, isFalse } from './queries.js';
import { folderOf, joined } from './sets.js';

/** Every variable that a service starts with, as far as its files tell. */
export interface WholeEnvironment {
  /**
   * Those of `environment`, then those of `env_file` that it leaves, each with its place on the number line of positions;
   * what is passed through has the value of the `.env` file, if there is one.
   */
  readonly variables: readonly EnvironmentVariable[];
  /** No file that the service names is out of sight. */
  readonly complete: boolean;
}

/** Compose's order: `environment` wins over `env_file`, and there the later file over the earlier. */
export function wholeEnvironmentOf(
  service: ComposeService,
  document: ComposeDocument,
  project: Project,
): WholeEnvironment {
  const own = environmentOf(service);
  const files = envFilesOf(service, document, project);
  const names = new Set(own.map((it) => it.name.value));
  const fromFiles = new Map<string, EnvironmentVariable>();
  for (const { path, raw, outer } of files) {
    const text = path === undefined ? undefined : project.read(path);
    if (path === undefined || text === undefined) continue;
    const start = project.startOf(path);
    for (const it of raw ? readRaw(text) : readDotenv(text, outer)) fromFiles.set(it.name.value, placed(it, start));
  }
  const folder = folderAt(document, project, service.entry.key.range);
  const variables = folder === undefined ? undefined : variablesIn([joined(folder, '.env') ?? ''], project);
  return {
    variables: [
      ...own.map((it) => passedThrough(it, variables)),
      ...[...fromFiles.values()].filter((it) => !names.has(it.name.value)).map((it) => passedThrough(it, variables)),
    ],
    complete: files.every(({ path, optional }) => path !== undefined && (optional || project.read(path) !== undefined)),
  };
}

/** A file of `env_file`. */
export interface EnvFile {
  /** Undefined: outside of the project, or not known. */
  readonly path: string | undefined;
  /** Where it is named. */
  readonly node: ComposeNode;
  /** It may be missing. */
  readonly optional: boolean;
  /** Its lines are taken as they are. */
  readonly raw: boolean;
  readonly outer: Variables | undefined;
}

/** The env files of a service in the order in which they are read. */
export function envFilesOf(service: ComposeService, document: ComposeDocument, project: Project): readonly EnvFile[] {
  const value = service.get('env_file')?.value;
  if (!value) return [];
  const nodes = value.kind === 'list' ? value.items : [value];
  return nodes.flatMap((node): readonly EnvFile[] => {
    const written = node.kind === 'map' ? node.get('path')?.value : node;
    if (written?.kind !== 'scalar' || written.value === null) return [];
    const { value: text, known } = interpolate(written.text, written);
    const folder = folderAt(document, project, written.range);
    const format = node.kind === 'map' ? node.get('format')?.value : undefined;
    return [
      {
        path: known && folder !== undefined ? joined(folder, text) : undefined,
        node,
        optional: node.kind === 'map' && isFalse(node.get('required')?.value),
        raw: format?.kind === 'scalar' && format.text === 'raw',
        outer: folder === undefined ? undefined : variablesIn([joined(folder, '.env') ?? ''], project),
      },
    ];
  });
}

/** The folder that relative paths count from which are written at a place. */
function folderAt(document: ComposeDocument, project: Project, place: Range): string | undefined {
  if (document.folderAt) return document.folderAt(place);
  return project.path === undefined ? undefined : folderOf(project.path);
}

type Read = Pick<EnvironmentVariable, 'name' | 'value' | 'range'>;

/** `NAME=value`, nothing of it quoted or expanded. */
function readRaw(text: string): readonly Read[] {
  return [...text.matchAll(/^[ \t]*([^\s#=][^\n\r=]*)=([^\n\r]*)/gm)].map((found) => {
    const name = found[1] ?? '';
    const value = found[2] ?? '';
    const end = found.index + found[0].length;
    const start = end - value.length - 1 - name.length;
    const known: Expanded = { value, known: true, literal: true };
    return {
      name: { value: name, range: { start, end: start + name.length } },
      value: { ...known, range: { start: end - value.length, end } },
      range: { start, end },
    };
  });
}

function placed({ name, value, range }: Read, start: number): EnvironmentVariable {
  const moved = (it: Range): Range => ({ start: it.start + start, end: it.end + start });
  return {
    name: { value: name.value, range: moved(name.range) },
    range: moved(range),
    inherited: true,
    ...(value ? { value: { ...value, range: moved(value.range) } } : {}),
  };
}

function passedThrough(variable: EnvironmentVariable, variables: Variables | undefined): EnvironmentVariable {
  const name = variable.name.value;
  const value = variable.value ? undefined : variables?.get(name);
  const range = value === undefined ? undefined : variables?.placeOf?.(name);
  if (value === undefined || !range) return variable;
  const known = !value.includes(UNKNOWN);
  return { ...variable, value: { value, known, literal: false, from: [{ value: name, range }], range } };
}
