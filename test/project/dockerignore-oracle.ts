// Asks a real BuildKit what it sends of one folder for each of our pattern sets, and writes the answers down:
//   eval "$(docker-engine up DIR)" && npx tsx test/project/dockerignore-oracle.ts      (needs a Docker engine; DOCKER_HOST, DOCKER_CONFIG)
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The files of the folder; a name that ends in a slash is an empty folder. */
const FILES = [
  '.env',
  '.env.example',
  '.git/HEAD',
  '.git/config',
  '.hidden/x',
  '[x].txt',
  'a.txt',
  'ab.txt',
  'abc.txt',
  'a^b',
  'b.md',
  'README.md',
  'README-secret.md',
  'README.de.md',
  '#hash',
  '!bang',
  'sp ace.txt',
  'ünder/größe.txt',
  'a+b(c).txt',
  'a$b.txt',
  'star*x',
  'quest?x',
  'back\\slash',
  'dir/file',
  'dir/file.txt',
  'dir/.env',
  'dir/sub/file',
  'dir/sub/file.txt',
  'dir/sub/deep/file.txt',
  'dir/sub/deep/key.pem',
  'dir2/file',
  'dir2/sub/file',
  'empty/',
  'node_modules/m/index.js',
  'src/app.ts',
  'src/app.test.ts',
  'src/lib/util.ts',
  'src/lib/util.test.ts',
  'src/node_modules/m/index.js',
  'src/certs/server.key',
  'src/certs/server.pem',
  'x/y/z/w/v/u.txt',
  'x/y/z.txt',
  'x/dir/file',
];

const SETS: readonly string[] = [
  '',
  '# only a comment\n',
  '.git\n.env\n',
  '*\n',
  '**\n',
  '*\n!src\n',
  '**\n!src\n',
  '*\n!src/lib\n',
  '*\n!src/lib/**\n',
  '*\n!src/**\nsrc/node_modules\n',
  '!src\n*\n',
  '*.md\n!README.md\n',
  '*.md\n!README*.md\nREADME-secret.md\n',
  '*.md\nREADME-secret.md\n!README*.md\n',
  '**/.env\n',
  '**/node_modules\n',
  '**/node_modules/\n',
  'node_modules/\n',
  '/dir\n',
  '/dir/\n',
  './dir\n',
  'dir/../src\n',
  '../dir\n',
  'dir/./sub//deep\n',
  '/\n',
  '.\n',
  'dir/*\n',
  'dir/*\n!dir/file\n',
  'dir\n!dir/sub/file\n',
  'dir\n!dir/sub\n',
  'dir/**\n!dir/sub/file\n',
  'dir/**/file\n',
  'dir/**/file.txt\n',
  '**/file\n',
  '**/sub/**\n',
  '**/sub/*\n',
  '**file\n',
  '**/*.txt\n',
  '*/*.txt\n',
  '*/*/*.txt\n',
  'dir**\n',
  'dir*\n',
  'dir?\n',
  '?.txt\n',
  'a?.txt\n',
  '[ab].txt\n',
  '[^b].txt\n',
  '[!b].txt\n',
  '[a-c]*.txt\n',
  'a[^x]*.txt\n',
  '\\[x\\].txt\n',
  '[[]x].txt\n',
  '[[:alpha:]].txt\n',
  '[[:alpha:]]b.txt\n',
  '\\#hash\n',
  ' #hash\n',
  '#hash\n',
  '\\!bang\n',
  'star\\*x\n',
  'quest\\?x\n',
  'quest?x\n',
  'back\\\\slash\n',
  'a\\b\n',
  '\\a.txt\n',
  '\\d\n',
  'a^b\n',
  'a^*\n',
  '^a*\n',
  'a+b(c).txt\n',
  'a+*\n',
  'a$*\n',
  'sp ace.txt\n',
  '  sp ace.txt  \n',
  '\tdir\t\n',
  'dir \n! dir/sub\n',
  '!\n',
  '! \n',
  '*\n!\n',
  '[\n',
  '[a\n',
  '[]a]\n',
  '[a-]\n',
  '[z-a]\n',
  'dir\\\n',
  '\uFEFF.git\n.env\n',
  '.git\r\n.env\r\n!.env\r\n',
  '.git\n\n\n.env',
  'ünder\n',
  'ünd?r/gr*\n',
  '**/größe.txt\n',
  '*/größ?.txt\n',
  '**/*.test.ts\n',
  'src/**/*.test.ts\n!src/lib/util.test.ts\n',
  '**/*.pem\n**/*.key\n!src/certs/server.pem\n',
  '*\n!dir/sub/deep\ndir/sub/deep/key.pem\n',
  '*\n!*/file\n',
  '*\n!**/file\n',
  '**\n!**/*.ts\n**/node_modules\n',
  '*\n!x/y\nx/y/z\n!x/y/z/w/v/u.txt\n',
  'x\n!x/y/z/w/v/u.txt\n',
  'x/y\n!x/y/z.txt\nx/y\n',
  'x/**/u.txt\n',
  'x/**/v\n',
  'x/**/**/u.txt\n',
  '**/**/u.txt\n',
  'x/***\n',
  '***\n',
  '**/\n',
  'empty\n',
  'empty/\n',
  '*\n!empty\n',
  'dir//\n',
  '//dir\n',
  '.*\n',
  '.*\n!.env.example\n',
  '.env*\n!.env.example\n',
  '**/.*\n',
  'DIR\n',
  'dir/file\n!dir/file\ndir/file\n',
  'dir\n!dir\n',
  'dir\n!dir/**\n',
  'dir/\n!dir/**/*.txt\n',
  'Dockerfile\n.dockerignore\n',
  '*\n!Dockerfile\n!.dockerignore\n!a.txt\n',
  'a.txt # not a comment\n',
  '!!dir\n',
  '*\n!!dir\n',
  '[a*]b.txt\n',
  '[a?]\n',
];

