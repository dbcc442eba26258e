import { userOf } from '../images/users.js';
import { isAlpine, writtenImage } from './bases.js';
import { listed, usersOf } from './compiled.js';
import { copiesBeside, fetchedArtefacts, interpretation, scriptRefusal, settingLines } from './interpreted.js';
import { runPackages } from './packages.js';
import { type Artefact, isRefusal, type Plan, type Refusal, type RunBase } from './plan.js';
import { basename, isInside, joinPath, type Reading, shownCommand, type Work } from './reading.js';

/** What Maven and Gradle have apart. */
export interface JavaBuild {
  readonly isBuild: (work: Work) => boolean;
  /** The folder below the project that results land in. */
  readonly results: string;
  /** Name of the archive, where the project's files tell. */
  readonly archive: (reading: Reading, folder: string) => string | undefined;
  /** More that the archive needs beside it. */
  readonly beside?: (reading: Reading, folder: string) => readonly string[];
  readonly hint: string;
}

export function javaPlan(reading: Reading, build: JavaBuild): Plan | Refusal {
  const { stage, start } = reading;
  const { range } = stage.from.image ?? stage.from;
  const last = reading.work.findLast(build.isBuild);
  const base = javaBase(reading);
  if (!base) return { refused: 'base', data: { image: stage.image?.written ?? '' }, range };
  if (!start) return { refused: 'start', data: { hint: build.hint }, range };
  if (/^(?:mvn|mvnw|gradle|gradlew)$/.test(start.command.name))
    return { refused: 'startsBuild', data: { command: shownCommand(start.command) }, range: start.command.range };
  const script = scriptRefusal(reading, /\b(?:mvnw?|gradlew?|javac|git)\b/);
  if (script) return script;
  const folder = last?.folder;
  const unknown: Refusal = {
    refused: 'result',
    data: { command: last ? shownCommand(last.command) : 'javac', hint: build.hint },
    range: last?.command.range ?? range,
  };
  if (!last || folder === undefined) return unknown;
  const found = shipped(reading, build, folder);
  if (!found) return unknown;
  const folders = [
    ...new Set([
      folder,
      ...reading.work.flatMap((it) => (build.isBuild(it) && it.folder !== undefined ? [it.folder] : [])),
      ...found.artefacts.map((it) => it.from),
    ]),
  ].filter((it) => it !== '/');
  const steps = interpretation(reading, {
    folders,
    isOwn: (it) => build.isBuild(it) || /^(?:mvnw?|gradlew?|java|javac|jar)$/.test(it.command.name) || isMove(it),
  });
  if (isRefusal(steps)) return steps;
  const packages = runPackages(reading, base, {
    links: false,
    language: true,
    build: (name) => /^(?:maven|gradle|openjdk.*|default-jdk.*)$/.test(name),
  });
  if (isRefusal(packages)) return packages;
  const sourceFolders = reading.work.filter(build.isBuild).flatMap(sourcesOf);
  // The run-time image does not have the user that an image for builds brings.
  const foreign = stage.image && userOf(stage.image).offers;
  const isForeign = (user: string | undefined): boolean => foreign !== undefined && user?.split(':')[0] === foreign;
  const tail = stage.instructions.filter((it) => it.range.start > steps.last.range.end);
  const given = tail.find(
    (it) =>
      it.flags.some((flag) => flag.name === 'chown' && isForeign(flag.value?.value)) ||
      (it.keyword === 'RUN' && it.facts.ownerChanges.some(({ owner }) => isForeign(owner.value))),
  );
  if (given) return { refused: 'step', data: { command: given.keyword }, range: given.keywordRange };
  const users = usersOf(reading, steps.last).filter((it) => it.keyword !== 'USER' || !isForeign(it.user?.value));
  return {
    base,
    artefacts: [...found.artefacts, ...fetchedArtefacts(steps, found.artefacts)],
    last: steps.last,
    repeated: [
      ...packages.whole,
      ...steps.moved,
      ...copiesBeside(reading, steps, sourceFolders).filter(
        (it) => !it.sources.every((word) => word.value.endsWith('.java')),
      ),
      ...users,
    ],
    dropped: [...steps.moved, ...tail.filter((it) => it.keyword === 'USER' && isForeign(it.user?.value))],
    packages: packages.packages,
    added: settingLines({ ...steps, gifts: steps.gifts.filter((it) => !isForeign(it.owner)) }, found.artefacts),
    buildVariables: /^(?:MAVEN_\w+|MVN_\w+|M2_HOME|GRADLE_\w+|JAVA_HOME|PATH)$/,
    ships: listed(found.artefacts.map((it) => basename(it.from))),
    ...(found.edits ? { edits: found.edits } : {}),
  };
}

/** The folders whose sources a command reads. */
function sourcesOf({ folder, words }: Work): readonly string[] {
  if (folder !== undefined && folder !== '/') return [folder];
  const named = words.filter((it) => it.endsWith('.java')).flatMap((it) => joinPath(folder, `${it}/..`) ?? []);
  return named.filter((it) => it !== '/');
}

