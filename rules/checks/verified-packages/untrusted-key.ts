import type { Edit } from '../../core/edit.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import type { CopyInstruction, DockerfileDocument, RunInstruction } from '../../dockerfile/model.js';
import { everyInstruction, expandAt } from '../../dockerfile/queries.js';
import { addressIn, hostOf, isOutside, isThisMachine } from '../../shell/addresses.js';
import type { ShellCommand } from '../../shell/model.js';
import { addsKeyForAll, askedKeys, fetchedKeys, isKeyAddress, isKeyDownload } from '../../shell/signing-keys.js';

export default defineRule({
  id: 'untrusted-key',
  severity: 'warning',
  summary: "Keys that packages are verified with must be the publisher's, and vouch for the publisher's packages only.",
  why: `
    A signature is worth as much as the key. A key that \`apt-key\` adds vouches for every repository: the publisher of one tool, or whoever
    takes that key, may then replace any package of the system. Debian 13 and Ubuntu 25.04 have no \`apt-key\` any more. A key that is asked
    for by the last eight digits of its fingerprint may be somebody else's: keys with wanted digits are made in seconds, and servers hold
    such copies of well-known ones. A key fetched over http is whatever somebody on the way puts there.

    Keys that are named by their whole fingerprint, fetched over https, or kept in a file of their own that \`signed-by=\` names are left
    alone.
  `,
  fixSafety: `
    Leaves a blank: a name for the file of the key, or the whole fingerprint as the publisher gives it. The lines of the repository in the
    same step get \`signed-by=\`; where they are written elsewhere, add it there.
  `,
  references: [
    'https://manpages.debian.org/bookworm/apt/apt-key.8.en.html',
    'https://wiki.debian.org/DebianRepository/UseThirdParty',
    'https://evil32.com/',
  ],
  standards: { nist: ['4.1.5'], owasp: ['RULE #13'], cwe: ['CWE-347', 'CWE-494'] },
  equivalents: {},
  messages: {
    everywhere:
      'A key of apt-key vouches for every repository, so its owner can replace any package. Use signed-by instead.',
    short: 'Anybody can make a key that ends in {id}, so this may be a forged one. Ask for the whole fingerprint.',
    clear: 'The key comes over {scheme} from {host}, so anybody on the way can put theirs in its place. Use https.',
  },
  titles: {
    ownFile: 'Keep the key in a file of its own',
    fingerprint: 'Ask for the whole fingerprint',
    useHttps: 'Use https',
  },

  check: {
    dockerfile(document) {
      if (!/apt-key|--(?:recv|receive|fetch|import)|http:\/\/|ftp:\/\//i.test(document.text)) return [];
      return everyInstruction(document).flatMap((instruction) => {
        if (instruction.keyword === 'RUN') return inRun(document, instruction);
        return instruction.keyword === 'COPY' || instruction.keyword === 'ADD' ? inCopy(document, instruction) : [];
      });
    },
  },

  examples: [
    {
      title: 'A key for every repository',
      in: 'dockerfile',
      bad: `
        FROM debian:12
        RUN curl -fsSL https://tool.example.com/key.asc | «apt-key add -» \\
            && echo "deb https://tool.example.com/debian stable main" > /etc/apt/sources.list.d/tool.list
        RUN wget -qO- https://other.example.com/key.asc | gpg --dearmor | «apt-key add -»
        RUN «apt-key add /tmp/third.asc» && echo "deb [arch=amd64] https://third.example.com/ stable main" > /etc/apt/sources.list.d/third.list
      `,
      expect: ['everywhere', 'everywhere', 'everywhere'],
      fixed: `
        FROM debian:12
        RUN curl -fsSL https://tool.example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/REPOSITORY.gpg \\
            && echo "deb [signed-by=/usr/share/keyrings/REPOSITORY.gpg] https://tool.example.com/debian stable main" > /etc/apt/sources.list.d/tool.list
        RUN wget -qO- https://other.example.com/key.asc | gpg --dearmor | tee /usr/share/keyrings/REPOSITORY.gpg
        RUN gpg --dearmor -o /usr/share/keyrings/REPOSITORY.gpg /tmp/third.asc && echo "deb [signed-by=/usr/share/keyrings/REPOSITORY.gpg arch=amd64] https://third.example.com/ stable main" > /etc/apt/sources.list.d/third.list
      `,
    },
    {
      title: 'A key from a server, for every repository',
      in: 'dockerfile',
      bad: `
        FROM ubuntu:22.04
        RUN «apt-key adv --keyserver keyserver.ubuntu.com --recv-keys 0C49F3730359A14518585931BC711F9BA15703C6»
      `,
      expect: ['everywhere'],
      fixed: null,
    },
    {
      title: 'A short id',
      in: 'dockerfile',
      bad: `
        FROM debian:12
        ARG KEY=A15703C6
        RUN gpg --keyserver hkps://keys.openpgp.org --recv-keys «A15703C6» && gpg --recv-keys "«$KEY»"
        RUN apt-key adv --recv-keys --keyserver keyserver.ubuntu.com «0xA15703C6»
      `,
      expect: ['short', 'short', 'short'],
      fixed: `
        FROM debian:12
        ARG KEY=A15703C6
        RUN gpg --keyserver hkps://keys.openpgp.org --recv-keys WHOLE_FINGERPRINT && gpg --recv-keys "$KEY"
        RUN apt-key adv --recv-keys --keyserver keyserver.ubuntu.com 0xA15703C6
      `,
    },
    {
      title: 'A key over http',
      in: 'dockerfile',
      bad: `
        FROM rockylinux:9
        RUN rpm --import «http://tool.example.com/RPM-GPG-KEY-tool»
        RUN curl -fsSL «http://tool.example.com/repo.php» | gpg --dearmor -o /usr/share/keyrings/tool.gpg
        RUN wget -O /etc/apk/keys/tool.rsa.pub «http://tool.example.com/tool.rsa.pub»
        ADD «http://tool.example.com/tool.asc» /usr/share/keyrings/
        RUN printf '[tool]\\ngpgcheck=1\\ngpgkey=«http://tool.example.com/key»\\n' > /etc/yum.repos.d/tool.repo
      `,
      expect: ['clear', 'clear', 'clear', 'clear', 'clear'],
      fixed: `
        FROM rockylinux:9
        RUN rpm --import https://tool.example.com/RPM-GPG-KEY-tool
        RUN curl -fsSL https://tool.example.com/repo.php | gpg --dearmor -o /usr/share/keyrings/tool.gpg
        RUN wget -O /etc/apk/keys/tool.rsa.pub https://tool.example.com/tool.rsa.pub
        ADD https://tool.example.com/tool.asc /usr/share/keyrings/
        RUN printf '[tool]\\ngpgcheck=1\\ngpgkey=https://tool.example.com/key\\n' > /etc/yum.repos.d/tool.repo
      `,
    },
    {
      title: 'Whole fingerprints, https, and keys of one repository',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG KEY
        RUN gpg --keyserver hkp://keyserver.ubuntu.com:80 --recv-keys 0C49F3730359A14518585931BC711F9BA15703C6 "$KEY"
        RUN curl -fsSL https://tool.example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/tool.gpg
        RUN apt-key --keyring /usr/share/keyrings/tool.gpg add /tmp/key.asc && apt-key list && apt-key del A15703C6
        RUN rpm --import https://tool.example.com/RPM-GPG-KEY-tool
      `,
    },
    {
      title: 'Keys that are checked, of this machine, and other files over http',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN curl -fsSLo tool.asc http://tool.example.com/tool.asc \\
            && echo "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b  tool.asc" | sha256sum -c -
        RUN curl -fsSL http://localhost:8080/key.asc | gpg --import && rpm --import http://mirror/key
        RUN wget http://tool.example.com/tool.tar.gz http://tool.example.com/tool.tar.gz.asc
      `,
    },
  ],
});

type Title = 'ownFile' | 'fingerprint' | 'useHttps';
type Found = Finding<'everywhere' | 'short' | 'clear', Title, never>;

function inRun(document: DockerfileDocument, run: RunInstruction): readonly Found[] {
  const { script, facts } = run;
  const downloads = facts.downloads
    .filter((it) => isKeyDownload(it) && !isCompared(script.commands, it.command))
    .flatMap((it) => it.urls.flatMap((url) => clearText(document, url)));
  const commands = script.commands.flatMap((command): readonly Found[] => {
    const short = askedKeys(command).flatMap((it) => shortId(document, command, it));
    const clear = fetchedKeys(command).flatMap((it) => clearText(document, it));
    if (short.length > 0 || !addsKeyForAll(command)) return [...short, ...clear];
    const edits = ownFile(document, run, command);
    const fixes: Fix<Title>[] = edits ? [{ title: 'ownFile', applicability: 'manual', edits }] : [];
    return [{ message: 'everywhere', range: command.range, fixes }, ...clear];
  });
  const settings = facts.writes.flatMap(({ content }) => (content ? inRepository(document, content.range) : []));
  return [...downloads, ...commands, ...settings].sort((a, b) => a.range.start - b.range.start);
}

/** A checksum or a look at the fingerprint; a signature that the key itself verifies tells nothing of the key. */
function isCompared(commands: readonly ShellCommand[], download: ShellCommand): boolean {
  return commands.some(
    ({ name, words, range }) =>
      range.start > download.range.start &&
      (/^(?:sha\d+sum|shasum|b2sum)$/.test(name) ||
        words.some((it) => /^--(?:with-)?(?:fingerprint|show-keys)$/.test(it.value))),
  );
}

function shortId(
  document: DockerfileDocument,
  command: ShellCommand,
  { value, range }: { readonly value: string; readonly range: Range },
): readonly Found[] {
  const id = expandAt(document, value, range.start).value;
  if (!/^(?:0x)?[0-9a-f]{8}$/i.test(id)) return [];
  const at = document.text.slice(range.start, range.end).indexOf(value);
  const place = at < 0 ? range : { start: range.start + at, end: range.start + at + value.length };
  // With apt-key the whole fingerprint is not enough: the key would still vouch for every repository.
  const isCured = value === id && at >= 0 && command.name !== 'apt-key';
  return [
    {
      message: 'short',
      data: { id },
      range: place,
      fixes: isCured
        ? [{ title: 'fingerprint', applicability: 'manual', edits: [{ range: place, text: 'WHOLE_FINGERPRINT' }] }]
        : [],
    },
  ];
}

function clearText(
  document: DockerfileDocument,
  word: { readonly value: string; readonly range: Range },
): readonly Found[] {
  const url = expandAt(document, word.value, word.range.start).value;
  const scheme = /^(http|ftp):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined || isThisMachine(url) || !isOutside(hostOf(url))) return [];
  const { range, isWritten } = addressIn(document.text, word.range);
  return [
    { message: 'clear', data: { scheme, host: hostOf(url) }, range, fixes: isWritten ? useHttps(document, range) : [] },
  ];
}

