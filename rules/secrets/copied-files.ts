import { remembered } from '../core/remembered.js';
import type { Spanned } from '../core/text.js';
import type { CopyInstruction, DockerfileDocument } from '../dockerfile/model.js';
import { everyInstruction, expandAt, instructionsOf, stageAt, stageNamed } from '../dockerfile/queries.js';
import {
  fileNameOf,
  isExample,
  isPackageSettings,
  namesSecretFile,
  type SecretFile,
  secretFile,
} from './secret-files.js';

/** A source of COPY or ADD that is a file with secrets by its name, or by the place it is put in. */
export interface CopiedSecret {
  readonly copy: CopyInstruction;
  readonly source: Spanned;
  readonly secret: SecretFile;
}

/** Secret files that come from the build context or from a stage of the same file, triggers of ONBUILD included. */
export const copiedSecrets = remembered((document: DockerfileDocument): readonly CopiedSecret[] => {
  return instructionsOf(everyInstruction(document), 'COPY', 'ADD').flatMap((copy) => {
    if (copy.from && !isStage(document, copy)) return [];
    return copy.sources.flatMap((source): readonly CopiedSecret[] => {
      const secret = judge(document, copy, source.value);
      return secret ? [{ copy, source, secret }] : [];
    });
  });
});

/** Folders for the public keys of package repositories and for certificates that are trusted. */
const PUBLIC_FOLDERS = /\/(?:apt|keyrings?|rpm-gpg|apk\/keys|trusted\.gpg\.d|ca-certificates|anchors)(?:\/|$)/;

function judge(document: DockerfileDocument, copy: CopyInstruction, written: string): SecretFile | undefined {
  if (namesSecretFile(written)) return 'certain';
  if (/^(?:https?|ftp|git|ssh):\/\/|^git@/i.test(written)) return undefined;
  const { start } = copy.range;
  const target = expandAt(document, copy.destination?.value ?? '', start).value;
  if (PUBLIC_FOLDERS.test(target)) return undefined;
  const { value } = expandAt(document, written, start);
  const name = fileNameOf(value).toLowerCase();
  if (isExample(name) || isPublic(name)) return undefined;
  const secret = secretFile(value) ?? (isMavenSettings(document, name) ? 'possible' : undefined);
  if (secret) return secret;
  const isFolder = copy.sources.length > 1 || /[/\\]$/.test(target);
  const path = isFolder ? `${target}/${name}` : target;
  const byTarget = secretFile(path);
  if (isPackageSettings(fileNameOf(path))) return byTarget;
  // What is put where a login belongs is one, whatever it is called here; a key may be no more than a certificate.
  return !isFolder && byTarget === 'certain' && !/\.(?:key|pem)$/.test(target) ? 'certain' : undefined;
}

/** Maven is told to read it. */
function isMavenSettings(document: DockerfileDocument, name: string): boolean {
  return (
    /settings[\w.-]{0,40}\.xml$/.test(name) &&
    instructionsOf(document.instructions, 'RUN').some((run) =>
      run.script.commands.some(
        ({ name: program, words }) =>
          /^mvnw?$/.test(program) &&
          words.some(
            ({ value }, index) =>
              /^(?:-s|--settings)$/.test(words[index - 1]?.value ?? '') && fileNameOf(value).toLowerCase() === name,
          ),
      ),
    )
  );
}

function isPublic(name: string): boolean {
  return /\.pub\*?$/.test(name) || name === 'authorized_keys' || name === 'known_hosts';
}

/** What another image holds is not ours to keep secret. */
function isStage(document: DockerfileDocument, { from, range }: CopyInstruction): boolean {
  const name = expandAt(document, from?.value ?? '', range.start).value;
  return stageNamed(document, name, stageAt(document, range.start)) !== undefined;
}
