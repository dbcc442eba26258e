import { type BuildImage, buildImageOf } from '../images/build-images.js';
import type { ImageReference } from '../images/reference.js';
import type { ShellCommand } from '../shell/model.js';
import type { DockerfileDocument, RunInstruction, Stage } from './model.js';
import { isForPeople, startsForPeople } from './purpose.js';
import { shippedRuns, shippedStage } from './queries.js';

/** A program that is built in the very image it is shipped in, which is one made for building. */
export interface BuiltInPlace {
  readonly stage: Stage;
  readonly reference: ImageReference;
  readonly image: BuildImage;
  readonly run: RunInstruction;
  readonly command: ShellCommand;
}

/** Where the shipped stage builds on a build image and compiles there. */
export function builtInPlace(document: DockerfileDocument): BuiltInPlace | undefined {
  const stage = shippedStage(document);
  const reference = stage?.rootImage;
  const image = reference && buildImageOf(reference);
  if (!stage || !image || isForPeople(stage) || startsForPeople(stage)) return undefined;
  // The full images of languages are built on it, with its compilers on purpose.
  if (reference.path === 'library/buildpack-deps') return undefined;
  for (const run of shippedRuns(document)) {
    if (run.onbuild) continue;
    const command = run.script.commands.find(compiles);
    if (command) return { stage, reference, image, run, command };
  }
  return undefined;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const COMPILERS = words(
  'gcc g++ cc c++ clang clang++ gfortran rustc javac kotlinc scalac ghc tsc webpack rollup esbuild gulp grunt make gmake ninja msbuild xbuild ocamlfind fpc valac',
);

/** Tools with many tasks, and which of those build. */
const TASKS: Readonly<Record<string, RegExp>> = {
  go: /^(?:build|install)$/,
  cargo: /^(?:build|install|b)$/,
  mvn: /^(?:package|install|verify|compile|deploy)$/,
  gradle:
    /^(?:[\w-]*:)*(?:build|assemble|install|installDist|installApp|bootJar|bootWar|shadowJar|fatJar|jar|war|distZip|distTar)$/,
  dotnet: /^(?:build|publish|pack)$/,
  cmake: /^--build$/,
  meson: /^(?:compile|install)$/,
  swift: /^build$/,
  cabal: /^(?:build|install|new-build|v2-build)$/,
  stack: /^(?:build|install)$/,
  mix: /^(?:release|compile)$/,
  lein: /^(?:uberjar|jar|compile)$/,
  sbt: /^(?:assembly|stage|compile|package|dist)$|:packageBin$/,
  dart: /^compile$/,
  zig: /^build/,
  crystal: /^build$/,
  dune: /^build$/,
  flutter: /^build$/,
  ng: /^build$/,
  vite: /^build$/,
  next: /^build$/,
  nuxt: /^(?:build|generate)$/,
  nest: /^build$/,
  gatsby: /^build$/,
  'react-scripts': /^build$/,
  'vue-cli-service': /^build$/,
  parcel: /^build$/,
  npm: /^build(?:[:.-][\w:.-]+)?$/,
  yarn: /^build(?:[:.-][\w:.-]+)?$/,
  pnpm: /^build(?:[:.-][\w:.-]+)?$/,
  bun: /^build(?:[:.-][\w:.-]+)?$/,
};

const ALIASES: Readonly<Record<string, string>> = { mvnw: 'mvn', gradlew: 'gradle' };

/** Programs that start another one from the packages of a project. */
const LAUNCHERS = words('npx yarn pnpm bunx');

/** Whether the command turns sources into a program. */
export function compiles({ name, words: all }: ShellCommand): boolean {
  const rest = all.slice(1, 40).map((it) => it.value);
  if (rest.some((it) => it === '--version' || it === '--help')) return false;
  if (COMPILERS.has(name)) return rest.length > 0 || name === 'make' || name === 'gulp' || name === 'grunt';
  const tool = ALIASES[name] ?? name;
  const operands = rest.filter((it) => !it.startsWith('-'));
  if (LAUNCHERS.has(name)) {
    const [first = '', second = ''] = operands;
    const started = Object.hasOwn(TASKS, first) ? TASKS[first] : undefined;
    if (/^(?:tsc|webpack|rollup|esbuild|gulp)$/.test(first) || started?.test(second)) return true;
  }
  const task = Object.hasOwn(TASKS, tool) ? TASKS[tool] : undefined;
  if (!task) return false;
  if (/^(?:npm|yarn|pnpm|bun)$/.test(tool))
    return operands.slice(0, 4).some((it, index) => task.test(it) && runsScript(tool, operands, index));
  return (tool === 'cmake' ? rest : operands).some((it) => task.test(it));
}

/** `npm run build` and `yarn build`, but `npm install build` installs. */
function runsScript(tool: string, operands: readonly string[], index: number): boolean {
  const before = operands.slice(0, index);
  if (before.some((it) => /^(?:i|install|ci|add|rebuild|exec|config|set)$/.test(it))) return false;
  return tool !== 'npm' || before.some((it) => it === 'run' || it === 'run-script');
}
