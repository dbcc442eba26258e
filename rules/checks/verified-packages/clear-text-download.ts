import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import type { CopyInstruction, DockerfileDocument, Pair, RunInstruction } from '../../dockerfile/model.js';
import { everyInstruction, expandAt } from '../../dockerfile/queries.js';
import { addressIn, hostOf, isOutside, isThisMachine } from '../../shell/addresses.js';
import { checksIntegrity } from '../../shell/integrity.js';
import type { PackageInstall, ShellCommand } from '../../shell/model.js';
import { isKeyAddress, isKeyDownload } from '../../shell/signing-keys.js';

export default defineRule({
  id: 'clear-text-download',
  severity: 'warning',
  summary: 'What a build fetches must come over an encrypted connection.',
  why: `
    Over http and ftp everybody on the way can read what is fetched and put something else in its place: the owner of a wireless network, a
    proxy, a provider. Nothing tells the build that the archive, the package or the repository is not the publisher's, so what was put
    there ends up in the image and runs.

    Almost every server answers https at the same address. Where one does not, compare the file with a checksum or a signature in the
    same step: that is left alone. So are the mirrors of apt, apk, dnf and zypper, whose packages are signed, addresses of this machine, of
    link-local services, of hosts without a domain, and hosts that only a variable without a default names.
  `,
  fixSafety: `
    The server has to answer https at the same address, and the image needs the certificates of the usual authorities (\`ca-certificates\`).
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#add---checksum',
    'https://slsa.dev/spec/v1.1/threats',
    'https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-i',
  ],
  standards: { nist: ['4.1.5', '4.2.1'], owasp: ['RULE #13'], cwe: ['CWE-319', 'CWE-494'] },
  equivalents: {},
  messages: {
    download: '{address} is not encrypted, so anybody on the way can swap what is fetched. Use https.',
    index: '{address} is not encrypted, so anybody on the way can swap the packages it lists. Use https.',
  },
  titles: { useHttps: 'Use https' },

  check: {
    dockerfile(document) {
      if (!/\b(?:http|ftp):\/\//i.test(document.text)) return [];
      return everyInstruction(document).flatMap((instruction) => {
        switch (instruction.keyword) {
          case 'RUN':
            return inRun(document, instruction);
          case 'ADD':
            return inAdd(document, instruction);
          case 'ENV':
          case 'ARG':
            return instruction.pairs.flatMap((it) => inVariable(document, it));
          default:
            return [];
        }
      });
    },
  },

  examples: [
    {
      title: 'Files and archives',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN wget «http://tool.example.com/tool.tar.gz» && tar xzf tool.tar.gz
        RUN curl -fsSL "«http://tool.example.com/data.json»" -o /data.json
        ADD «http://tool.example.com/rules.xml» /etc/tool/
      `,
      expect: ['download', 'download', 'download'],
      fixed: `
        FROM debian:13
        RUN wget https://tool.example.com/tool.tar.gz && tar xzf tool.tar.gz
        RUN curl -fsSL "https://tool.example.com/data.json" -o /data.json
        ADD https://tool.example.com/rules.xml /etc/tool/
      `,
    },
    {
      title: 'Package indexes',
      in: 'dockerfile',
      bad: `
        FROM python:3.14
        ENV PIP_INDEX_URL=«http://pypi.example.com/simple»
        RUN pip install --index-url «http://pypi.example.com/simple» -r requirements.txt
        RUN npm config set registry «http://npm.example.com» && npm install --registry=«http://npm.example.com» tool
        RUN gem sources --add «http://gems.example.com»
      `,
      expect: ['index', 'index', 'index', 'index', 'index'],
      fixed: `
        FROM python:3.14
        ENV PIP_INDEX_URL=https://pypi.example.com/simple
        RUN pip install --index-url https://pypi.example.com/simple -r requirements.txt
        RUN npm config set registry https://npm.example.com && npm install --registry=https://npm.example.com tool
        RUN gem sources --add https://gems.example.com
      `,
    },
    {
      title: 'Packages by their address, and repositories of source code',
      in: 'dockerfile',
      bad: `
        FROM rockylinux:9
        ARG MIRROR=http://packages.example.com
        RUN dnf install -y «http://packages.example.com/tool.rpm»
        RUN rpm -Uvh «http://packages.example.com/other.rpm»
        RUN git clone «http://git.example.com/tool.git» && curl -O «\${MIRROR}/tool.zip»
        RUN wget «ftp://ftp.example.com/tool.zip»
      `,
      expect: ['download', 'download', 'download', 'download', 'download'],
      fixed: `
        FROM rockylinux:9
        ARG MIRROR=http://packages.example.com
        RUN dnf install -y https://packages.example.com/tool.rpm
        RUN rpm -Uvh https://packages.example.com/other.rpm
        RUN git clone https://git.example.com/tool.git && curl -O \${MIRROR}/tool.zip
        RUN wget ftp://ftp.example.com/tool.zip
      `,
    },
    {
      title: 'Signed mirrors, and content that is verified',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN echo "deb http://deb.debian.org/debian trixie main" > /etc/apt/sources.list && apt-get update
        RUN wget http://tool.example.com/tool \\
            && echo "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b  tool" | sha256sum -c -
        ADD --checksum=sha256:3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b http://tool.example.com/data /data
        FROM alpine:3.24
        RUN apk add --no-cache -X http://dl-cdn.alpinelinux.org/alpine/edge/testing tool
      `,
    },
    {
      title: 'This machine, hosts of the local network, and unknown ones',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG MIRROR
        RUN curl -s http://localhost:8080/ready && curl -s http://169.254.169.254/latest/meta-data/
        RUN curl -O http://artifacts:8081/tool.zip && curl -O http://\${MIRROR}/tool.zip && curl -O \${MIRROR}/tool.zip
        RUN export http_proxy=http://proxy.example.com:3128 && echo http://example.com
        LABEL homepage="http://example.com"
        HEALTHCHECK CMD curl -f http://app.example.com/health
      `,
    },
  ],
});

