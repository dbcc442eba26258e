import { readAt } from './context.js';
import type { Ecosystem } from './ecosystem.js';
import { javaPlan } from './java.js';
import type { Reading, Work } from './reading.js';

export const gradle: Ecosystem = {
  name: 'Gradle',
  builds: ({ work }) => work.some(isBuild),
  plan: (reading) =>
    javaPlan(reading, { isBuild, results: 'build', archive, hint: '`CMD ["java", "-jar", "build/libs/app.jar"]`' }),
};

function isBuild({ command, words }: Work): boolean {
  return (
    /^gradlew?$/.test(command.name) &&
    words.some((it) =>
      /^(?:[\w-]*:)*(?:build|assemble|bootJar|bootWar|shadowJar|fatJar|jar|war|installDist|installApp|classes)$/.test(
        it,
      ),
    )
  );
}

/** `NAME-VERSION.jar`: https://docs.gradle.org/current/userguide/building_java_projects.html */
function archive(reading: Reading, folder: string): string | undefined {
  const read = (name: string): string => readAt(reading, `${folder === '/' ? '' : folder}/${name}`) ?? '';
  const settings = `${read('settings.gradle')}\n${read('settings.gradle.kts')}`;
  const build = `${read('build.gradle')}\n${read('build.gradle.kts')}`;
  const name = /rootProject\.name\s*=\s*["']([\w.-]+)["']/.exec(settings)?.[1];
  const version = /^\s*version\s*=?\s*["']([\w.-]+)["']/m.exec(build)?.[1];
  if (name === undefined || /archive(?:FileName|BaseName|Version)|archivesBaseName|shadow/.test(build))
    return undefined;
  return `libs/${version === undefined ? name : `${name}-${version}`}.jar`;
}