function useHttps({ text }: DockerfileDocument, { start }: Range): readonly Fix<Title>[] {
  const end = start + 'http'.length;
  if (text.slice(start, end).toLowerCase() !== 'http') return [];
  return [{ title: 'useHttps', applicability: 'unsafe', edits: [{ range: { start: end, end }, text: 's' }] }];
}

/** `gpgkey=` of the repositories of yum, dnf and zypper. */
function inRepository(document: DockerfileDocument, { start, end }: Range): readonly Found[] {
  return Array.from(document.text.slice(start, end).matchAll(/gpgkey[ \t]?=[ \t]?(http:\/\/[^\s"'\\]+)/gi)).flatMap(
    (it) => {
      const address = it[1] ?? '';
      const to = start + it.index + it[0].length;
      return clearText(document, { value: address, range: { start: to - address.length, end: to } });
    },
  );
}

function inCopy(
  document: DockerfileDocument,
  { keyword, sources, flags, heredocs }: CopyInstruction,
): readonly Found[] {
  const files = heredocs.flatMap((it) => inRepository(document, it.contentRange));
  if (keyword === 'COPY' || flags.some((it) => it.name === 'checksum')) return files;
  return [...files, ...sources.filter((it) => isKeyAddress(it.value)).flatMap((it) => clearText(document, it))];
}

const KEY_FILE = '/usr/share/keyrings/REPOSITORY.gpg';

/** The key goes into a file instead, and the repositories of the same step name it. */
function ownFile(
  { text, escape }: DockerfileDocument,
  run: RunInstruction,
  command: ShellCommand,
): readonly Edit[] | undefined {
  const [program, verb, file, more] = command.words;
  const isPlain = command.parent === undefined && command.wrappers.length === 0 && command.redirects.length === 0;
  if (!isPlain || !program || verb?.value !== 'add' || !file || more) return undefined;
  if (run.form === 'exec' || run.script.language !== 'posix' || escape !== '\\') return undefined;
  const others = run.script.commands.filter(addsKeyForAll);
  if (others.length > 1) return undefined;
  const isBinary = command.pipedFrom?.words.some((it) => /^--dearmou?r$/.test(it.value));
  const edit = { range: { start: program.range.start, end: file.range.end }, text: `tee ${KEY_FILE}` };
  const readsInput = file.value === '-';
  if (!isBinary || !readsInput) {
    const from = readsInput ? '' : ` ${text.slice(file.range.start, file.range.end)}`;
    edit.text = `gpg --dearmor -o ${KEY_FILE}${from}`;
  }
  const sources = Array.from(
    text.slice(run.range.start, run.range.end).matchAll(/\bdeb(?:-src)? (\[)?(?=\w+=|https?:)/g),
  );
  const named = sources.map((it): Edit => {
    const at = run.range.start + it.index + it[0].length;
    const option = `signed-by=${KEY_FILE}`;
    return { range: { start: at, end: at }, text: it[1] ? `${option} ` : `[${option}] ` };
  });
  return [edit, ...named].sort((a, b) => a.range.start - b.range.start);
}
