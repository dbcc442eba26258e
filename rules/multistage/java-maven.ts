import { readAt } from './context.js';
import type { Ecosystem } from './ecosystem.js';
import { javaPlan } from './java.js';
import type { Reading, Work } from './reading.js';

export const maven: Ecosystem = {
  name: 'Maven',
  builds: ({ work }) => work.some(isBuild),
  plan: (reading) =>
    javaPlan(reading, {
      isBuild,
      results: 'target',
      archive,
      beside: (own, folder) => (/<classpathPrefix>\s*lib\/?\s*</.test(pom(own, folder)) ? ['lib'] : []),
      hint: '`CMD ["java", "-jar", "target/app.jar"]`',
    }),
};

function isBuild({ command, words }: Work): boolean {
  return (
    /^mvnw?$/.test(command.name) &&
    words.some((it) => /^(?:package|install|verify|compile|dependency:\S+|deploy)$/.test(it))
  );
}

function pom(reading: Reading, folder: string): string {
  return readAt(reading, `${folder === '/' ? '' : folder}/pom.xml`) ?? '';
}

/** `finalName`, else name and version: https://maven.apache.org/pom.html */
function archive(reading: Reading, folder: string): string | undefined {
  const text = pom(reading, folder).replace(/<!--[\s\S]*?-->/g, '');
  const own = text.replace(
    /<(parent|dependencies|dependencyManagement|build|profiles|modules|reporting)>[\s\S]*?<\/\1>/g,
    '',
  );
  const one = (name: string, from: string): string | undefined =>
    new RegExp(`<${name}>\\s*([\\w.-]+)\\s*</${name}>`).exec(from)?.[1];
  const artefact = one('artifactId', own);
  const version = one('version', own) ?? one('version', /<parent>[\s\S]*?<\/parent>/.exec(text)?.[0] ?? '');
  const name =
    one('finalName', text) ?? (artefact !== undefined && version !== undefined ? `${artefact}-${version}` : undefined);
  const kind = one('packaging', own) ?? 'jar';
  return name === undefined || /<finalName>[^<]*\$/.test(text) || (kind !== 'jar' && kind !== 'war')
    ? undefined
    : `${name}.${kind}`;
}
