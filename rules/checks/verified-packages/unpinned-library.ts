import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, Instruction } from '../../dockerfile/model.js';
import { everyInstruction } from '../../dockerfile/queries.js';
import type { PackageInstall, PackageManager, PackageWord } from '../../shell/model.js';
import { unpinnedLibraries } from '../../shell/unpinned.js';

export default defineRule({
  id: 'unpinned-library',
  severity: 'info',
  profile: 'strict',
  summary: 'Libraries and tools of a language are installed in a named version.',
  why: `
    The registries of pip, npm, gem, go and cargo hand out the newest release unless a version is asked for. When an author's account
    is taken over, the tampered release is in every build that starts within the next minutes, and its install scripts run as root there.
    With a version in the file a new release is a change that somebody makes, sees and can take back.

    Lists of requirements and constraints, lock files, local files and folders, and names that come from variables are left alone. A source of
    git counts as pinned when it names a commit or a tag.
  `,
  references: [
    'https://pip.pypa.io/en/stable/topics/repeatable-installs/',
    'https://docs.npmjs.com/cli/commands/npm-install',
    'https://go.dev/ref/mod#go-install',
    'https://doc.rust-lang.org/cargo/commands/cargo-install.html',
  ],
  standards: { nist: ['4.1.1'], owasp: ['RULE #13'], cwe: ['CWE-1357'] },
  equivalents: {
    hadolint: ['DL3013', 'DL3016', 'DL3028', 'DL3062'],
    tally: ['DL3013', 'DL3016', 'DL3028', 'DL3062'],
  },
  messages: {
    one: '{package} comes in the newest version of the day, so two builds can differ. Add a version: {example}.',
    several: '{packages} come in the newest version of the day, so two builds can differ. Add a version: {example}.',
    source: '{package} names no commit, so each build may get other code. Add {example}.',
  },

  check: {
    dockerfile(document) {
      const instructions = everyInstruction(document);
      return instructions.flatMap((it) => {
        if (it.keyword !== 'RUN' || it.facts.installs.length === 0) return [];
        return it.facts.installs.flatMap((install) =>
          judge(document, install, install.manager === 'go' && followsCopy(document, it)),
        );
      });
    },
  },

  examples: [
    {
      title: 'Python',
      in: 'dockerfile',
      bad: `
        FROM python:3.14
        RUN pip install --no-cache-dir --index-url https://pypi.example.com/simple «gunicorn»
        RUN python3 -m pip install -U «pip setuptools» wheel==0.45.1
        RUN pip install «git+https://github.com/acme/tool.git»
      `,
      expect: ['one', 'several', 'source'],
      fixed: null,
    },
    {
      title: 'Node.js',
      in: 'dockerfile',
      bad: `
        FROM node:24.4
        RUN npm install -g «@angular/cli» && yarn global add «serve»
        RUN ["npm", "add", "«sax»"]
        RUN npm install «git+ssh://git@github.com/acme/tool.git»
      `,
      expect: ['one', 'one', 'one', 'source'],
      fixed: null,
    },
    {
      title: 'Ruby, Go and Rust',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN gem install «bundler» && go install «golang.org/x/tools/gopls@latest» && cargo install --locked «just»
        RUN go install «example.com/acme/tool» && cargo install --git «https://github.com/acme/tool»
      `,
      expect: ['one', 'one', 'one', 'one', 'source'],
      fixed: null,
    },
    {
      title: 'Versions and ranges',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN pip install gunicorn==23.0.0 'requests>=2.32,<3' "uvicorn[standard]~=0.35"
        RUN npm install -g @angular/cli@20.1.0 npm@latest && gem install bundler:2.7.1 && gem install rake -v 13.3.0 -- --with-cflags=-O2
        RUN go install golang.org/x/tools/gopls@v0.20.0 && cargo install just --version 1.42.4 && cargo install ripgrep@14.1.1
      `,
    },
    {
      title: 'Lists, lock files, files and folders',
      in: 'dockerfile',
      good: `
        FROM python:3.14
        RUN pip install -r requirements.txt -c constraints.txt && pip install -c constraints.txt gunicorn
        RUN pip install . && pip install -e .[dev] && pip install dist/tool.whl ./tool vendor/tool https://tool.example.com/tool.tar.gz
        RUN npm ci && npm install && npm install ./tool.tgz && bundle install && gem install ./tool.gem
      `,
    },
    {
      title: 'Commits, tags and variables',
      in: 'dockerfile',
      good: `
        FROM python:3.14
        RUN pip install git+https://github.com/acme/tool.git@v1.4.0#egg=tool && pip install $PACKAGES
        RUN npm install git+https://github.com/acme/tool.git#3f5c2a91 && npm install acme/tool#v1.4.0
        RUN cargo install --git https://github.com/acme/tool --rev 3f5c2a91
      `,
    },
    {
      title: 'A tool of the module whose go.mod is there',
      in: 'dockerfile',
      good: `
        FROM golang:1.26
        COPY . .
        RUN go install example.com/acme/tool/cmd/server && go install ./...
        FROM golang:1.26
        RUN git clone --branch v1.4.0 https://example.com/acme/tool . && go install example.com/acme/tool/cmd/server
      `,
    },
  ],
});