type Found = Finding<'download' | 'index', 'useHttps', never>;

function inRun(document: DockerfileDocument, { script, facts }: RunInstruction): readonly Found[] {
  const verified = script.commands.filter(checksIntegrity).map((it) => it.range.start);
  const isVerified = (command: ShellCommand): boolean => verified.some((it) => it > command.range.start);
  return [
    ...facts.downloads
      .filter((it) => it.destination.kind !== 'none' && !isVerified(it.command) && !isKeyDownload(it))
      .flatMap((it) => it.urls.flatMap((url) => judge(document, url, 'download'))),
    ...facts.installs.filter((it) => !isVerified(it.command)).flatMap((it) => inInstall(document, it)),
    ...script.commands.filter((it) => !isVerified(it)).flatMap((it) => inCommand(document, it)),
  ].sort((a, b) => a.range.start - b.range.start);
}

/** Options that name an index or a page of packages, by package manager. Packages of the others are signed. */
const INDEXES: ReadonlyMap<string, RegExp> = new Map([
  ['pip', /^(?:-i|-f|--index-url|--extra-index-url|--find-links|--pypi-url)$/],
  ['uv', /^(?:-i|-f|--index-url|--extra-index-url|--find-links|--index|--default-index)$/],
  ['npm', /^--registry$/],
  ['yarn', /^--registry$/],
  ['pnpm', /^--registry$/],
  ['gem', /^(?:-s|--source)$/],
  ['bundler', /^(?:-s|--source)$/],
]);

function inInstall(
  document: DockerfileDocument,
  { manager, command, packages, flags }: PackageInstall,
): readonly Found[] {
  const named = packages.flatMap((it) => judge(document, it.word, 'download'));
  const options = INDEXES.get(manager);
  const listed = flags.flatMap(({ name, value, word }) => {
    if (value === undefined || !options?.test(name)) return [];
    const glued = word.value.endsWith(value);
    const next = command.words[command.words.findIndex((it) => it.range.start === word.range.start) + 1];
    return judge(document, glued ? word : (next ?? word), 'index', value);
  });
  return [...named, ...listed];
}

/** What the tables of package managers do not tell: settings, source code, rpm by its address. */
function inCommand(document: DockerfileDocument, { name, words }: ShellCommand): readonly Found[] {
  const has = (pattern: RegExp): boolean => words.some((it) => pattern.test(it.value));
  const addresses = words.slice(1).filter((it) => /(?:^|=)(?:https?|ftp):\/\/|\$/i.test(it.value));
  if (addresses.length === 0) return [];
  const all = (message: 'download' | 'index'): readonly Found[] =>
    addresses.flatMap((it) => judge(document, it, message));
  if (name === 'git') return has(/^(?:clone|fetch|pull|submodule)$/) ? all('download') : [];
  if (name === 'svn') return has(/^(?:co|checkout|export)$/) ? all('download') : [];
  if (name === 'rpm') return has(/^(?:-[a-zA-Z]*[iUF][a-zA-Z]*|--install|--upgrade)$/) ? all('download') : [];
  if (/^(?:npm|yarn|pnpm)$/.test(name)) return has(/^set$/) && has(/registry/i) ? all('index') : [];
  if (/^pip[\d.]*$/.test(name)) return has(/^config$/) && has(/\.(?:extra-)?index-url$/) ? all('index') : [];
  return name === 'gem' && has(/^sources?$/) && has(/^(?:-a|--add)$/) ? all('index') : [];
}

function inAdd(document: DockerfileDocument, { sources, flags }: CopyInstruction): readonly Found[] {
  if (flags.some((it) => it.name === 'checksum')) return [];
  return sources.flatMap((it) => (isKeyAddress(it.value) ? [] : judge(document, it, 'download')));
}

const INDEX_VARIABLES =
  /^(?:PIP_(?:EXTRA_)?INDEX_URL|UV_(?:EXTRA_|DEFAULT_)?INDEX(?:_URL)?|(?:NPM_CONFIG|npm_config|YARN|PNPM_CONFIG)_(?:REGISTRY|registry)|YARN_NPM_REGISTRY_SERVER|GOPROXY)$/;

function inVariable(document: DockerfileDocument, { name, value }: Pair): readonly Found[] {
  return value && INDEX_VARIABLES.test(name.value) ? judge(document, value, 'index') : [];
}

function judge(
  document: DockerfileDocument,
  word: { readonly value: string; readonly range: Range },
  message: 'download' | 'index',
  address = word.value,
): readonly Found[] {
  const { value } = expandAt(document, address, word.range.start);
  const url = /(?:^|=|\+)((?:http|ftp):\/\/.*)$/is.exec(value)?.[1];
  if (url === undefined || isThisMachine(url) || !isOutside(hostOf(url))) return [];
  const { range, isWritten } = addressIn(document.text, word.range);
  const end = range.start + 'http'.length;
  const fixes: readonly Fix<'useHttps'>[] =
    isWritten && document.text.slice(range.start, end).toLowerCase() === 'http'
      ? [{ title: 'useHttps', applicability: 'unsafe', edits: [{ range: { start: end, end }, text: 's' }] }]
      : [];
  const scheme = url.slice(0, url.indexOf(':')).toLowerCase();
  return [{ message, data: { address: `${scheme}://${hostOf(url)}` }, range, fixes }];
}
