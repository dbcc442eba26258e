import type { Edit } from '../../core/edit.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { UNKNOWN } from '../../core/text.js';
import type { CopyInstruction, DockerfileDocument, RunInstruction, Stage } from '../../dockerfile/model.js';
import { expandAt, instructionsOf } from '../../dockerfile/queries.js';
import { hostOf, isThisMachine } from '../../shell/addresses.js';
import { executedDownloads } from '../../shell/executed.js';
import { checksIntegrity } from '../../shell/integrity.js';
import type { Download, ShellCommand } from '../../shell/model.js';

export default defineRule({
  id: 'unchecked-download',
  severity: 'info',
  summary: 'An archive, package or program that is downloaded must be compared with a checksum or a signature.',
  why: `
    https proves who the server is, not what it sends. When the server, the account of the publisher or a mirror is taken over, the file
    of the same name is another one from then on, and every build takes it in. A checksum in the Dockerfile, or a signature of a key
    that is named there, stops the build instead. It also tells when a publisher replaces a version that was already out.

    Reported are archives that are unpacked, packages that are installed and programs that are put in place without any check, and ADD of
    an address without \`--checksum\`. Keys, checksums, lists of repositories and answers of services that are read as text are left alone, and
    so are archives of a git commit. A download that is run at once is reported by curl-pipe-shell.
  `,
  fixSafety: `
    Leaves a blank: put the checksum of the file you have looked at in place of SHA256_OF_THE_FILE. When the publisher changes the
    file the build stops.
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#add---checksum',
    'https://docs.docker.com/build/building/best-practices/#add-or-copy',
    'https://slsa.dev/spec/v1.1/threats',
  ],
  standards: { cis: ['4.11'], nist: ['4.1.5'], owasp: ['RULE #13'], cwe: ['CWE-494'] },
  equivalents: {},
  messages: {
    saved: '{file} from {host} is used unchecked, so a tampered one ends up in the image. Check its sha256 first.',
    unpacked:
      '{program} unpacks whatever {host} sends, so a tampered archive ends up in the image. Check its sha256 first.',
    added: 'ADD takes whatever {host} sends, so a tampered file ends up in the image. Add --checksum with its sha256.',
  },
  titles: { insertCheck: 'Check its sha256 first', addChecksum: 'Add --checksum' },
  labels: { used: 'Used here' },

  check: {
    dockerfile(document) {
      return document.stages.flatMap((stage) => [
        ...inRuns(document, stage),
        ...instructionsOf(stage.instructions, 'ADD').flatMap((it) => inAdd(document, it)),
      ]);
    },
  },

  examples: [
    {
      title: 'An archive and a program',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «curl -fsSLo tool.tar.gz https://tool.example.com/tool-1.4.tar.gz» && tar xzf tool.tar.gz
        RUN «wget -O /usr/local/bin/tool https://tool.example.com/tool-1.4» && chmod +x /usr/local/bin/tool
      `,
      expect: ['saved', 'saved'],
      fixed: `
        FROM debian:13
        RUN curl -fsSLo tool.tar.gz https://tool.example.com/tool-1.4.tar.gz && echo "SHA256_OF_THE_FILE  tool.tar.gz" | sha256sum -c - && tar xzf tool.tar.gz
        RUN wget -O /usr/local/bin/tool https://tool.example.com/tool-1.4 && echo "SHA256_OF_THE_FILE  /usr/local/bin/tool" | sha256sum -c - && chmod +x /usr/local/bin/tool
      `,
    },
    {
      title: 'A package that Windows installs',
      in: 'dockerfile',
      bad: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2025
        SHELL ["powershell", "-Command"]
        RUN «Invoke-WebRequest https://tool.example.com/tool.msi -OutFile tool.msi»; Start-Process msiexec -ArgumentList '/i tool.msi /qn' -Wait
      `,
      expect: ['saved'],
      fixed: null,
    },
    {
      title: 'Unpacked at once',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «curl -fsSL https://tool.example.com/tool-1.4.tar.gz» | tar xz -C /opt
      `,
      expect: ['unpacked'],
      fixed: null,
    },
    {
      title: 'ADD of an address',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ADD «https://tool.example.com/tool-1.4.tar.gz» /opt/
      `,
      expect: ['added'],
      fixed: `
        FROM debian:13
        ADD --checksum=sha256:SHA256_OF_THE_FILE https://tool.example.com/tool-1.4.tar.gz /opt/
      `,
    },
    {
      title: 'Checked by a checksum or a signature',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN curl -fsSLo tool.tar.gz https://tool.example.com/tool.tar.gz \\
            && echo "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b  tool.tar.gz" | sha256sum -c - \\
            && tar xzf tool.tar.gz
        RUN wget https://tool.example.com/tool.deb https://tool.example.com/tool.deb.asc
        RUN gpg --verify tool.deb.asc tool.deb && dpkg -i tool.deb
        ADD --checksum=sha256:3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b https://tool.example.com/data /data
      `,
    },
    {
      title: 'Keys, texts, this machine, and the archive of a commit',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN curl -fsSL https://tool.example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/tool.gpg
        RUN VERSION="$(curl -s https://api.example.com/latest)" && curl -s https://api.example.com/list | grep "$VERSION"
        RUN curl -O http://localhost:8080/tool.tar.gz && tar xzf tool.tar.gz
        RUN curl -fsSL https://github.com/acme/tool/archive/9e6f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b.tar.gz | tar xz
        ADD https://github.com/acme/tool.git#v1.4.0 /src
        RUN wget https://tool.example.com/readme.txt
      `,
    },
    {
      title: 'Run at once, which curl-pipe-shell reports',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN curl -fsSL https://tool.example.com/install.sh | sh
        RUN curl -fsSLO https://tool.example.com/install.sh && chmod +x install.sh && ./install.sh
      `,
    },
  ],
});

