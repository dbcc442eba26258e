import type { Range } from '../core/text.js';
import type { ShellCommand, ShellWord } from './model.js';

/** Options of one command that let packages in without a check of their signature. */
export interface SkippedCheck {
  /** As a person would say it: `--allow-untrusted`, `-o APT::Get::AllowUnauthenticated=true`. */
  readonly option: string;
  /** The words to delete so that the check is made again; none where that is not the way. */
  readonly words: readonly Range[];
  readonly range: Range;
}

/** What switches the signature check of a package manager off on its command line. */
export function skippedChecks(command: ShellCommand): readonly SkippedCheck[] {
  const find = FINDERS.get(command.name);
  return find ? find(command.words.slice(1)) : [];
}

/** The package files on this machine that the command installs, by path or name: `tool.apk`, `/tmp/*.rpm`. */
export function localPackages(command: ShellCommand): readonly ShellWord[] {
  return command.words.slice(1).filter((it) => /\.(?:apk|rpm|deb)$/.test(it.value) && !/^-|:\/\//.test(it.value));
}

type Finder = (words: readonly ShellWord[]) => readonly SkippedCheck[];

const APT_OPTIONS =
  /^--(?:allow-unauthenticated|force-yes|allow-insecure-repositories|allow-downgrade-to-insecure-repositories)(?:=(?:true|yes|1|on))?$/;
const APT_SETTING =
  /^(?:Acquire::AllowInsecureRepositories|Acquire::AllowDowngradeToInsecureRepositories|APT::Get::AllowUnauthenticated|APT::Get::force-yes|Aptitude::CmdLine::Ignore-Trust-Violations)=["']?(?:true|yes|1|on)["']?$/i;

const RPM_OPTIONS = /^--(?:nosignature|nodigest|noverify|nofiledigests?)$/;
const RPM_NO_INSTALL = /^(?:-[a-zA-Z]*[qVeK][a-zA-Z]*|--(?:query|verify|erase|checksig|import|initdb|rebuilddb|eval))$/;

const DNF_OPTIONS = /^--(?:nogpgcheck|no-gpgchecks?)$/;
const DNF_SETTING = /^(?:[\w.*-]+\.)?(?:pkg_)?gpgcheck=["']?(?:0|false|no|off)["']?$/i;

const ZYPPER_OPTIONS =
  /^--(?:no-gpg-checks|no-gpgcheck|gpgcheck-allow-unsigned(?:-repo|-package)?|allow-unsigned-rpm)$/;

const apt: Finder = (words) => [
  ...options(words, APT_OPTIONS),
  ...settings(words, /^(?:-o|--option)$/, /^(?:-o|--option=)/, APT_SETTING),
];
// What only lists or indexes packages installs none.
const apk: Finder = (words) =>
  words.some((it) => /^(?:index|mkndx|mkpkg|verify|info|list|search|adb\w+|convndx|fetch)$/.test(it.value))
    ? []
    : options(words, /^--allow-untrusted$/);
const rpm: Finder = (words) => (words.some((it) => RPM_NO_INSTALL.test(it.value)) ? [] : options(words, RPM_OPTIONS));
const dnf: Finder = (words) => [
  ...options(words, DNF_OPTIONS),
  ...settings(words, /^--setopt$/, /^--setopt=/, DNF_SETTING),
];
const zypper: Finder = (words) => {
  const adds = words.some((it) => /^(?:ar|addrepo|mr|modifyrepo)$/.test(it.value));
  return options(words, adds ? new RegExp(`${ZYPPER_OPTIONS.source}|^-G$`) : ZYPPER_OPTIONS);
};

/** `add-apt-repository 'deb [trusted=yes] https://…'` */
const trustedSource: Finder = (words) =>
  words
    .filter((it) => /\[[^\]]*\btrusted=yes\b/.test(it.value))
    .map((it) => ({ option: '[trusted=yes]', words: [], range: it.range }));

const FINDERS: ReadonlyMap<string, Finder> = new Map([
  ...['apt-get', 'apt', 'aptitude', 'apt-cache'].map((name): [string, Finder] => [name, apt]),
  ['aptitude', (words: readonly ShellWord[]) => [...apt(words), ...options(words, /^--allow-untrusted$/)]],
  ['apk', apk],
  ['rpm', rpm],
  ...['yum', 'dnf', 'dnf5', 'tdnf', 'microdnf', 'yum-config-manager', 'yumdownloader', 'yum-builddep'].map(
    (name): [string, Finder] => [name, dnf],
  ),
  ['zypper', zypper],
  ...['add-apt-repository', 'apt-add-repository'].map((name): [string, Finder] => [name, trustedSource]),
  ['sed', (words) => words.flatMap(replacement)],
]);

function options(words: readonly ShellWord[], pattern: RegExp): readonly SkippedCheck[] {
  return words
    .filter((it) => pattern.test(it.value))
    .map((it) => ({ option: it.value, words: [it.range], range: it.range }));
}

/** `-o NAME=value`, `-oNAME=value`, `--option=NAME=value`. */
function settings(words: readonly ShellWord[], alone: RegExp, glued: RegExp, setting: RegExp): readonly SkippedCheck[] {
  return words.flatMap((word, index) => {
    const next = words[index + 1];
    if (alone.test(word.value) && next && setting.test(next.value)) {
      const range = { start: word.range.start, end: next.range.end };
      return [{ option: `${word.value} ${next.value}`, words: [word.range, next.range], range }];
    }
    return glued.test(word.value) && setting.test(word.value.replace(glued, ''))
      ? [{ option: word.value, words: [word.range], range: word.range }]
      : [];
  });
}

/** `sed 's/gpgcheck=1/gpgcheck=0/'`: what it puts in switches the check off. */
function replacement(word: ShellWord): readonly SkippedCheck[] {
  const [, mark = ''] = /^s([/|#,@!:])/.exec(word.value) ?? [];
  const text = mark === '' ? '' : (word.value.split(mark)[2] ?? '');
  const off = /(?<![\w.])gpgcheck\s*=\s*(?:0|no|false)\b|\btrusted=yes\b|\bSigLevel\s*=\s*Never\b/i.exec(text)?.[0];
  return off === undefined ? [] : [{ option: `sed ${off}`, words: [], range: word.range }];
}

/** A line of a package manager's configuration that switches the signature check off. */
export interface UncheckedSetting {
  /** As written: `[trusted=yes]`, `gpgcheck=0`. */
  readonly setting: string;
  /** Offsets in the searched source. */
  readonly start: number;
  readonly end: number;
  /** What to write there instead; empty deletes. */
  readonly instead: string;
}

/** What can be changed back, in the source of the text: quotes and `\n` stand in it as they are written. */
const SETTINGS: readonly { readonly find: RegExp; readonly instead: (found: string) => string }[] = [
  { find: /\[\s*(?:trusted|allow-insecure)=yes\s*\][ \t]?/i, instead: () => '' },
  { find: /[ \t]+(?:trusted|allow-insecure)=yes(?=[ \t\]])/i, instead: () => '' },
  { find: /(?:trusted|allow-insecure)=yes[ \t]+/i, instead: () => '' },
  { find: /(?<![_.])gpgcheck[ \t]*=[ \t]*(?:0|no|false|off)(?![\w.])/i, instead: (it) => it.replace(/\w+$/, '1') },
  {
    find: /(?:Acquire::Allow(?:DowngradeTo)?InsecureRepositories|APT::Get::(?:AllowUnauthenticated|force-yes))[\s"\\']+(?:true|yes|1)(?!\w)[\\"]*/i,
    instead: (it) => it.replace(/\w+(?=[\\"]*$)/, 'false'),
  },
  { find: /\bTrusted:[ \t]*yes(?!\w)/i, instead: (it) => it.replace(/yes$/i, 'no') },
  { find: /\bSigLevel[ \t]*=[ \t]*Never(?!\w)/i, instead: (it) => it.replace(/Never$/i, 'Required') },
];

/** What the text of a file does to signature checks, by the file's path; files of local repositories are left alone. */
export function uncheckedSetting(path: string, content: string, source: string): UncheckedSetting | undefined {
  if (!/trusted|allow-insecure|gpgcheck|siglevel|insecurerepo|unauthenticated|force-yes/i.test(content))
    return undefined;
  if (!switchesOff(path, content)) return undefined;
  for (const { find, instead } of SETTINGS) {
    const found = find.exec(source);
    if (found) {
      const end = found.index + found[0].length;
      return { setting: found[0].trim(), start: found.index, end, instead: instead(found[0]) };
    }
  }
  return undefined;
}

function switchesOff(path: string, content: string): boolean {
  return content.split('\n').some((line, _index, lines) => {
    if (/^\s*deb(?:-src)?\s+\[[^\]]*\b(?:trusted|allow-insecure)=yes\b/i.test(line))
      return !/\]\s*(?:file|copy|cdrom):/i.test(line);
    if (/^\s*(?:pkg_)?gpgcheck\s*=\s*(?:0|no|false|off)\s*$/i.test(line))
      return (
        (/\.repo$|(?:yum|dnf)\.conf$|repos\.d/.test(path) ||
          /^\s*(?:baseurl|mirrorlist|metalink)\s*=/m.test(content)) &&
        !isLocalRepository(lines)
      );
    if (/^\s*Trusted:\s*yes\s*$/i.test(line)) return path.endsWith('.sources');
    if (/^\s*SigLevel\s*=\s*Never\b/i.test(line)) return path.includes('pacman');
    return /^\s*(?:Acquire::Allow(?:DowngradeTo)?InsecureRepositories|APT::Get::(?:AllowUnauthenticated|force-yes))\s+"?(?:true|yes|1)"?\s*;?/i.test(
      line,
    );
  });
}

function isLocalRepository(lines: readonly string[]): boolean {
  const addresses = lines.filter((it) => /^\s*(?:baseurl|mirrorlist|metalink)\s*=/.test(it));
  return addresses.length > 0 && addresses.every((it) => /=\s*file:/.test(it));
}
