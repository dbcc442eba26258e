import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { ROOT } from './run-tool.js';

export interface Bundle {
  readonly entry: string;
  readonly out: string;
  readonly executable?: true;
  /** Nothing in it shows examples, references and the risks of fixes: the pages have them. */
  readonly withoutPages?: true;
}

/** What is shipped: everything the product runs is in these files. CommonJS, because VS Code requires its extensions. */
const BUNDLES: readonly Bundle[] = [
  { entry: 'client/extension.ts', out: 'client/out/extension.cjs' },
  { entry: 'server/main.ts', out: 'server/out/server.cjs', withoutPages: true },
  { entry: 'cli/main.ts', out: 'cli/out/seaworthy.cjs', executable: true },
];

/** The pages of the rules by their path in docs/, read by client/pages.ts: one by one they would fill a third of the package. */
const PAGES = 'client/out/pages.json.br';

/** Where the notices of the packages inside the bundles are collected. */
const NOTICES = 'THIRD_PARTY_LICENSES.txt';

/**
 * Builds client, server and command line, packs the pages of the rules, and collects the licence notices of what went into them.
 * Returns one line per bundle with its size.
 */
export async function bundle(): Promise<readonly string[]> {
  const packages = new Set<string>();
  const lines: string[] = [];
  for (const item of BUNDLES) {
    const { metafile } = await build({ ...options(item), metafile: true });
    for (const folder of packagesOf(metafile)) packages.add(folder);
    const out = path.join(ROOT, item.out);
    if (item.executable) chmodSync(out, 0o755);
    const bytes = readFileSync(out);
    lines.push(`${item.out}  ${kilobytes(bytes.length)}, ${kilobytes(gzipSync(bytes).length)} compressed`);
  }
  const pages = packedPages();
  writeFileSync(path.join(ROOT, PAGES), pages);
  lines.push(`${PAGES}  ${kilobytes(pages.length)}`);
  writeFileSync(path.join(ROOT, NOTICES), notices([...packages].sort()));
  return lines;
}

/** How one bundle is built. */
export function options({ entry, out, executable, withoutPages }: Bundle): BuildOptions {
  return {
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: out,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    external: ['vscode'],
    // Packages that offer both forms are taken as ES modules: only those lose their unused parts.
    mainFields: ['module', 'main'],
    // The sources are ES modules; in the CommonJS bundle their own place is that of the bundle.
    define: {
      'import.meta.url': 'bundleUrl',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
    },
    banner: {
      js: `${executable ? '#!/usr/bin/env node\n' : ''}const bundleUrl = require('node:url').pathToFileURL(__filename).href;`,
    },
    plugins: withoutPages ? [PAGES_LEFT_OUT] : [],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  };
}

/** What only pages and the command line show of a rule is most of its text. The formatter keeps these lines as they are. */
const PAGES_LEFT_OUT: Plugin = {
  name: 'pages-left-out',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]rules[\\/]checks[\\/].+\.ts$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const [before, examples, ...more] = text.split(/^  examples: \[$/m);
      const end = examples?.indexOf('\n  ],\n');
      if (examples === undefined || end === undefined || end < 0 || more.length > 0)
        throw new Error(`${file} has no examples between "  examples: [" and "  ],"`);
      const short = `${before}  examples: [${examples.slice(end)}`
        .replace(/^  references: \[$.*?^  \],$/ms, '  references: [],')
        .replace(/^  fixSafety: `$.*?^  `,$/ms, '');
      return { contents: short, loader: 'ts' };
    });
  },
};

function packedPages(): Buffer {
  const docs = path.join(ROOT, 'docs');
  const files = ['rules', 'ja/rules'].flatMap((folder) =>
    readdirSync(path.join(docs, folder), { recursive: true, encoding: 'utf8' })
      .filter((it) => it.endsWith('.md'))
      .map((it) => `${folder}/${it.replaceAll('\\', '/')}`),
  );
  const texts = files.sort().map((it) => [it, readFileSync(path.join(docs, it), 'utf8').replaceAll('\r\n', '\n')]);
  // The window spans all pages: what they have in common is stored once.
  return brotliCompressSync(JSON.stringify(Object.fromEntries(texts)), {
    params: { [zlib.BROTLI_PARAM_QUALITY]: 11, [zlib.BROTLI_PARAM_LGWIN]: 24 },
  });
}

/** The folders of the packages that have at least one file in the bundle, from the project root. */
function packagesOf(metafile: Metafile): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const output of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
      if (folder && bytesInOutput > 0) folders.add(folder);
    }
  }
  return folders;
}

function notices(folders: readonly string[]): string {
  const parts = folders.map((folder) => {
    const { name, version, license } = manifest(folder);
    const files = readdirSync(path.join(ROOT, folder)).filter((it) => /^(licen[cs]e|copying|notice)\b/i.test(it));
    if (files.length === 0) throw new Error(`${folder} has no licence file: its notice cannot be passed on`);
    const texts = files.sort().map((it) =>
      readFileSync(path.join(ROOT, folder, it), 'utf8')
        .replaceAll('\r\n', '\n')
        .trim(),
    );
    return { head: `${name} ${version} (${license})`, body: texts.join('\n\n') };
  });
  const rule = '-'.repeat(80);
  return `${[
    'Seaworthy contains these packages. Their licences ask that the notices below go with them.',
    parts.map((it) => it.head).join('\n'),
    ...parts.map((it) => `${rule}\n${it.head}\n${rule}\n\n${it.body}`),
  ].join('\n\n')}\n`;
}

function manifest(folder: string): { name: string; version: string; license: string } {
  const parsed: unknown = JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'));
  const field = (name: string): string => {
    const value: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, name) : undefined;
    if (typeof value !== 'string') throw new Error(`${folder}/package.json has no ${name}`);
    return value;
  };
  return { name: field('name'), version: field('version'), license: field('license') };
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const line of await bundle()) console.log(line);
}
