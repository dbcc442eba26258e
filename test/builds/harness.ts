import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Images built and run by a real Docker engine: the one at DOCKER_HOST, or Docker's own default. Containers have no
 * network; what they serve is asked for from a second container that shares theirs.
 */

/** What the engine made of a Dockerfile. */
export interface Measured {
  /** What the program printed, or the page it served. */
  readonly answer: string;
  /** Number of the user that the program runs as. */
  readonly uid: number;
  /** Compilers and build tools in the image. */
  readonly compilers: readonly string[];
  /** Bytes. */
  readonly size: number;
  /** The configuration of the image, as `docker inspect` gives it. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** How a program is asked for its answer. */
export type Question =
  | { readonly kind: 'output' }
  | { readonly kind: 'page'; readonly port: number; readonly path: string };

/** Seconds for one command. */
const TIMEOUT = 600;

/** Runs docker; its output without the last line end. */
export function docker(args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync('docker', args, {
    input,
    encoding: 'utf8',
    timeout: TIMEOUT * 1000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`docker ${args.join(' ')}\n${stdout.slice(-1000)}${stderr.slice(-4000)}`);
  return stdout.trimEnd();
}

/** Whether an engine answers. With CI=true one has to: nothing is skipped in silence. */
export function hasEngine(): boolean {
  const { status, error } = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 30_000 });
  if (!error && status === 0) return true;
  if (process.env['CI'] === 'true')
    throw new Error('No Docker engine answers at DOCKER_HOST: CI builds every project. See CONTRIBUTING.md.');
  console.warn('NOT TESTED: no Docker engine answers at DOCKER_HOST, so no project was built');
  return false;
}

/** Builds the folder with the text in place of its Dockerfile, runs the image, and looks into it. */
export function measure(folder: string, dockerfile: string, question: Question): Measured {
  return measureBuilt(folder, dockerfile, question, { options: [], start: [], look: () => {} });
}

export interface Further {
  /** Of `docker build`. */
  readonly options: readonly string[];
  /** Of `docker run`. */
  readonly start: readonly string[];
  /** Sees the image before it is taken away. */
  readonly look: (tag: string) => void;
}

export function measureBuilt(
  folder: string,
  dockerfile: string,
  question: Question,
  { options, start, look }: Further,
): Measured {
  const tag = `seaworthy-test/${path.basename(folder)}-${process.pid}`;
  build(folder, dockerfile, tag, options);
  try {
    look(tag);
    const { uid, compilers } = contents(tag);
    const [inspected] = readJson(docker(['image', 'inspect', tag]));
    return {
      answer:
        question.kind === 'output'
          ? docker(['run', '--rm', '--network', 'none', ...start, tag])
          : pageOf(tag, question),
      uid,
      compilers,
      size: Number(inspected?.['Size']),
      config: recordOf(inspected?.['Config']),
    };
  } finally {
    spawnSync('docker', ['image', 'rm', '--force', tag]);
  }
}

export function build(folder: string, dockerfile: string, tag: string, options: readonly string[]): void {
  const work = mkdtempSync(path.join(tmpdir(), 'seaworthy-build-'));
  try {
    const file = path.join(work, 'Dockerfile');
    writeFileSync(file, dockerfile);
    docker(['build', '--quiet', '--network', 'host', ...options, '--file', file, '--tag', tag, folder]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** All files of the folder but its Dockerfile, by path, as a project of texts takes them. */
export function textsOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  const entries = files.map((it): [string, string] => {
    const file = path.join(it.parentPath, it.name);
    return [path.relative(folder, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')];
  });
  return Object.fromEntries(entries);
}

/** Whatever turns sources into programs, and what fetches them. */
const COMPILERS =
  /(?:^|\/)(?:s?bin|\.bin|go\/bin|jdk[^/]*\/bin|java[^/]*\/bin)\/((?:[\w-]*-)?(?:gcc|g\+\+|cc|c\+\+|clang|as|ld)(?:-\d+)?|make|cmake|go|rustc|cargo|javac|tsc|esbuild|git)$/;

function contents(tag: string): { readonly uid: number; readonly compilers: readonly string[] } {
  const id = docker(['create', '--network', 'none', tag]);
  try {
    const list = spawnSync('sh', ['-c', `docker export ${id} | tar -t`], {
      encoding: 'utf8',
      timeout: TIMEOUT * 1000,
      maxBuffer: 256 * 1024 * 1024,
    });
    const names = list.stdout.split('\n').flatMap((it) => COMPILERS.exec(it)?.[1] ?? []);
    const plain = names.map((it) => it.replace(/^.*-linux-gnu-/, '').replace(/-\d+$/, ''));
    return {
      uid: uidOf(id, docker(['inspect', '--format', '{{.Config.User}}', id])),
      compilers: [...new Set(plain)].sort(),
    };
  } finally {
    docker(['rm', '--force', id]);
  }
}

/** USER as a number, by the accounts of the image. */
function uidOf(id: string, user: string): number {
  const [name = ''] = user.split(':');
  if (name === '') return 0;
  if (/^\d+$/.test(name)) return Number(name);
  const accounts = spawnSync('sh', ['-c', `docker cp ${id}:/etc/passwd - | tar -xO`], { encoding: 'utf8' }).stdout;
  const line = accounts.split('\n').find((it) => it.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`USER ${user} has no account in the image`);
  return Number(line.split(':')[2]);
}

/** Asks until the server has started. */
const ASK = `
const [url] = process.argv.slice(1);
const ask = async (left) => {
  try { process.stdout.write(await (await fetch(url)).text()); }
  catch (error) { if (left === 0) throw error; setTimeout(() => ask(left - 1), 250); }
};
ask(60);
`;

function pageOf(tag: string, { port, path: page }: { readonly port: number; readonly path: string }): string {
  const id = docker(['run', '--detach', '--network', 'none', tag]);
  try {
    const url = `http://127.0.0.1:${port}${page}`;
    return docker(['run', '--rm', '--network', `container:${id}`, '--entrypoint', 'node', 'node:22', '-e', ASK, url]);
  } catch (error) {
    const { stderr } = spawnSync('docker', ['logs', id], { encoding: 'utf8' });
    throw new Error(`The server does not answer:\n${stderr.slice(-2000)}`, { cause: error });
  } finally {
    docker(['rm', '--force', id]);
  }
}

function readJson(text: string): readonly Readonly<Record<string, unknown>>[] {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.map(recordOf) : [];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
