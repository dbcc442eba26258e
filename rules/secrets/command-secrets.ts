import type { ShellCommand, ShellWord } from '../shell/model.js';
import { type Option, readArguments } from '../shell/options.js';

/** A credential on a command line. */
export interface CommandSecret {
  /** The credential alone, variables as written. */
  readonly value: string;
  /** How it is handed over, as it may be shown: `--password`, `-u`, `Authorization`. */
  readonly option: string;
  readonly word: ShellWord;
}

/** The credentials that a command is given on its command line, by the options of well-known programs. */
export function commandSecrets(command: ShellCommand): readonly CommandSecret[] {
  const { name, words } = command;
  if (words.length < 2) return [];
  const rest = words.slice(1);
  if (name === 'curl') return byCurl(rest);
  if (name === 'wget') return byOptions(rest, ['--password', '--http-password', '--ftp-password', '--proxy-password']);
  if (MYSQL.has(name)) return byMysql(rest);
  if (name === 'sshpass') return byOptions(rest, ['-p'], ['-P', '-f', '-d']);
  if (name === 'redis-cli') return byOptions(rest, ['-a', '--pass'], ['-h', '-p', '-n', '-u']);
  if (name === 'redis-server' || name === 'valkey-server') return byOptions(rest, ['--requirepass', '--masterauth']);
  if (name === 'mongo' || name === 'mongosh' || name === 'mongodump' || name === 'mongorestore')
    return byOptions(rest, ['-p', '--password'], ['-u', '--username', '-h', '--host', '--port']);
  if (name === 'az')
    return hasWord(rest, 'login') ? byOptions(rest, ['-p', '--password'], ['-u', '-t', '--tenant']) : [];
  if (name === 'doctl') return hasWord(rest, 'auth') ? byOptions(rest, ['-t', '--access-token']) : [];
  if (name === 'sentry-cli') return byOptions(rest, ['--auth-token', '--api-key']);
  if (name === 'dotnet' || name === 'nuget')
    return rest.some((it) => /^(?:nuget|sources?)$/.test(it.value))
      ? byOptions(rest, ['-p', '--password', '-Password'], ['-u', '-n', '--username', '--name'])
      : [];
  if (name === 'npm' || name === 'pnpm' || name === 'yarn') return bySetting(rest, NPM_SETTING);
  if (name === 'aws') return bySetting(rest, /(?:^|\.)aws_(?:secret_access_key|session_token)$/i);
  if (name === 'composer') return byComposer(rest);
  return [];
}

const MYSQL = new Set('mysql mysqladmin mysqldump mysqlimport mysqlshow mariadb mariadb-admin mariadb-dump'.split(' '));
const NPM_SETTING = /(?:^|[:.])_?(?:auth|authToken|npmAuthToken|password)$/i;

function hasWord(words: readonly ShellWord[], value: string): boolean {
  return words.some((it) => it.value === value);
}

function byOptions(
  words: readonly ShellWord[],
  names: readonly string[],
  others: readonly string[] = [],
): readonly CommandSecret[] {
  const { options } = readArguments(words, { values: new Set([...names, ...others]) });
  return options.flatMap((it) => (names.includes(it.name) ? fromOption(it) : []));
}

function fromOption({ name, valueWord }: Option): readonly CommandSecret[] {
  return valueWord ? [{ value: valueWord.value, option: name, word: valueWord }] : [];
}

/** `-pSECRET`: a word of its own after `-p` names the database. */
function byMysql(words: readonly ShellWord[]): readonly CommandSecret[] {
  return words.flatMap((word) => {
    const value = /^(?:-p|--password=)(.+)$/.exec(word.value)?.[1];
    return value === undefined ? [] : [{ value, option: '-p', word }];
  });
}

const CURL_VALUES = new Set(
  '-u --user -U --proxy-user -H --header -o --output -X --request -d --data -A --user-agent -e --referer -b --cookie -c --cookie-jar -m --max-time -T --upload-file -x --proxy -F --form --oauth2-bearer --connect-timeout --retry --retry-delay -E --cert --key --cacert -w --write-out -r --range --pass'.split(
    ' ',
  ),
);
const SECRET_HEADER =
  /^(Authorization|Proxy-Authorization|Private-Token|Job-Token|Deploy-Token|X-JFrog-Art-Api|X-Api-Key|X-Auth-Token|X-Vault-Token)\s*:\s*(?:(?:Bearer|Basic|Token|Digest)\s+)?(\S.*)$/i;

function byCurl(words: readonly ShellWord[]): readonly CommandSecret[] {
  const { options } = readArguments(words, { values: CURL_VALUES });
  return options.flatMap((it): readonly CommandSecret[] => {
    const { name, valueWord } = it;
    if (!valueWord) return [];
    if (name === '--oauth2-bearer' || name === '--pass') return fromOption(it);
    if (/^(?:-u|-U|--user|--proxy-user)$/.test(name)) {
      const value = /^[^:]*:(.+)$/.exec(valueWord.value)?.[1];
      return value === undefined ? [] : [{ value, option: name, word: valueWord }];
    }
    if (name !== '-H' && name !== '--header') return [];
    const header = SECRET_HEADER.exec(valueWord.value.slice(0, 2000));
    return header?.[2] ? [{ value: header[2], option: header[1] ?? name, word: valueWord }] : [];
  });
}

/** `config set KEY VALUE`, `config set KEY=VALUE`. */
function bySetting(words: readonly ShellWord[], key: RegExp): readonly CommandSecret[] {
  const verb = words.findIndex((it) => it.value === 'set');
  if (verb < 0 || verb > 1) return [];
  return words.slice(verb + 1).flatMap((word, index): readonly CommandSecret[] => {
    const equals = word.value.indexOf('=');
    const name = equals < 0 ? word.value : word.value.slice(0, equals);
    if (!key.test(name.slice(0, 300))) return [];
    const option = name.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('.')) + 1);
    if (equals >= 0) return [{ value: word.value.slice(equals + 1), option, word }];
    const next = words[verb + 2 + index];
    return next ? [{ value: next.value, option, word: next }] : [];
  });
}

/** `composer config http-basic.HOST USER PASSWORD`, `github-oauth.github.com TOKEN`. */
function byComposer(words: readonly ShellWord[]): readonly CommandSecret[] {
  const start = words.findIndex((it) => /^(?:http-basic|github-oauth|gitlab-(?:oauth|token)|bearer)\./.test(it.value));
  const word = words.slice(start + 1).findLast((it) => !it.value.startsWith('-'));
  const option = words[start]?.value.split('.')[0];
  return start > 0 && word && option !== undefined && words[0]?.value === 'config'
    ? [{ value: word.value, option, word }]
    : [];
}
