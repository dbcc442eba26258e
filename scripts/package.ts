import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { bundle } from './bundle.js';
import { ROOT, runTool } from './run-tool.js';

/** Bytes. An extension that is felt to be small installs and starts that way, too. */
const LIMIT = 1_000_000;

/** Builds the extension, packs it into one universal .vsix and returns its path. Too large is an error. */
export async function packageExtension(): Promise<{ readonly file: string; readonly bytes: number }> {
  for (const line of await bundle()) console.log(line);
  const file = path.join(ROOT, `seaworthy-${version()}.vsix`);
  await createVSIX({
    cwd: ROOT,
    packagePath: file,
    // All code is in the bundles.
    dependencies: false,
    allowMissingRepository: true,
    // The pages of the rules about secrets show made-up tokens; everything else is still looked at.
    allowPackageSecrets: ['github', 'npm', 'slack'],
    rewriteRelativeLinks: false,
  });
  const bytes = statSync(file).size;
  if (bytes >= LIMIT) throw new Error(`${file} has ${bytes} bytes: ${LIMIT} is the limit`);
  return { file, bytes };
}

function version(): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return version;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { status } = runTool('tsx', ['scripts/generate.ts', '--check']);
  if (status !== 0) throw new Error('Generated files are out of date: run npm run generate');
  const { file, bytes } = await packageExtension();
  console.log(`${path.relative(ROOT, file)}: ${bytes} bytes, of ${LIMIT} allowed`);
}
