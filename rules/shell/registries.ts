import type { Range } from '../core/text.js';
import type { ShellCommand, ShellWord } from './model.js';

/** What a command does to the connection with a registry. */
export interface InsecureUse {
  /** `option`: a check is switched off; `address`: the registry is called by http. */
  readonly kind: 'option' | 'address';
  /** As written: `--tls-verify=false`, `http://registry.example.com`. */
  readonly written: string;
  readonly range: Range;
  /** Words to delete, or the `http` to be replaced. */
  readonly words: readonly Range[];
}

/** Options and addresses with which a command talks to a registry that is not this machine's without TLS or its checks. */
export function insecureUses(command: ShellCommand): readonly InsecureUse[] {
  const { words } = command;
  if (QUOTING.has(command.name) || !words.some((it) => HINT.test(it.value))) return [];
  if (words.some((it) => isLocal(it.value))) return [];
  const pattern = OPTIONS.find(([names]) => names.test(command.name))?.[1];
  return words.flatMap((word, index): readonly InsecureUse[] => {
    if (/^--insecure-registry(?:=|$)/.test(word.value)) return [withValue(word, words[index + 1])];
    if (pattern?.test(word.value) && (command.name !== 'docker' || words[1]?.value === 'manifest'))
      return [option(word)];
    if (/^-Djib\.allowInsecureRegistries=true$/.test(word.value)) return [option(word)];
    if (/(?:^|,)registry\.insecure=true(?:,|$)/.test(word.value))
      return [{ kind: 'option', written: 'registry.insecure=true', range: word.range, words: [] }];
    if (isLogin(words) && /^http:\/\//i.test(word.value))
      return [{ kind: 'address', written: word.value, range: word.range, words: [] }];
    return [];
  });
}

/** What every option and address that counts has in it. */
const HINT = /insecure|tls-verify|plain-http|http-registry|^http:/i;

/** Whether a text can hold such an option at all: most hold none, and reading it as a command costs more. */
export function mayBeInsecure(text: string): boolean {
  return /insecure|tls-verify|skip_verify|plain-http|http-registry|http:|http\s*=/i.test(text);
}

/** Commands whose words are text. */
const QUOTING = new Set(['echo', 'printf', 'grep', 'egrep', 'sed', 'awk', 'write-output', 'write-host']);

const OPTIONS: readonly (readonly [names: RegExp, option: RegExp])[] = [
  [/^(?:podman|buildah|skopeo|podman-remote)$/, /^--(?:(?:src|dest)-)?tls-verify=(?:false|f|0)$/i],
  [/^(?:crane|gcrane|krane)$/, /^--insecure$/],
  [/^cosign$/, /^--allow-(?:insecure|http)-registry(?:=true)?$/],
  [/^oras$/, /^--(?:plain-http|insecure)$/],
  [/^helm$/, /^--(?:plain-http|insecure-skip-tls-verify|insecure)(?:=true)?$/],
  [/^docker$/, /^--insecure$/],
  [/^executor$/, /^--(?:insecure|skip-tls-verify)(?:-pull|-registry)?(?:=.*)?$/],
];

function option(word: ShellWord): InsecureUse {
  return { kind: 'option', written: word.value, range: word.range, words: [word.range] };
}

/** `--insecure-registry HOST` and `--insecure-registry=HOST`. */
function withValue(word: ShellWord, next: ShellWord | undefined): InsecureUse {
  if (word.value.includes('=') || !next || next.value.startsWith('-')) return option(word);
  const range = { start: word.range.start, end: next.range.end };
  return { kind: 'option', written: `${word.value} ${next.value}`, range, words: [word.range, next.range] };
}

function isLogin(words: readonly ShellWord[]): boolean {
  return (
    /(?:^|\/)(?:docker|podman|buildah|skopeo|nerdctl|crane|oras|helm)$/.test(words[0]?.value ?? '') &&
    words.some((it) => it.value === 'login')
  );
}

/** An address of this machine, where Docker itself asks for no TLS. */
function isLocal(word: string): boolean {
  // Podman's name for images that were built here.
  if (word.startsWith('localhost/')) return false;
  return /^(?:--[\w-]+=)?(?:docker:\/\/|oci:\/\/|https?:\/\/)?(?:localhost|127(?:\.\d+){3}|\[::1\]|host\.docker\.internal)(?:[:/]|$)/i.test(
    word,
  );
}

/** A setting in a configuration file of a container engine. */
export interface InsecureSetting {
  /** As written: `insecure-registries`, `http = true`. */
  readonly setting: string;
  /** Offsets in the searched source of what is to be shown. */
  readonly start: number;
  readonly end: number;
  /** Offsets of what is to be replaced, and by what. */
  readonly change: { readonly start: number; readonly end: number; readonly text: string };
}

/**
 * The first setting of daemon.json, buildkitd.toml, registries.conf, hosts.toml or Docker's options that lets a registry of
 * another machine do without TLS or its checks. `source` is the text as it stands in the file.
 */
export function insecureSetting(source: string): InsecureSetting | undefined {
  if (!/registr|skip_verify|DOCKER_OPTS|dockerd/.test(source)) return undefined;
  // Line ends that printf is to write stand before words like letters.
  const text = source.replaceAll('\\n', '  ');
  const options = /DOCKER_OPTS|dockerd/.test(text) ? insecureOption(text) : undefined;
  return listedRegistries(text) ?? plainMirror(text) ?? switchedOff(text) ?? options;
}

/** `--insecure-registry HOST` in a text, with the blanks before it. */
export function insecureOption(source: string): InsecureSetting | undefined {
  if (!source.includes('--insecure-registry')) return undefined;
  for (const found of source.matchAll(/[ \t]*(--insecure-registry(?:=|[ \t]+)([^\s"'\\]+))/g)) {
    const [whole, setting = '', host = ''] = found;
    if (isLocal(host)) continue;
    const end = found.index + whole.length;
    return { setting, start: end - setting.length, end, change: { start: found.index, end, text: '' } };
  }
  return undefined;
}

/** `"insecure-registries": ["registry.example.com"]` */
function listedRegistries(source: string): InsecureSetting | undefined {
  const found = /insecure-registries\\?"\s*:\s*\[([^\]]*)\]/.exec(source);
  const list = found?.[1] ?? '';
  const hosts = list.split(/[\s,"'\\]+/).filter((it) => /\w/.test(it));
  if (!found || hosts.every(isLocal)) return undefined;
  const end = found.index + found[0].length;
  return {
    setting: 'insecure-registries',
    start: found.index,
    end: found.index + 'insecure-registries'.length,
    change: { start: end - 1 - list.length, end: end - 1, text: '' },
  };
}

/** `"registry-mirrors": ["http://mirror.example.com"]` */
function plainMirror(source: string): InsecureSetting | undefined {
  const found = /registry-mirrors\\?"\s*:\s*\[([^\]]*)\]/.exec(source);
  const address = /http:\/\/[^\s"'\\,]+/i.exec(found?.[1] ?? '')?.[0];
  if (!found || address === undefined || isLocal(address)) return undefined;
  const start = source.indexOf(address, found.index);
  return { setting: address, start, end: start + address.length, change: { start, end: start + 4, text: 'https' } };
}

/** TOML and YAML: `http = true` below `[registry."…"]`, `insecure = true` below `[[registry]]`, `insecure_skip_verify: true`. */
function switchedOff(source: string): InsecureSetting | undefined {
  if (!/\[registry\.|\[\[registry|\[host\.|registry\.configs|^\s*configs:/m.test(source)) return undefined;
  let section = '';
  const pattern =
    /\[+[^\]\n]+\]+|\b(?:location|prefix)\s*=\s*\S+|\b(?:http|insecure|skip_verify|insecure_skip_verify)\s*[=:]\s*(true)\b/g;
  for (const found of source.matchAll(pattern)) {
    if (found[1] === undefined) {
      section = found[0].startsWith('[') && !found[0].startsWith('[[') ? found[0] : `${section} ${found[0]}`;
      if (found[0].startsWith('[[')) section = found[0];
      continue;
    }
    if (/localhost|127\.0\.0\.1|\[?::1/.test(section)) continue;
    const end = found.index + found[0].length;
    return { setting: found[0], start: found.index, end, change: { start: end - 4, end, text: 'false' } };
  }
  return undefined;
}