type Found = Finding<'saved' | 'unpacked' | 'added', 'insertCheck' | 'addChecksum', 'used'>;

function inRuns(document: DockerfileDocument, { instructions }: Stage): readonly Found[] {
  const found: Found[] = [];
  let isVerified = false;
  // From the end: a check in a later step vouches for what was saved before.
  for (const run of instructionsOf(instructions, 'RUN').toReversed()) {
    if (run.facts.downloads.length > 0 && !isVerified) found.unshift(...inRun(document, run));
    isVerified ||= run.script.commands.some(checksIntegrity);
  }
  return found;
}

function inRun(document: DockerfileDocument, run: RunInstruction): readonly Found[] {
  const { script, facts } = run;
  const checks = script.commands.filter(checksIntegrity).map((it) => it.range.start);
  const executed = new Set(executedDownloads(script, facts).map((it) => it.download));
  return facts.downloads.flatMap((download): readonly Found[] => {
    const { command, urls, destination } = download;
    const url = expandAt(document, urls[0]?.value ?? '', command.range.start).value;
    const isLast = !checks.some((it) => it > command.range.start);
    if (urls.length !== 1 || !isLast || executed.has(download) || !isJudged(url)) return [];
    const { range } = command;
    if (destination.kind === 'pipe') {
      const by = unpackedBy(command);
      const data = { program: by?.name ?? '', host: hostOf(url) };
      return by ? [{ message: 'unpacked', data, range, related: [{ range: by.range, label: 'used' }] }] : [];
    }
    if (destination.kind !== 'file') return [];
    const by = script.commands.find((it) => it.range.start > range.start && uses(it, destination.path));
    if (!by) return [];
    const edit = insertCheck(document, run, download, destination.path);
    return [
      {
        message: 'saved',
        data: { file: destination.path, host: hostOf(url) },
        range,
        related: [{ range: by.range, label: 'used' }],
        fixes: edit ? [{ title: 'insertCheck', applicability: 'manual', edits: [edit] }] : [],
      },
    ];
  });
}

