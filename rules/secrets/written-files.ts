import type { Range } from '../core/text.js';
import type { RunInstruction } from '../dockerfile/model.js';
import type { ShellCommand, ShellWord } from '../shell/model.js';
import { isSecretName, judgeSecret } from './judge.js';
import { isPlaceholder } from './placeholder.js';
import { isExample, type SecretFile, secretFile } from './secret-files.js';
import { findTokens } from './tokens.js';

/** A file with a secret that a command of a RUN makes. */
export interface WrittenSecret {
  readonly path: string;
  readonly range: Range;
  readonly secret: SecretFile;
}

/**
 * Files that by name hold a secret and get one here: a private key, or content that names a credential. Tokens
 * written out are not among them, nor keys that are made there.
 */
export function writtenSecrets(run: RunInstruction): readonly WrittenSecret[] {
  const written = run.facts.writes.flatMap(({ command, path, content }) =>
    holdsSecret(run, command, path, content) ? [secretAt(path)] : [],
  );
  const mounted = run.script.commands.flatMap((command) => {
    if (command.name !== 'cp' && command.name !== 'install') return [];
    const target = command.words.at(-1);
    return target && fromMount(run, command) && secretFile(target.value) ? [secretAt(target)] : [];
  });
  return [...written, ...mounted];
}

function secretAt({ value, range }: ShellWord): WrittenSecret {
  return { path: value, range, secret: 'certain' };
}

/** Private keys: whatever is written there is one. */
const KEYS = /(?:^|[/._-])id_(?:rsa|dsa|ecdsa|ed25519)$/;

/** The forms of a login in .npmrc, .netrc, .my.cnf and Docker's settings, up to its value. */
const LOGIN = /(?:_auth(?:Token)?|\b_?password|"auth")["']?\s{0,3}[=:\s]\s{0,3}["']?([^\s"']{3,})|PRIVATE KEY-/i;

function holdsSecret(run: RunInstruction, command: ShellCommand, path: ShellWord, content?: ShellWord): boolean {
  const name = path.value.slice(path.value.lastIndexOf('/') + 1).toLowerCase();
  if (isExample(name) || !secretFile(path.value)) return false;
  if (fromMount(run, command)) return true;
  if (!content) return KEYS.test(path.value);
  const { value, literal } = content;
  if (value.trim() === '' || findTokens(value).length > 0) return false;
  if (KEYS.test(path.value) || (!literal && variablesIn(value).some(isSecretName))) return true;
  const login = LOGIN.exec(value);
  if (login) return login[1] === undefined || isKnown(login[1], literal);
  return value.split('\n').some(isSecretSetting);
}

/** A variable in single quotes is still a variable in the file: `_authToken=${NPM_TOKEN}`. */
function isKnown(password: string, literal: boolean): boolean {
  return password.startsWith('$') ? !literal : !isPlaceholder('password', password);
}

function isSecretSetting(line: string): boolean {
  const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_][\w.-]{0,100})\s*[=:](.*)$/.exec(line) ?? [];
  return (
    name !== undefined && value !== undefined && judgeSecret(name, value.replace(/^\s*["']|["']\s*$/g, '')) === 'secret'
  );
}

function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\{?([A-Za-z_]\w{0,100})/g)].map((it) => it[1] ?? '');
}

/** Whether the command reads a secret that is mounted for this RUN. */
function fromMount({ mounts }: RunInstruction, command: ShellCommand): boolean {
  const files = mounts.filter((it) => it.type === 'secret').flatMap((it) => it.options.flatMap(mountTarget));
  return [...command.words, ...command.redirects.map((it) => it.target)].some(
    ({ value }) => value.startsWith('/run/secrets/') || files.includes(value),
  );
}

function mountTarget({ name, value }: { readonly name: string; readonly value?: string }): readonly string[] {
  return value !== undefined && /^(?:target|dst|destination)$/.test(name) ? [value] : [];
}