type Found = Finding<'one' | 'several' | 'source', never, never>;

function judge(document: DockerfileDocument, install: PackageInstall, hasContext: boolean): readonly Found[] {
  const { names, sources } = unpinnedLibraries(install, hasContext);
  const free = sources.map(
    (it): Found => ({
      message: 'source',
      data: { package: short(it.word.value), example: exampleOfSource(install.manager) },
      range: exactly(document, it),
    }),
  );
  const [first] = names;
  const last = names.at(-1);
  if (!first || !last) return free;
  const example = exampleOf(install.manager);
  if (names.length === 1)
    return [
      { message: 'one', data: { package: short(first.word.value), example }, range: exactly(document, first) },
      ...free,
    ];
  const range = { start: first.word.range.start, end: last.word.range.end };
  return [{ message: 'several', data: { packages: listed(names), example }, range }, ...free];
}

/** Whether something of the context, go.mod perhaps, is in the stage already. */
function followsCopy({ stages }: DockerfileDocument, run: Instruction): boolean {
  const stage = stages.findLast((it) => it.from.range.start < run.range.start);
  for (let current = stage; current; current = current.base) {
    const found = current.instructions.some(
      (it) => (it.keyword === 'COPY' || it.keyword === 'ADD') && it.range.start < run.range.start,
    );
    if (found) return true;
  }
  if (run.keyword !== 'RUN') return false;
  const clones = run.script.commands.some((it) => it.name === 'git' && it.words.some(({ value }) => value === 'clone'));
  return clones || run.mounts.some((it) => it.type === 'bind');
}

/** The word in a list of the exec form stands in quotes. */
function exactly({ text }: DockerfileDocument, { word: { range } }: PackageWord) {
  return text[range.start] === '"' && text[range.end - 1] === '"'
    ? { start: range.start + 1, end: range.end - 1 }
    : range;
}

function exampleOf(manager: PackageManager): string {
  switch (manager) {
    case 'pip':
    case 'uv':
      return '==VERSION';
    case 'gem':
      return ':VERSION';
    default:
      return '@VERSION';
  }
}

function exampleOfSource(manager: PackageManager): string {
  if (manager === 'cargo') return '--rev COMMIT';
  return manager === 'pip' || manager === 'uv' ? '@COMMIT' : '#COMMIT';
}

/** Names can be long addresses; the message stays a line. */
function short(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}

function listed(packages: readonly PackageWord[]): string {
  const names = packages.map((it) => short(it.name));
  return names.length <= 3 && names.join('').length < 60 ? names.join(', ') : `${names[0] ?? ''} … (${names.length})`;
}