function isMove({ command }: Work): boolean {
  return /^(?:cp|mv)$/.test(command.name);
}

interface Shipped {
  readonly artefacts: readonly Artefact[];
  readonly edits?: Plan['edits'];
}

/** `-jar x.jar`, `-cp a:b/*`, or the script of a distribution. */
function shipped(reading: Reading, build: JavaBuild, folder: string): Shipped | undefined {
  const { start } = reading;
  if (!start) return undefined;
  const own = reading.folderAt(undefined);
  const { words, path } = start;
  if (start.command.name !== 'java') return distribution(build, folder, path);
  const at = words.indexOf('-jar');
  if (at >= 0)
    return archive(reading, build, folder, joinPath(own, words[at + 1] ?? ''), start.command.words[at + 1]?.range);
  const option = words.findIndex((it) => /^(?:-cp|-classpath|--class-path)$/.test(it));
  const entries = option < 0 ? ['.'] : (words[option + 1] ?? '').split(':');
  const paths = entries.map((it) => joinPath(own, it.replace(/\/?\*$/, '') || '.'));
  const artefacts = paths.flatMap((it) =>
    it === undefined || it === '/' ? [] : [{ from: it, folder: !it.endsWith('.jar') }],
  );
  // The folder of a project's sources would bring them all; javac alone leaves its classes beside them.
  if (artefacts.length !== entries.length || (build.results !== '.' && artefacts.some((it) => it.from === folder)))
    return undefined;
  return { artefacts };
}

function archive(
  reading: Reading,
  build: JavaBuild,
  folder: string,
  jar: string | undefined,
  range: Refusal['range'] | undefined,
): Shipped | undefined {
  if (jar === undefined) return undefined;
  const results = `${folder === '/' ? '' : folder}/${build.results}`;
  const beside = (build.beside?.(reading, folder) ?? []).map((it) => ({ from: `${results}/${it}`, folder: true }));
  if (/[*?[]/.test(jar)) {
    const name = build.archive(reading, folder);
    const starts = reading.start?.by;
    if (name === undefined || !starts || !range) return undefined;
    const from = `${results}/${name}`;
    return { artefacts: [{ from }, ...beside], edits: [{ range, text: from }] };
  }
  const moved = reading.work.some(
    (it) =>
      isMove(it) &&
      it.words
        .slice(1)
        .some(
          (word) => joinPath(it.folder, word) === jar || `${joinPath(it.folder, word) ?? ''}/${basename(jar)}` === jar,
        ),
  );
  const inResults = isInside(folder, jar) && jar.slice(folder.length).includes(`/${build.results}/`);
  const packed = reading.work.some(
    ({ command, words, folder: at }) => command.name === 'jar' && words.some((it) => joinPath(at, it) === jar),
  );
  return inResults || moved || packed ? { artefacts: [{ from: jar }, ...(inResults ? beside : [])] } : undefined;
}

/** `build/install/shop/bin/shop` needs the folder `lib` next to it. */
function distribution(build: JavaBuild, folder: string, path: string | undefined): Shipped | undefined {
  const match =
    path === undefined ? null : /^(.*\/(?:install|appassembler|target\/[^/]+-bin)\/?[^/]*)\/bin\/[^/]+$/.exec(path);
  const root = match?.[1];
  return root !== undefined && isInside(`${folder}/${build.results}`, root)
    ? { artefacts: [{ from: root, folder: true }] }
    : undefined;
}

/** Java's version, as tags of build images write it. */
function majorOf({ base, tag }: Reading): string | undefined {
  if (base === 'maven')
    return /(?:eclipse-temurin|openjdk|jdk|amazoncorretto|sapmachine|ibmjava|zulu|semeru)-?(\d+)/.exec(tag)?.[1];
  if (base === 'gradle') return /jdk-?(\d+)/.exec(tag)?.[1];
  if (base === 'openjdk' || base === 'eclipse-temurin' || base === 'amazoncorretto' || base === 'sapmachine')
    return /^(\d+)/.exec(tag)?.[1];
  return undefined;
}

/** Long-term releases and the current one: https://hub.docker.com/_/eclipse-temurin has a JRE of these. */
const WITH_JRE = new Set(['8', '11', '17', '21', '25', '26']);

function javaBase(reading: Reading): RunBase | undefined {
  const { base, tag } = reading;
  const packages = isAlpine(reading) ? 'apk' : 'apt';
  if (base === 'eclipse-temurin' && !reading.stage.image?.digest) {
    const written = writtenImage(reading);
    if (/-jdk/.test(tag) && written.endsWith(tag))
      return { image: written.slice(0, -tag.length) + tag.replace('-jdk', '-jre'), packages, shell: true };
    if (/^\d+$/.test(tag) && written.endsWith(tag)) return { image: `${written}-jre`, packages, shell: true };
  }
  const major = majorOf(reading);
  if (major === undefined || !WITH_JRE.has(major)) return undefined;
  return { image: `eclipse-temurin:${major}-jre${packages === 'apk' ? '-alpine' : ''}`, packages, shell: true };
}
