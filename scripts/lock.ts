import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './run-tool.js';

/**
 * `npm run lock`, after a change of dependencies: writes package-lock.json. Behind a registry mirror that lacks the
 * binaries of some platforms, npm leaves those out of the file, and `npm ci` then refuses it everywhere; they are added
 * from what the packages themselves declare.
 */

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}
interface LockFile {
  packages: Record<string, Locked>;
}

/** The optional packages that a lock file names as a dependency and does not list: `name@version`. */
export function missingOptional(text: string): readonly string[] {
  return Object.keys(missing(parse(text).packages));
}

function parse(text: string): LockFile {
  return JSON.parse(text) as LockFile;
}

function missing(packages: LockFile['packages']): Record<string, Locked> {
  const added: Record<string, Locked> = {};
  for (const [place, { license, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const key = `node_modules/${name}`;
      if (packages[key] || packages[`${place}/${key}`]) continue;
      added[key] = { version, ...platformOf(name), ...(license ? { license } : {}), dev: true, optional: true };
    }
  }
  return added;
}

/** Such packages are named after the platform that their binary is for. */
function platformOf(name: string): Locked {
  const os = /android|darwin|freebsd|linux|openharmony|win32/.exec(name)?.[0];
  const cpu = /arm64|arm|x64|ia32|ppc64|riscv64|s390x/.exec(name.replace(os ?? '', ''))?.[0];
  if (!os || !cpu)
    throw new Error(`${name} does not say which platform it is for: add it to package-lock.json by hand`);
  const libc = name.includes('musl') ? ['musl'] : os === 'linux' && name.includes('gnu') ? ['glibc'] : undefined;
  return { os: [os], cpu: [cpu], ...(libc ? { libc } : {}) };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { status } = spawnSync('npm', ['install', '--package-lock-only'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm install ended with ${status}`);
  const file = path.join(ROOT, 'package-lock.json');
  const lock = parse(readFileSync(file, 'utf8'));
  const added = missing(lock.packages);
  lock.packages = Object.fromEntries(
    Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(
    `package-lock.json is written; ${Object.keys(added).length} packages of other platforms were added to it.`,
  );
}
