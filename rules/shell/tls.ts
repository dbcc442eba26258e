import type { Edit } from '../core/edit.js';
import type { Range } from '../core/text.js';
import { isThisMachine } from './addresses.js';
import { CURL_VALUES } from './downloads.js';
import { removeWords } from './edit.js';
import type { ShellCommand, ShellWord } from './model.js';
import { readArguments } from './options.js';

/** A place where a program is told to accept any certificate. */
export interface SkippedVerification {
  /** As a person would say it: `--insecure`, `strict-ssl false`. */
  readonly option: string;
  readonly range: Range;
  /** How the certificate is checked again; empty where that cannot be told. */
  readonly edits: readonly Edit[];
}

/** Whether a program text can have such a place: most have nothing of the kind, and need not be gone through. */
export function maySkip(program: string): boolean {
  return MARKS.test(program);
}

const MARKS =
  /insecure|cert|verify|trusted.host|strict.?ssl|allowall|disable.tls|REJECT_UNAUTHORIZED|-['"\\a-zA-Z#]*k/i;

type Finder = (text: string, words: readonly ShellWord[]) => readonly SkippedVerification[];

const NO = /^(?:false|0|no|off)$/i;

/** The options of a command that make it accept any certificate; what stays on this machine is left alone. */
export function skippedVerifications(text: string, command: ShellCommand): readonly SkippedVerification[] {
  const { name, words } = command;
  if (command.assignments.length > 0 && acceptsAll(command)) return [acceptance(command)];
  if (!words.some((it) => HINT.test(it.value))) return [];
  if (/^(?:curl|wget2?|aria2c|invoke-\w+)$/.test(name) && onlyThisMachine(words)) return [];
  const assigned = EXPORTS.has(name) ? words.slice(1).flatMap((it) => exported(it)) : [];
  const found = FINDERS.find(([names]) => names.test(name))?.[1](text, words.slice(1)) ?? [];
  return [...assigned, ...found];
}

/** PowerShell's `[Net.ServicePointManager]::ServerCertificateValidationCallback = {$true}`. */
function acceptsAll({ assignments, words }: ShellCommand): boolean {
  return assignments.some(
    ({ name }) =>
      /::ServerCertificateValidationCallback$/i.test(name.value) && words.some((it) => /\$true\b/i.test(it.value)),
  );
}

function acceptance({ assignments, range }: ShellCommand): SkippedVerification {
  const name = assignments[0]?.name.value ?? '';
  return { option: name.slice(name.lastIndexOf(':') + 1), range, edits: [] };
}

/** What every such option has in it; `-k` is curl's. */
const HINT = /insecure|cert|verify|trusted.host|strict.?ssl|allowall|disable.tls|REJECT_UNAUTHORIZED|^-[a-zA-Z#]*k/i;

function onlyThisMachine(words: readonly ShellWord[]): boolean {
  const addresses = words.filter((it) => /^[a-z][a-z0-9+.-]*:\/\/|^localhost\b/i.test(it.value));
  return addresses.length > 0 && addresses.every((it) => isThisMachine(it.value));
}

const curl: Finder = (text, words) =>
  readArguments(words, { values: CURL_VALUES }).options.flatMap(({ name, word }) => {
    if (!/^(?:-k|--insecure|--proxy-insecure|--doh-insecure)$/.test(name)) return [];
    const alone = word.value === name;
    return [{ option: name, range: word.range, edits: alone ? without(text, word) : withoutLetter(word, 'k') }];
  });

/** `-fskSL` → `-fsSL` */
function withoutLetter({ value, range }: ShellWord, letter: string): readonly Edit[] {
  if (range.end - range.start !== value.length) return [];
  const start = range.start + value.indexOf(letter);
  return [{ range: { start, end: start + 1 }, text: '' }];
}

function without(text: string, ...words: readonly ShellWord[]): readonly Edit[] {
  return (
    removeWords(
      text,
      words.map((it) => it.range),
    ) ?? []
  );
}

/** Options that are deleted as they stand. */
function option(pattern: RegExp): Finder {
  return (text, words) =>
    words
      .filter((it) => pattern.test(it.value))
      .map((it) => ({ option: it.value, range: it.range, edits: without(text, it) }));
}

/** `--trusted-host HOST`, `--trusted-host=HOST`; `pip config set global.trusted-host HOST`. */
const pip: Finder = (text, words) =>
  words.flatMap((word, index) => {
    const next = words[index + 1];
    const [name = '', value] = word.value.split('=', 2);
    const setting = /^(?:global|install|user|site|download)\.trusted-host$/.test(name);
    if (!setting && name !== '--trusted-host' && name !== '--allow-insecure-host') return [];
    const host = value ?? next?.value ?? '';
    if (host === '' || isThisMachine(host) || (setting && !words.some((it) => it.value === 'set'))) return [];
    const range = { start: word.range.start, end: value === undefined && next ? next.range.end : word.range.end };
    const gone = value === undefined && next ? [word, next] : [word];
    return [{ option: `${name} ${host}`, range, edits: setting ? [] : without(text, ...gone) }];
  });

/** A setting that is followed by its value, in the same word or the next: `strict-ssl false`, `http.sslVerify=false`. */
function setting(pattern: RegExp, off: RegExp, on: string): Finder {
  return (_text, words) =>
    words.flatMap((word, index) => {
      const equals = word.value.indexOf('=');
      const next = words[index + 1];
      const name = equals < 0 ? word.value : word.value.slice(0, equals);
      const value = equals < 0 ? next : part(word, equals + 1);
      if (!value || !pattern.test(name) || !off.test(value.value)) return [];
      const range = { start: word.range.start, end: Math.max(word.range.end, value.range.end) };
      const written = equals < 0 ? `${name} ${value.value}` : word.value;
      return [{ option: written, range, edits: isExact(value) ? [{ range: value.range, text: on }] : [] }];
    });
}

/** The word from a character on. In a word that is quoted as a whole the place is exact, too. */
function part({ value, range, literal }: ShellWord, from: number): ShellWord {
  const quotes = (range.end - range.start - value.length) / 2;
  const exact = quotes === 0 || quotes === 1;
  const start = exact ? range.start + quotes + from : range.start;
  return { value: value.slice(from), range: exact ? { start, end: range.end - quotes } : range, literal };
}

function isExact({ value, range }: ShellWord): boolean {
  return range.end - range.start === value.length;
}

/** `--no-strict-ssl`, `--strict-ssl=false`, `npm config set strict-ssl false`, `yarn config set enableStrictSsl false`. */
const npm: Finder = (text, words) => [
  ...option(/^--no-strict-ssl$/)(text, words),
  ...setting(setsKey(words) ? /^(?:--)?strict-ssl$|^enableStrictSsl$/ : /^--strict-ssl$/, NO, 'true')(text, words),
];

/** `npm config set`, `npm set`, `yarn config set`. */
function setsKey(words: readonly ShellWord[]): boolean {
  return words.some((it) => it.value === 'set');
}

const git: Finder = setting(/^http\.(?:.*\.)?sslverify$/i, NO, 'true');

const yum: Finder = (text, words) =>
  words.flatMap((word, index) => {
    const found = /^(?:--setopt=)?((?:[\w.*\\-]+\.)?sslverify)=["']?(?:0|false|no|off)["']?$/i.exec(word.value);
    if (!found) return [];
    const before = words[index - 1];
    const gone = before?.value === '--setopt' ? [before, word] : [word];
    return [{ option: found[1] ?? '', range: word.range, edits: without(text, ...gone) }];
  });

const apt: Finder = (text, words) =>
  words.flatMap((word, index) => {
    if (!/Acquire::https?::(?:.*::)?Verify-(?:Peer|Host)=["']?(?:false|0|no|off)["']?$/i.test(word.value)) return [];
    const before = words[index - 1];
    const gone = before?.value === '-o' || before?.value === '--option' ? [before, word] : [word];
    return [{ option: word.value, range: word.range, edits: without(text, ...gone) }];
  });

const FINDERS: readonly (readonly [names: RegExp, find: Finder])[] = [
  [/^curl$/, curl],
  [/^wget2?$/, option(/^--no-check-certificate$/)],
  [/^aria2c$/, option(/^--check-certificate=false$/)],
  [/^(?:pip[\d.]*|python[\d.]*|pypy[\d.]*|uvx?|pipx|pip-compile|pip-sync|poetry|pipenv)$/, pip],
  [/^(?:npm|npx|yarn|yarnpkg|pnpm|pnpx)$/, npm],
  [/^git$/, git],
  [/^(?:yum|dnf5?|tdnf|microdnf|yum-config-manager|dnf-config-manager|yumdownloader|yum-builddep|reposync)$/, yum],
  [/^(?:apt|apt-get|aptitude)$/, apt],
  [/^(?:conda|mamba|micromamba)$/, setting(/^(?:--)?ssl_verify$/, NO, 'true')],
  [/^bundler?$/, setting(/^ssl_verify_mode$/, /^0$/, '1')],
  [/^composer(?:\.phar)?$/, setting(/^disable-tls$/, /^(?:true|1)$/, 'false')],
  [/^svn$/, option(/^--trust-server-cert(?:-failures=.*)?$/)],
  [/^https?$/, option(/^--verify=(?:no|false)$/)],
  [/^mvnw?$/, option(/^-Dmaven\.wagon\.http\.ssl\.(?:insecure|allowall)=true$/)],
  [/^aws$/, option(/^--no-verify-ssl$/)],
  [/^rclone$/, option(/^--no-check-certificate$/)],
  [/^(?:kubectl|oc)$/, option(/^--insecure-skip-tls-verify(?:=true)?$/)],
  [/^invoke-(?:webrequest|restmethod)$/, option(/^-SkipCertificateCheck$/i)],
  [/^sed$/, (_text, words) => words.flatMap(replacement)],
];

/** `sed 's/sslverify=1/sslverify=0/'`: what it puts in switches the check off. */
function replacement(word: ShellWord): readonly SkippedVerification[] {
  const mark = /^s([/|#,@!:])/.exec(word.value)?.[1] ?? '';
  const put = mark === '' ? '' : (word.value.split(mark)[2] ?? '');
  const found = /\bsslverify\s*=\s*(?:0|false|no)\b|\bstrict-ssl\s*=\s*false\b/i.exec(put)?.[0];
  return found === undefined ? [] : [{ option: found, range: word.range, edits: [] }];
}

const EXPORTS = new Set(['export', 'declare', 'typeset', 'env', 'set', 'setx']);

/** `export NAME=value` */
function exported(word: ShellWord): readonly SkippedVerification[] {
  const equals = word.value.indexOf('=');
  if (equals < 1) return [];
  const value = part(word, equals + 1);
  return skippingVariable({ value: word.value.slice(0, equals), range: word.range }, value, word.range) ?? [];
}

/** Variables that switch the check off, the value that does so, and the one that switches it on again. */
const VARIABLES: readonly (readonly [name: RegExp, off: RegExp, on?: string])[] = [
  [/^NODE_TLS_REJECT_UNAUTHORIZED$/, /^0$/, '1'],
  [/^PYTHONHTTPSVERIFY$/, /^0$/, '1'],
  // Git looks only whether it is there.
  [/^GIT_SSL_NO_VERIFY$/, /./],
  [/^PIP_TRUSTED_HOST$/, /./],
  [/^UV_INSECURE_HOST$/, /./],
  [/^GOINSECURE$/, /./],
  [/^(?:NPM_CONFIG_STRICT_SSL|npm_config_strict_ssl|YARN_ENABLE_STRICT_SSL|YARN_STRICT_SSL)$/, NO, 'true'],
  [/^CONDA_SSL_VERIFY$/, NO, 'true'],
  [/^BUNDLE_SSL_VERIFY_MODE$/, /^0$/, '1'],
  [/^VAULT_SKIP_VERIFY$/, /^(?:1|true)$/i, 'false'],
];

/** Nearly every variable is none of them. */
const ANY_VARIABLE = new RegExp(VARIABLES.map(([names]) => names.source).join('|'));

/**
 * What a variable of the environment does to the check of certificates. `whole` is the place of name and value.
 * Undefined when it is none of those; without edits where the variable has to go.
 */
export function skippingVariable(
  name: { readonly value: string; readonly range: Range },
  value: { readonly value: string; readonly range: Range },
  whole: Range,
): readonly SkippedVerification[] | undefined {
  if (!ANY_VARIABLE.test(name.value)) return undefined;
  const found = VARIABLES.find(([names, off]) => names.test(name.value) && off.test(value.value));
  if (!found) return undefined;
  const [, , on] = found;
  if (/^(?:PIP_TRUSTED_HOST|UV_INSECURE_HOST|GOINSECURE)$/.test(name.value) && isThisMachine(value.value)) return [];
  const exact = value.range.end - value.range.start === value.value.length;
  const edits = on !== undefined && exact ? [{ range: value.range, text: on }] : [];
  return [{ option: `${name.value}=${value.value}`, range: whole, edits }];
}

/** A line of a configuration file that switches the check off. Offsets are those of the searched source. */
export interface SkippingSetting {
  readonly setting: string;
  readonly start: number;
  readonly end: number;
  /** What to write there instead; absent where the line has to go. */
  readonly instead?: string;
}

const SETTINGS: readonly (readonly [path: RegExp, setting: RegExp, instead?: (found: string) => string])[] = [
  [/curlrc$/, /(?<![\w#-])(?:--?)?insecure(?![\w-])|(?<![\w-])-k(?![\w-])/],
  [/wgetrc$/, /(?<![_.#-])check[-_]certificate\s*=\s*(?:off|no|0)(?!\w)/i, (it) => it.replace(/\w+$/, 'on')],
  [/(?:npm|yarn)rc$/, /(?<![_.#-])strict-ssl\s*[= ]\s*"?false(?!\w)/, (it) => it.replace(/false$/, 'true')],
  [/yarnrc\.yml$/, /(?<![_.#-])enableStrictSsl:\s*false(?!\w)/, (it) => it.replace(/false$/, 'true')],
  [
    /gitconfig$|\.git\/config$/,
    /(?<![_.#;-])sslverify\s*=\s*(?:false|0|no)(?!\w)/i,
    (it) => it.replace(/\w+$/, 'true'),
  ],
  [/pip\.(?:conf|ini)$/, /(?<![_.#-])trusted-host\s*=\s*[^\s"'\\]+/],
  [/condarc$/, /(?<![_.#-])ssl_verify:\s*(?:false|no)(?!\w)/i, (it) => it.replace(/\w+$/, 'true')],
  [
    /\.repo$|(?:yum|dnf)\.conf$|repos\.d/,
    /(?<![_.#-])sslverify\s*=\s*(?:0|false|no|off)(?!\w)/i,
    (it) => it.replace(/\w+$/, '1'),
  ],
  [/gemrc$/, /(?<![_.#-]):?ssl_verify_mode:\s*0(?!\w)/, (it) => it.replace(/0$/, '1')],
  [
    /apt\.conf(?:\.d\/|$)/,
    /(?<![_.#-])Acquire::https?::(?:[\w.-]+::)?Verify-(?:Peer|Host)[\s"\\']+(?:false|0|no)(?!\w)/i,
    (it) => it.replace(/\w+$/, 'true'),
  ],
];

/** What the text of a file does to the check of certificates, by the file's path. */
export function skippingSetting(path: string, source: string): SkippingSetting | undefined {
  for (const [paths, pattern, instead] of SETTINGS) {
    const found = paths.test(path) ? pattern.exec(source) : null;
    if (!found) continue;
    const [written] = found;
    const place = { setting: written, start: found.index, end: found.index + written.length };
    return instead ? { ...place, instead: instead(written) } : place;
  }
  return undefined;
}
