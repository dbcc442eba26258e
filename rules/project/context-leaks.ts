import type { Config } from '../config.js';
import type { Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import type { Spanned } from '../core/text.js';
import type { FilesOfSource } from '../dockerfile/copied-files.js';
import type { CopyInstruction, DockerfileDocument } from '../dockerfile/model.js';
import { expandAt, instructionsOf } from '../dockerfile/queries.js';
import { mayBeSecret, secretFileThere } from '../secrets/file-secrets.js';
import { fileNameOf, type SecretFile, secretFile } from '../secrets/secret-files.js';
import { joinPath } from './build-links.js';
import { type BuildContext, cleanSource, contextsOf, isAddress } from './context.js';
import { type ContextEntry, type ContextFiles, contextFiles, isForTests } from './context-files.js';
import { isIgnored, parseDockerignore } from './dockerignore.js';
import { compilePattern, matches, type PathPattern } from './ignore-pattern.js';

/** A source of COPY or ADD that is a folder or a pattern, with what it takes of one context. */
export interface TakenFiles {
  readonly copy: CopyInstruction;
  readonly source: Spanned;
  readonly context: BuildContext;
  readonly files: ContextFiles;
  readonly entries: readonly ContextEntry[];
  /** The whole context. */
  readonly whole: boolean;
}

const TAKEN = new WeakMap<DockerfileDocument, { readonly project: Project; readonly taken: readonly TakenFiles[] }>();

/** What COPY and ADD of the judged Dockerfile take along without naming it. */
export function takenFiles(document: DockerfileDocument, project: Project, config: Config): readonly TakenFiles[] {
  const known = TAKEN.get(document);
  if (known?.project === project) return known.taken;
  const taken = findTaken(document, project, config);
  TAKEN.set(document, { project, taken });
  return taken;
}

function findTaken(document: DockerfileDocument, project: Project, config: Config): readonly TakenFiles[] {
  const { path } = project;
  if (path === undefined) return [];
  const copies = instructionsOf(document.instructions, 'COPY', 'ADD');
  if (copies.length === 0) return [];
  const contexts = contextsOf(document, project, config);
  return copies.flatMap((copy) =>
    contexts.flatMap((context) => {
      const from = copy.from && expandAt(document, copy.from.value, copy.range.start).value.toLowerCase();
      const folder = from === undefined ? context.folder : additionalFolder(context, from);
      if (folder === undefined) return [];
      const files = contextFiles(project, folder, from === undefined ? path : undefined);
      // A build that BuildKit refuses leaks nothing.
      return files && !files.ignoreFile?.ignore.invalid ? takenOf(document, copy, context, files) : [];
    }),
  );
}

/** The folder that a compose file gives a name to, which `COPY --from` then means before any stage or image. */
function additionalFolder({ builds }: BuildContext, name: string): string | undefined {
  return builds.map((it) => it.additional.get(name)).find((it) => it !== undefined);
}

function takenOf(
  document: DockerfileDocument,
  copy: CopyInstruction,
  context: BuildContext,
  files: ContextFiles,
): readonly TakenFiles[] {
  return copy.sources.flatMap((source) => {
    const { value, known } = expandAt(document, source.value, copy.range.start);
    if (!known || isAddress(value)) return [];
    const wanted = cleanSource(value);
    const excluded = exclusionOf(copy);
    const takes = takenBy(wanted);
    const entries = files.entries.filter((it) => takes(it.path) && !excluded(it.path, wanted));
    return [{ copy, source, context, files, entries, whole: wanted === '.' || wanted === '*' }];
  });
}

/**
 * Tells what the folders and patterns of the judged Dockerfile stand for, where it is known which context it is built with
 * and all of that was looked at.
 */
export function filesOfSources(document: DockerfileDocument, project: Project, config: Config): FilesOfSource {
  return (source) => {
    if (source.value.includes('$')) return undefined;
    const taken = takenFiles(document, project, config).filter((it) => it.source === source);
    const [only, ...others] = taken;
    if (!only || others.length > 0 || only.files.cut) return undefined;
    const wanted = cleanSource(source.value);
    if (only.files.entries.some((it) => it.path === wanted)) return undefined;
    return only.entries.map((it) => pathBelow(wanted, it));
  };
}

/** Where a file is put, below the destination of its COPY: of a folder, also of one that a pattern finds, what is in it. */
export function pathBelow(source: string, { path }: ContextEntry): string {
  const wanted = cleanSource(source);
  const depth = wanted === '.' ? 0 : wanted.split('/').length;
  const names = path.split('/');
  return names.slice(names.length > depth ? depth : depth - 1).join('/');
}

/** A folder with what is in it, or a pattern: COPY's `*` and `?` stay within a name. A file that is named counts as named. */
function takenBy(source: string): (path: string) => boolean {
  if (source === '.') return () => true;
  if (!/[*?[\\]/.test(source)) return (path) => path.startsWith(`${source}/`);
  const pattern: PathPattern | undefined = compilePattern(source.replace(/\*{2,}/g, '*'));
  const depth = source.split('/').length;
  return (path) => pattern !== undefined && matches(pattern, path.split('/').slice(0, depth).join('/'));
}

/** `--exclude=` counts from the folder that is copied. */
function exclusionOf({ flags }: CopyInstruction): (path: string, source: string) => boolean {
  const written = flags.flatMap((it) => (it.name === 'exclude' && it.value ? [it.value.value] : []));
  if (written.length === 0) return () => false;
  const ignore = parseDockerignore(written.join('\n'));
  return (path, source) => isIgnored(ignore, path.startsWith(`${source}/`) ? path.slice(source.length + 1) : path);
}

/** A secret file that a COPY takes along without naming it. */
export interface LeakedFile {
  readonly entry: ContextEntry;
  /** As the project names it. */
  readonly path: string;
  readonly secret: SecretFile;
}

export interface Leak extends TakenFiles {
  readonly leaked: readonly LeakedFile[];
}

/** Files that are read to see what is in them. */
const MAX_READ = 50;

/** Files whose names may be those of secrets. */
const candidates = remembered(
  ({ entries }: ContextFiles): ReadonlySet<ContextEntry> =>
    new Set(entries.filter((it) => !it.isFolder && mayBeSecret(it.path) && !isForTests(it.path))),
);

/** Every source that takes secret files of a context along. */
export function leaksOf(document: DockerfileDocument, project: Project, config: Config): readonly Leak[] {
  const judged = new Map<string, SecretFile | undefined>();
  const judge = (path: string): SecretFile | undefined => {
    if (!judged.has(path) && judged.size < MAX_READ)
      judged.set(
        path,
        secretFileThere(path, () => project.read(path)),
      );
    return judged.get(path);
  };
  return takenFiles(document, project, config).flatMap((taken) => {
    const mayLeak = candidates(taken.files);
    if (mayLeak.size === 0) return [];
    const leaked = taken.entries.flatMap((entry): readonly LeakedFile[] => {
      if (!mayLeak.has(entry) || isNamed(taken, entry)) return [];
      const path = joinPath(taken.files.folder, entry.path);
      const secret = judge(path);
      return secret ? [{ entry, path, secret }] : [];
    });
    return leaked.length > 0 ? [{ ...taken, leaked }] : [];
  });
}

/** A pattern such as `*.pem` says itself what it takes: secret-file-copied tells that. */
function isNamed({ source }: TakenFiles, { path }: ContextEntry): boolean {
  return secretFile(source.value) !== undefined || fileNameOf(source.value) === path;
}