/** A file of another machine that is neither a key nor a checksum, nor named by a git commit. */
function isJudged(url: string): boolean {
  const host = hostOf(url);
  if (!/^(?:https?|ftp):\/\//i.test(url) || isThisMachine(url)) return false;
  if (host.includes(UNKNOWN) || !host.includes('.') || /[$`{]/.test(host)) return false;
  const [path = ''] = url.split(/[?#]/);
  if (
    /\.(?:asc|sig|sign|minisig|gpg|key|pub|pem|crt|cer|sum|list|repo|sources|(?:sha|md)\d+(?:sums?)?(?:\.txt)?)$/i.test(
      path,
    )
  )
    return false;
  return !/(?:sha\d*|md5)-?sums?|checksums?|\/key(?:s|ring)?\b|\b[0-9a-f]{40}\b/i.test(path);
}

const FILTERS = new Set([
  'gunzip',
  'gzip',
  'xz',
  'unxz',
  'bzip2',
  'bunzip2',
  'zstd',
  'zcat',
  'xzcat',
  'pv',
  'cat',
  'tee',
]);

/** The program behind the pipe that unpacks the archive. */
function unpackedBy(from: ShellCommand): ShellCommand | undefined {
  for (let next = from.pipedInto; next; next = next.pipedInto) {
    if (/^(?:tar|bsdtar|cpio)$/.test(next.name)) return next;
    if (!FILTERS.has(next.name)) return undefined;
  }
  return undefined;
}

/** Whether the command unpacks or installs the file, or makes a program of it. */
function uses({ name, words }: ShellCommand, path: string): boolean {
  const rest = words.slice(1);
  // PowerShell hands a program its arguments as one text: `Start-Process msiexec -ArgumentList '/i tool.msi /qn'`.
  if (name === 'start-process')
    return rest.some((it) => it.value.split(/[\s"]+/).some((one) => isSame(one, path))) && startsInstaller(rest);
  const isNamed = rest.some((it) => isSame(it.value, path));
  if (!isNamed) return false;
  if (/^(?:tar|bsdtar|unzip|7z[ar]?|dpkg|rpm|gdebi|expand-archive|msiexec)$/.test(name)) return true;
  if (/^(?:apt|apt-get|dnf|yum|microdnf|apk|zypper)$/.test(name))
    return rest.some((it) => it.value === 'install' || it.value === 'add');
  if (name === 'chmod') return rest.some((it) => /^(?:[ugoa]*\+[rws]*x|0?[0-7]*[1357][0-7]*)$/.test(it.value));
  return (name === 'mv' || name === 'cp' || name === 'install') && /\/s?bin(?:\/|$)/.test(rest.at(-1)?.value ?? '');
}

function startsInstaller(words: readonly { readonly value: string }[]): boolean {
  return words.some((it) => /^(?:msiexec|wusa|dism)(?:\.exe)?$/i.test(it.value));
}

/** Relative paths are compared by their last part, as a `cd` may stand between. */
function isSame(word: string, path: string): boolean {
  const last = (it: string): string => it.slice(Math.max(it.lastIndexOf('/'), it.lastIndexOf('\\')) + 1);
  return last(word) !== '' && last(word) === last(path);
}

/** The check of a blank checksum behind the download; `a || b` binds as loosely, so nothing is put there. */
function insertCheck(
  document: DockerfileDocument,
  { form, script }: RunInstruction,
  { command }: Download,
  path: string,
): Edit | undefined {
  const next = script.commands.find((it) => it.range.start >= command.range.end);
  if (form === 'exec' || script.language !== 'posix' || document.escape !== '\\' || /["`\\~]/.test(path))
    return undefined;
  if (command.joinedBy === '||' || next?.joinedBy === '||' || command.parent || command.pipedInto) return undefined;
  const at = command.range.end;
  return { range: { start: at, end: at }, text: ` && echo "SHA256_OF_THE_FILE  ${path}" | sha256sum -c -` };
}

function inAdd(document: DockerfileDocument, { sources, flags, keywordRange }: CopyInstruction): readonly Found[] {
  if (flags.some((it) => it.name === 'checksum')) return [];
  return sources.flatMap((source): readonly Found[] => {
    const url = expandAt(document, source.value, source.range.start).value;
    if (!/^https?:/i.test(url) || /\.git(?:#.*)?$/.test(url) || !isJudged(url)) return [];
    const at = keywordRange.end;
    const fix: Fix<'addChecksum'> = {
      title: 'addChecksum',
      applicability: 'manual',
      edits: [{ range: { start: at, end: at }, text: ' --checksum=sha256:SHA256_OF_THE_FILE' }],
    };
    const fixes = sources.length === 1 ? [fix] : [];
    return [{ message: 'added', data: { host: hostOf(url) }, range: source.range, fixes }];
  });
}
