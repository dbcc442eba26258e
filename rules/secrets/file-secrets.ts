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
    if (!value?.known || value.value === '' || isPublic(name.value)) return false;
    return (
      judgeSecret(name.value, value.value) === 'secret' ||
      findTokens(value.value).length > 0 ||
      urlPasswords(value.value).length > 0
    );
  });
}

/** Variables that frameworks put into the pages they serve: no secret, whatever the rest of the name says. */
function isPublic(name: string): boolean {
  return /^(?:REACT_APP|VITE|NEXT_PUBLIC|NUXT_PUBLIC|PUBLIC|EXPO_PUBLIC|GATSBY|VUE_APP|NG_APP|STORYBOOK)_/.test(name);
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
  const login = LOGINS[name];
  if (login) return login(text.slice(0, LIMIT)) ? 'certain' : undefined;
  if (byName === 'certain') return /\.(?:json|ya?ml|toml)$/.test(name) && isBlankSettings(text) ? undefined : byName;
  if (findTokens(text.slice(0, LIMIT)).length > 0) return 'certain';
  return SETTINGS.test(name) && !setsSecret(text) ? undefined : byName;
}

/** Settings of package managers, and whether a text of theirs holds a login that no variable fills. */
const LOGINS: Readonly<Record<string, (text: string) => boolean>> = {
  'pip.conf': hasLoginInUrl,
  'pip.ini': hasLoginInUrl,
  'settings.xml': (text) => /<(?:password|passphrase|privateKey)>\s{0,20}[^\s<$]/.test(text),
  'settings-security.xml': (text) => text.includes('<master>'),
  'nuget.config': (text) => /key="(?:ClearText)?Password"\s{1,20}value="[^"%]/i.test(text),
  'gradle.properties': setsSecret,
};

function hasLoginInUrl(text: string): boolean {
  return /:\/\/[^\s/@$]{1,300}@/.test(text);
}

/** Whether the name is one of a file that is read to see. */
export function mayBeSecret(path: string): boolean {
  return secretFile(path) !== undefined || (isEnvFile(path) && !isExample(fileNameOf(path).toLowerCase()));
}

const SETTINGS = /\.(?:json|ya?ml|toml|tfvars|properties|ini)$/;

/** A line `key: value` or `key = value` that is a credential by both. */
function setsSecret(text: string): boolean {
  const lines = text.slice(0, LIMIT).split(/[\r\n,{}]+/);
  return lines.some((line) => {
    const match = /^\s*["']?([\w.-]{1,80})["']?\s*[:=]\s*["']?([^"'\s]{1,500})["']?\s*$/.exec(line);
    return judgeSecret(match?.[1] ?? '', match?.[2] ?? '') === 'secret';
  });
}

/** `{}`: made so that a mount finds a file. */
function isBlankSettings(text: string): boolean {
  return text.trim().length < 8;
}