/** Sets in an ignore file of its own beside the Dockerfile, and what `.dockerignore` says then. */
const OWN: readonly { readonly own: string; readonly shared: string }[] = [
  { own: '*\n!a.txt\n', shared: '' },
  { own: '', shared: '*\n' },
  { own: '# nothing\n', shared: 'dir\n' },
  { own: 'src\n', shared: 'dir\n' },
];

/** What is in folders that are not looked into would be told by the folder only. */
const HIDDEN = 'Dockerfile\n.dockerignore\n.git\n**/node_modules\n';

/** Sources of COPY; what they put into a folder. */
const SOURCES: readonly string[] = [
  '.',
  './',
  '/',
  '*',
  'dir',
  './dir/',
  '/dir',
  'dir/.',
  'dir/*',
  'dir*',
  'dir?',
  '*/sub',
  'dir/sub/*',
  '*.txt',
  '?.txt',
  '[ab].txt',
  '[^a].txt',
  'a*',
  '.e*',
  'src/*.ts',
  'src/**',
  '**/*.txt',
  'x/*/z',
  'x/y/../dir',
  'ünder',
];

const root = mkdtempSync(path.join(os.tmpdir(), 'dockerignore-'));
const context = path.join(root, 'context');

function main(): void {
  for (const file of FILES) {
    const place = path.join(context, file);
    mkdirSync(file.endsWith('/') ? place : path.dirname(place), { recursive: true });
    if (!file.endsWith('/')) writeFileSync(place, 'x');
  }
  writeFileSync(path.join(context, 'Dockerfile'), 'FROM scratch\nCOPY . .\n');
  const answers = SETS.map((shared) => ({ shared, kept: ask(shared) }));
  const own = OWN.map((it) => ({ ...it, kept: ask(it.shared, it.own) }));
  const copied = SOURCES.map((source) => {
    writeFileSync(path.join(context, 'Dockerfile'), `FROM scratch\nCOPY ["${source}", "/"]\n`);
    return { source, kept: ask(HIDDEN) };
  });
  const target = path.join(import.meta.dirname, 'dockerignore-answers.json');
  const lines = [...answers, ...own].map((it) => JSON.stringify(it)).join(',\n');
  writeFileSync(
    target,
    `{"files":${JSON.stringify(FILES)},"answers":[\n${lines}\n],"copied":[\n${copied.map((it) => JSON.stringify(it)).join(',\n')}\n]}\n`,
  );
  rmSync(root, { recursive: true });
  process.stdout.write(`${answers.length + own.length} sets\n`);
}

/** The files and empty folders that reach the image; null: the build is refused. */
function ask(shared: string, own?: string): readonly string[] | null {
  writeFileSync(path.join(context, '.dockerignore'), shared);
  const ownFile = path.join(context, 'Dockerfile.dockerignore');
  if (own === undefined) rmSync(ownFile, { force: true });
  else writeFileSync(ownFile, own);
  const out = path.join(root, 'out');
  rmSync(out, { recursive: true, force: true });
  const { status, stderr, error } = spawnSync('docker', ['build', '--no-cache', '--output', out, context], {
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status === 0) return filesIn(out, '');
  // A context in which nothing is left is no error for COPY of a folder; anything else is told.
  process.stderr.write(`${JSON.stringify(shared)}: ${stderr.trim().split('\n').at(-1)}\n`);
  return null;
}

function filesIn(folder: string, prefix: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((it) => {
      if (!it.isDirectory()) return [prefix + it.name];
      const inside = filesIn(path.join(folder, it.name), `${prefix}${it.name}/`);
      return inside.length > 0 ? inside : [`${prefix}${it.name}/`];
    })
    .sort();
}

main();
