import { type DotenvEntry, readDotenv } from '../compose/dotenv.js';
import { judgeSecret } from './judge.js';
import { fileNameOf, isExample, type SecretFile, secretFile } from './secret-files.js';
import { findTokens } from './tokens.js';
import { urlPasswords } from './url-credentials.js';

/** Longer files are judged by their beginning. */
const LIMIT = 100_000;

/** The variables of an env file whose values are credentials that somebody uses in earnest. */
export function secretVariables(text: string): readonly DotenvEntry[] {
  return readDotenv(text.slice(0, LIMIT)).filter(({ name, value }) => {
    if (!value?.known || value.value === '') return false;
    return (
      judgeSecret(name.value, value.value) === 'secret' ||
      findTokens(value.value).length > 0 ||
      urlPasswords(value.value).length > 0
    );
  });
}

/** Whether a file holds what an env file does, by its name. */
export function isEnvFile(path: string): boolean {
  const name = fileNameOf(path).toLowerCase();
  return /^\.env(?:\.|$)|.\.env$|^\.envrc$/.test(name);
}

/**
 * Judges a file that is there: by its name, and where its text tells more, by that.
 *
 * @param read its text; undefined where it is no text. Asked only for names that may be those of a secret.
 */
export function secretFileThere(path: string, read: () => string | undefined): SecretFile | undefined {
  const byName = secretFile(path);
  if (!mayBeSecret(path)) return undefined;
  const text = read();
  if (text === undefined) return byName;
  if (text.trim() === '') return undefined;
  if (isEnvFile(path)) return secretVariables(text).length > 0 ? 'certain' : undefined;
  const name = fileNameOf(path).toLowerCase();
  if (/\.(?:pem|key)$/.test(name)) return text.includes('PRIVATE KEY-----') ? 'certain' : undefined;
  if (name === '.npmrc' || name === '.yarnrc')
    return /_(?:authToken|auth|password)\s*=\s*["']?[^\s"'$]/.test(text) ? 'certain' : undefined;
  if (byName === 'certain') return /\.(?:json|ya?ml|toml)$/.test(name) && isBlankSettings(text) ? undefined : byName;
  return findTokens(text.slice(0, LIMIT)).length > 0 ? 'certain' : byName;
}

/** Whether the name is one of a file that is read to see. */
export function mayBeSecret(path: string): boolean {
  return secretFile(path) !== undefined || (isEnvFile(path) && !isExample(fileNameOf(path).toLowerCase()));
}

/** `{}`: made so that a mount finds a file. */
function isBlankSettings(text: string): boolean {
  return text.trim().length < 8;
}
