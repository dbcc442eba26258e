import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * BuildKit's own checker (`docker build --check`), for many Dockerfiles at a time. It stops where it cannot find an image,
 * so an empty folder stands in for every one of them, as a named context: the text stays as it is. Only the `# syntax=`
 * line is left out: the frontend of the engine does what the line asks another one for.
 */

export interface Checked {
  readonly text: string;
  /** Images that the engine does not have; what the check finds out is added. */
  readonly images: Set<string>;
}

export interface Verdict {
  /** Why BuildKit does not take the file. */
  readonly error: string | undefined;
  /** The check behind each warning. */
  readonly warnings: readonly string[];
}

/** Files in one call. */
const BATCH = 50;
/** A busy engine loses a build of many now and then: "no such job". */
const ATTEMPTS = 3;
/** The image is captured as contexts name it. */
const UNRESOLVED = /^(?:docker\.io\/(?:library\/)?)?(\S+?)(?::latest)?: failed to resolve source metadata for /;

export function checkAll<File extends Checked>(files: readonly File[]): ReadonlyMap<File, Verdict> {
  const work = mkdtempSync(path.join(tmpdir(), 'seaworthy-check-'));
  try {
    mkdirSync(path.join(work, 'empty'));
    const verdicts = new Map<File, Verdict>();
    let open = files;
    while (open.length > 0) {
      const batch = open.slice(0, BATCH);
      const unresolved: File[] = [];
      for (const [file, verdict] of checkTogether(work, batch)) {
        const missing = UNRESOLVED.exec(verdict.error ?? '')?.[1];
        if (missing === undefined) {
          verdicts.set(file, verdict);
          continue;
        }
        if (file.images.has(missing)) throw new Error(`No stand-in for ${missing}: ${verdict.error}`);
        file.images.add(missing);
        unresolved.push(file);
      }
      open = [...unresolved, ...open.slice(BATCH)];
    }
    return verdicts;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The part of what `docker buildx bake --call=check,format=json` prints that is read here. */
interface Report {
  readonly target: Readonly<Record<string, { readonly check?: TargetCheck }>>;
}

interface TargetCheck {
  readonly warnings?: readonly { readonly ruleName: string }[] | null;
  readonly buildError?: { readonly message: string };
  readonly error?: string;
}

function checkTogether<File extends Checked>(
  work: string,
  files: readonly File[],
): readonly (readonly [File, Verdict])[] {
  const targets = files.map(({ text, images }, index) => {
    writeFileSync(path.join(work, `${index}.Dockerfile`), withoutSyntax(text));
    const contexts = Object.fromEntries([...images].map((it) => [it, 'empty']));
    return [`file-${index}`, { context: 'empty', dockerfile: `../${index}.Dockerfile`, contexts }] as const;
  });
  const definition = {
    group: { default: { targets: targets.map(([name]) => name) } },
    target: Object.fromEntries(targets),
  };
  const { target } = JSON.parse(bake(work, JSON.stringify(definition))) as Report;
  return files.map((file, index) => {
    const check = target[`file-${index}`]?.check;
    if (!check) throw new Error(`BuildKit says nothing of ${file.text}`);
    const { warnings, buildError, error } = check;
    return [file, { error: buildError?.message ?? error, warnings: (warnings ?? []).map((it) => it.ruleName) }];
  });
}

/** Ends with an error where one file has one: only whether there is a report tells of the engine. */
function bake(work: string, definition: string): string {
  let said = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { stdout, stderr, error } = spawnSync(
      'docker',
      ['buildx', 'bake', '--call=check,format=json', '--progress=quiet', '--file=-'],
      { cwd: work, input: definition, encoding: 'utf8', timeout: 300_000, maxBuffer: 256 * 1024 * 1024 },
    );
    if (error) throw error;
    if (stdout.startsWith('{')) return stdout;
    said = stderr;
  }
  throw new Error(`docker buildx bake --call=check: ${said.slice(-2000)}\nIt needs Docker 27 or newer.`);
}

/** The tests pull nothing. */
export function withoutSyntax(dockerfile: string): string {
  return dockerfile.replace(/^# *syntax *=.*\n/i, '');
}
