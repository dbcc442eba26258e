import { instructionsOf } from '../dockerfile/queries.js';
import { glibcBase, isAlpine, staticBase, systemBase } from './bases.js';
import { compiledPlan, type Output } from './compiled.js';
import { hasContext, readAt } from './context.js';
import type { Ecosystem } from './ecosystem.js';
import type { Plan } from './plan.js';
import { basename, joinPath, optionIn, type Reading, variableIn, type Work } from './reading.js';

export const go: Ecosystem = {
  name: 'Go',
  includes: ['C'],
  builds: (reading) => builds(reading).length > 0,
  plan: (reading) => {
    const linking = linkingOf(reading);
    const isStatic = linking !== 'dynamic';
    return compiledPlan(reading, {
      outputs: builds(reading).map((it) => outputOf(reading, it)),
      use: { links: !isStatic, language: false },
      base: ({ shell, packages }) => {
        if (shell || packages.length > 0) return systemBase(reading);
        if (isStatic) return staticBase(reading);
        return isAlpine(reading) ? systemBase(reading) : glibcBase(reading, usesCompiler(reading) ? 'cc' : 'base');
      },
      buildVariables: /^(?:GO(?!MAXPROCS|GC$|MEMLIMIT|DEBUG|TRACEBACK)[A-Z0-9_]*|CGO_\w+|PATH)$/,
      sources: /\.(?:go|mod|sum|work|s|c|h)$|^(?:cmd|internal|pkg|vendor|src|app|api|Makefile|tools|scripts|hack)$/,
      ending: /\.go$/,
      hint: '`go build -o /usr/local/bin/app`',
      ...(linking === 'to-be-static' ? { edits: withoutCgo(reading) } : {}),
    });
  },
};

function builds({ work, base }: Reading): readonly Work[] {
  return work.filter(
    ({ command, words }) =>
      (command.name === 'go' && /^(?:build|install)$/.test(words[1] ?? '')) ||
      (base === 'golang' && command.name === 'make'),
  );
}

/** Options of `go build` with a value of its own: https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies */
const VALUED = new Set(
  '-o -p -ldflags -gcflags -asmflags -tags -mod -modfile -overlay -pkgdir -buildmode -compiler -installsuffix -exec -C -pgo'.split(
    ' ',
  ),
);

function packagesOf({ words }: Work): readonly string[] {
  const rest = words.slice(2);
  return rest.filter((it, index) => !it.startsWith('-') && !VALUED.has((rest[index - 1] ?? '').replace(/^--/, '-')));
}

function outputOf(reading: Reading, work: Work): Output {
  const { words, folder } = work;
  if (work.command.name === 'make') return madeBy(reading, work);
  const into = words[1] === 'install' ? '/go/bin' : undefined;
  const written = optionIn(words, '-o', '--o');
  const path = written === undefined ? undefined : joinPath(folder, written);
  if (path !== undefined && !written?.endsWith('/')) return { work, path };
  const name = nameOf(reading, work);
  const target = path ?? into ?? folder;
  if (target === undefined) return { work };
  return name === undefined
    ? { work, folder: target }
    : { work, path: `${target === '/' ? '' : target}/${name}`, folder: target };
}

/** A Makefile that names the started program makes it. */
function madeBy(reading: Reading, work: Work): Output {
  const path = reading.start?.path;
  const own = optionIn(work.words, '-C', '--directory');
  const folder = own === undefined ? work.folder : joinPath(work.folder, own);
  const text = folder === undefined ? undefined : readAt(reading, `${folder === '/' ? '' : folder}/Makefile`);
  return path !== undefined && text?.includes(basename(path)) === true ? { work, path } : { work };
}

/** The program is called as its package: https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies */
function nameOf(reading: Reading, work: Work): string | undefined {
  const packages = packagesOf(work);
  const [first = '.', ...more] = packages;
  if (more.some((it) => !it.endsWith('.go')) || first.includes('...') || first.includes('*')) return undefined;
  if (first.endsWith('.go')) return basename(first).slice(0, -'.go'.length);
  const plain = first.replace(/@.*$/, '').replace(/\/+$/, '');
  if (plain !== '.' && plain !== '') return lastElement(plain);
  const module = /^module\s+"?([^\s"]+)/m.exec(readAt(reading, `${work.folder ?? ''}/go.mod`) ?? '')?.[1];
  return module === undefined ? undefined : lastElement(module);
}

