import type { ShellCommand, ShellWord } from './model.js';
import { hasOption, lastValue, readArguments } from './options.js';

/** A command that sets the password of an account. */
export interface PasswordChange {
  /** As written, variables and substitutions included; a file's name where it is read from one. */
  readonly password: string;
  /** The account, where it is named. */
  readonly user?: string;
  /** The word `user:password`, where echo or printf writes nothing else. */
  readonly source?: ShellWord;
}

/** What the command sets as a password; undefined when it sets none. */
export function passwordChange(command: ShellCommand): PasswordChange | undefined {
  switch (command.name) {
    case 'chpasswd':
      return byChpasswd(command);
    case 'passwd':
      return byPasswd(command);
    case 'useradd':
    case 'usermod':
      return byOption(command);
    case 'net':
    case 'net.exe':
      return byNet(command);
    default:
      return undefined;
  }
}

function byChpasswd(command: ShellCommand): PasswordChange | undefined {
  const input = inputOf(command);
  if (!input) return undefined;
  const colon = input.text.indexOf(':');
  if (colon < 0) return { password: input.text };
  const password = input.text.slice(colon + 1).trim();
  const before = /([A-Za-z_][\w.-]{0,31})$/.exec(input.text.slice(Math.max(0, colon - 40), colon))?.[1];
  return {
    password,
    ...(before === undefined ? {} : { user: before }),
    ...(input.word ? { source: input.word } : {}),
  };
}

const OTHERS = ['-l', '--lock', '-u', '--unlock', '-d', '--delete', '-e', '--expire', '-S', '--status'];

function byPasswd(command: ShellCommand): PasswordChange | undefined {
  const { options, operands } = readArguments(command.words.slice(1), { values: new Set(['-R', '--root']) });
  if (hasOption(options, ...OTHERS)) return undefined;
  const input = inputOf(command);
  return input && { password: input.text, ...named(operands.at(-1) ?? { value: 'root', literal: true }) };
}

const ACCOUNT_VALUES = new Set(
  '-b -c -d -e -f -g -G -k -K -l -p -R -s -u -Z --base-dir --comment --home-dir --home --expiredate --inactive --gid --groups --skel --key --login --password --root --shell --uid'.split(
    ' ',
  ),
);

function byOption({ name, words }: ShellCommand): PasswordChange | undefined {
  // `-l` takes a value for usermod only.
  const values = name === 'usermod' ? ACCOUNT_VALUES : new Set([...ACCOUNT_VALUES].filter((it) => it !== '-l'));
  const { options, operands } = readArguments(words.slice(1), { values });
  const password = lastValue(options, '-p', '--password');
  return password && { password: password.value, ...named(operands.at(-1)) };
}

function byNet({ words }: ShellCommand): PasswordChange | undefined {
  const [, verb, user, password] = words;
  if (verb?.value.toLowerCase() !== 'user' || !user || !password || /^[/*]/.test(password.value)) return undefined;
  return { password: password.value, ...named(user) };
}

function named(word: Pick<ShellWord, 'value' | 'literal'> | undefined): { readonly user?: string } {
  return word?.literal === true && /^[\w.-]{1,32}$/.test(word.value) ? { user: word.value } : {};
}

interface Input {
  readonly text: string;
  readonly word?: ShellWord;
}

/** What the command reads: from echo or printf before it, a here-document or a file. */
function inputOf({ pipedFrom, redirects }: ShellCommand): Input | undefined {
  for (const { operator, target, body } of redirects) {
    if (body) return { text: body.value };
    if (operator === '<') return { text: target.value };
  }
  if (!pipedFrom) return undefined;
  const words = pipedFrom.words.slice(1).filter((it) => !/^-[neE]+$/.test(it.value));
  const [word] = words;
  const text = words.map((it) => it.value).join(' ');
  return word && words.length === 1 && pipedFrom.name === 'echo' ? { text, word } : { text };
}