function lastElement(path: string): string | undefined {
  const parts = path.split('/').filter((it) => it !== '' && it !== '.');
  const last = parts.at(-1);
  return last !== undefined && /^v\d+$/.test(last) && parts.length > 1 ? parts.at(-2) : last;
}

/** Modules that do not work without cgo. */
const CGO_MODULES =
  /mattn\/go-sqlite3|confluent-kafka-go|gopkg\.in\/rdkafka|DataDog\/zstd|valyala\/gozstd|h2non\/bimg|davidbyttow\/govips|gographics\/imagick|google\/gopacket|linxGnu\/grocksdb|tecbot\/gorocksdb|godror\/godror|mattn\/go-oci8|alexbrainman\/odbc|ibmdb\/go_ibm_db|pebbe\/zmq4|gocv\.io|go-gl\/|hajimehoshi\/ebiten|fyne\.io\/fyne|gotk3|veandco\/go-sdl2|miekg\/pkcs11|ThalesIgnite\/crypto11|tree-sitter|duckdb|knqyf263\/go-rpmdb-cgo|libgit2\/git2go|yuin\/gopher-lua-cgo|bytecodealliance\/wasmtime-go|wasmerio\/wasmer-go|ethereum\/go-ethereum|supranational\/blst|rogchap\.com\/v8go|seccomp\/libseccomp-golang|containers\/storage|containerd\/btrfs|coreos\/go-systemd|kuzudb|mutecomm\/go-sqlcipher/;

/** How the program is linked; `to-be-static`: it can be, when it is told to. */
function linkingOf(reading: Reading): 'static' | 'to-be-static' | 'dynamic' {
  const all = builds(reading);
  const own = all.map(({ command }) => command.assignments.find((it) => it.name.value === 'CGO_ENABLED')?.value?.value);
  const general = variableIn(reading, 'CGO_ENABLED') ?? exported(reading);
  const values = own.map((it) => it ?? general);
  if (values.every((it) => it === '0')) return 'static';
  if (all.every(({ words }) => words.some((it) => /-extldflags.*-static|^-linkmode=external.*-static/.test(it))))
    return 'static';
  if (values.some((it) => it === '1')) return 'dynamic';
  // Without a C compiler go builds without cgo by itself, and the Alpine variants have none.
  if (isAlpine(reading) && !usesCompiler(reading)) return 'static';
  const module = hasContext(reading) ? moduleText(reading) : undefined;
  return module !== undefined && !usesCompiler(reading) && !CGO_MODULES.test(module) && all.every(plainBuild)
    ? 'to-be-static'
    : 'dynamic';
}

function exported({ work }: Reading): string | undefined {
  return work
    .filter((it) => it.command.name === 'export')
    .flatMap((it) => it.words)
    .find((it) => it.startsWith('CGO_ENABLED='))
    ?.slice('CGO_ENABLED='.length);
}

function plainBuild({ command }: Work): boolean {
  return command.name === 'go' && command.wrappers.length === 0 && !command.parent;
}

function moduleText(reading: Reading): string | undefined {
  const [first] = builds(reading);
  return first?.folder === undefined ? undefined : readAt(reading, `${first.folder}/go.mod`);
}

function usesCompiler({ stage }: Reading): boolean {
  return instructionsOf(stage.instructions, 'RUN').some((run) =>
    run.facts.installs.some((it) =>
      it.packages.some(({ name }) =>
        /^(?:gcc|g\+\+|build-base|build-essential|musl-dev|clang|alpine-sdk)$|-dev$/.test(name),
      ),
    ),
  );
}

function withoutCgo(reading: Reading): NonNullable<Plan['edits']> {
  const own = builds(reading).filter(({ command }) => command.name === 'go');
  return own.map(({ command: { range } }) => ({
    range: { start: range.start, end: range.start },
    text: 'CGO_ENABLED=0 ',
  }));
}
