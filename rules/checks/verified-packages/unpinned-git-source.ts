import type { Edit } from '../../core/edit.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { UNKNOWN } from '../../core/text.js';
import type { CopyInstruction, DockerfileDocument, RunInstruction, Stage } from '../../dockerfile/model.js';
import { everyInstruction, expandAt, instructionsOf } from '../../dockerfile/queries.js';
import { removeWords } from '../../shell/edit.js';
import { type GitClone, gitClones, isBranch, movesHead, readGitAddress } from '../../shell/git.js';

export default defineRule({
  id: 'unpinned-git-source',
  severity: 'info',
  summary: 'Source code is taken from git at a fixed commit.',
  why: `
    A branch is what its owner pushed last. A build that clones it takes in whatever that is: a change that nobody of you has seen, or the
    work of somebody who got hold of an account. The Dockerfile stays the same, so neither a review nor the cache tells that the
    image has become another one.

    A commit names its content, as a checksum does. A clone of a tag or a version is left alone, and so is one after which another
    revision is checked out. ADD takes the commit in its address, so there a tag is reported too: it can be moved.
  `,
  fixSafety: `
    Leaves a blank: put the commit that you have looked at in place of GIT_COMMIT. A shallow clone has no other commits, so its
    \`--depth\` is dropped.
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository',
    'https://git-scm.com/docs/git-clone',
    'https://slsa.dev/spec/v1.1/threats',
  ],
  standards: { cis: ['4.11'], nist: ['4.1.5'], owasp: ['RULE #13'], cwe: ['CWE-494'] },
  equivalents: {},
  messages: {
    clone:
      'The default branch of {repository} is cloned, so every build takes what was pushed last. Check out a commit.',
    branch: 'Branch {branch} of {repository} is cloned, so every build takes what was pushed last. Check out a commit.',
    added: 'Without a commit ADD takes what was pushed last to {repository}. Put the commit behind #.',
    tag: '{tag} of {repository} can be moved to another commit. Put the commit behind #.',
  },
  titles: { checkOut: 'Check out a commit', nameCommit: 'Name the commit' },

  check: {
    dockerfile(document) {
      if (!/\bgit\b/.test(document.text)) return [];
      return [
        ...document.stages.flatMap((stage) => inRuns(document, stage)),
        ...everyInstruction(document).flatMap((it) => (it.keyword === 'ADD' ? inAdd(document, it) : [])),
      ].sort((a, b) => a.range.start - b.range.start);
    },
  },

  examples: [
    {
      title: 'The default branch',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «git clone https://github.com/acme/tool.git» && cd tool && make install
        RUN «git clone --depth 1 https://github.com/acme/other /src»
      `,
      expect: ['clone', 'clone'],
      fixed: `
        FROM debian:13
        RUN git clone https://github.com/acme/tool.git && git -C tool checkout GIT_COMMIT && cd tool && make install
        RUN git clone https://github.com/acme/other /src && git -C /src checkout GIT_COMMIT
      `,
    },
    {
      title: 'A branch by its name, also as the default of an argument',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG REVISION=main
        RUN «git clone -b develop git@github.com:acme/tool.git /src»
        RUN «git clone --branch "$REVISION" --recursive https://github.com/acme/tool.git»
      `,
      expect: ['branch', 'branch'],
      fixed: `
        FROM debian:13
        ARG REVISION=main
        RUN git clone -b develop git@github.com:acme/tool.git /src && git -C /src checkout GIT_COMMIT
        RUN git clone --branch "$REVISION" --recursive https://github.com/acme/tool.git
      `,
    },
    {
      title: 'ADD of a repository',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ADD «https://github.com/acme/tool.git» /src
        ADD «git@github.com:acme/tool.git#main:docs» /docs
        ADD «https://github.com/acme/tool.git#v1.4.0» /tool
      `,
      expect: ['added', 'added', 'tag'],
      fixed: `
        FROM debian:13
        ADD https://github.com/acme/tool.git#GIT_COMMIT /src
        ADD git@github.com:acme/tool.git#GIT_COMMIT:docs /docs
        ADD https://github.com/acme/tool.git#GIT_COMMIT /tool
      `,
    },
    {
      title: 'A commit, a tag, a version that the caller names',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG VERSION
        RUN git clone https://github.com/acme/tool.git && cd tool && git checkout 9e6f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b
        RUN git clone --revision=9e6f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b https://github.com/acme/tool.git /tool
        FROM debian:13
        RUN git clone -b v1.4.0 https://github.com/acme/tool.git && git clone --branch "$VERSION" https://github.com/acme/other.git
        ADD https://github.com/acme/tool.git#9e6f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b /src
        ADD --checksum=9e6f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b https://github.com/acme/tool.git#v1.4.0 /src
      `,
    },
    {
      title: 'Checked out in a later step',
      in: 'dockerfile',
      good: `
        FROM debian:13
        WORKDIR /src
        RUN git clone https://github.com/acme/tool.git .
        RUN git reset --hard 9e6f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b
      `,
    },
    {
      title: 'Repositories of this machine, and a choice of the caller',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG VERSION=1.4.0
        RUN git clone /src /build && git clone file:///srv/tool.git
        RUN if [ "$VERSION" = latest ]; then git clone https://github.com/acme/tool; else git clone -b "$VERSION" https://github.com/acme/tool; fi
      `,
    },
  ],
});

type Found = Finding<'clone' | 'branch' | 'added' | 'tag', 'checkOut' | 'nameCommit', never>;

function inRuns(document: DockerfileDocument, { instructions }: Stage): readonly Found[] {
  const found: Found[] = [];
  let isMoved = false;
  // From the end: a step may check out a revision of what was cloned in a step before.
  for (const run of instructionsOf(instructions, 'RUN').toReversed()) {
    const moves = run.script.commands.filter(movesHead).map((it) => it.range.start);
    if (!isMoved) {
      const clones = gitClones(run.script);
      const open = clones.filter(({ command }) => !moves.some((it) => it > command.range.start));
      found.unshift(...open.flatMap((it) => judge(document, run, it, clones)));
    }
    isMoved ||= moves.length > 0;
  }
  return found;
}

function judge(
  document: DockerfileDocument,
  run: RunInstruction,
  clone: GitClone,
  clones: readonly GitClone[],
): readonly Found[] {
  const { command, source, branch } = clone;
  const address = expandAt(document, source.value, command.range.start).value;
  const repository = readGitAddress(address)?.repository ?? repositoryOf(address);
  if (repository === undefined) return [];
  const { range } = command;
  const edits = checkOut(document, run, clone);
  const fixes: Fix<'checkOut'>[] = edits ? [{ title: 'checkOut', applicability: 'manual', edits }] : [];
  // A condition decides between revisions, and the caller decides the condition.
  const isChosen = clones.some((it) => it.source.value === source.value && Boolean(it.branch) !== Boolean(branch));
  if (isChosen) return [];
  if (!branch) return [{ message: 'clone', data: { repository }, range, fixes }];
  const name = expandAt(document, branch.value, command.range.start);
  if (!name.known || !isBranch(name.value)) return [];
  return [{ message: 'branch', data: { branch: name.value, repository }, range, fixes }];
}

/** Host and path without the ending; absent for a folder of this machine and for what a variable hides. */
function repositoryOf(address: string): string | undefined {
  const match = /^(?:https?|git|ssh):\/\/(?:[^/@]*@)?([^/?#]+\/[^?#]+)/i.exec(address);
  const path = match?.[1]?.replace(/\/$/, '');
  return path === undefined || /[$`]/.test(path) || path.includes(UNKNOWN) ? undefined : path;
}

function checkOut(
  document: DockerfileDocument,
  { form, script }: RunInstruction,
  { command, source, folder, shallow, recursive }: GitClone,
): readonly Edit[] | undefined {
  const next = script.commands.find((it) => it.range.start >= command.range.end);
  if (form === 'exec' || script.language !== 'posix' || document.escape !== '\\' || recursive) return undefined;
  if (command.joinedBy === '||' || next?.joinedBy === '||' || command.parent || command.pipedInto) return undefined;
  if (command.wrappers.length > 0 || command.redirects.length > 0) return undefined;
  const last = source.value.replace(/\/$/, '').replace(/\.git$/, '');
  const into = folder
    ? document.text.slice(folder.range.start, folder.range.end)
    : last.slice(Math.max(last.lastIndexOf('/'), last.lastIndexOf(':')) + 1);
  if (!/^[\w./$'"{}~-]+$/.test(into)) return undefined;
  const dropped = removeWords(
    document.text,
    shallow.map((it) => it.range),
  );
  const at = command.range.end;
  return dropped && [...dropped, { range: { start: at, end: at }, text: ` && git -C ${into} checkout GIT_COMMIT` }];
}

function inAdd(document: DockerfileDocument, { sources, flags }: CopyInstruction): readonly Found[] {
  if (flags.some((it) => it.name === 'checksum')) return [];
  return sources.flatMap(({ value, range }): readonly Found[] => {
    const { value: address, known } = expandAt(document, value, range.start);
    const read = readGitAddress(address);
    if (
      !read ||
      !known ||
      /[?&](?:checksum|commit)=/.test(address) ||
      /^(?:[0-9a-f]{40,64}|GIT_COMMIT)$/.test(read.revision)
    )
      return [];
    const { repository, revision } = read;
    const isTag = revision !== '' && !isBranch(revision);
    const fixes = nameCommit(document, value, range);
    if (!isTag) return [{ message: 'added', data: { repository }, range, fixes }];
    return [{ message: 'tag', data: { tag: revision, repository }, range, fixes }];
  });
}

function nameCommit(document: DockerfileDocument, value: string, range: Found['range']): readonly Fix<'nameCommit'>[] {
  if (document.text.slice(range.start, range.end) !== value || /[?$]/.test(value)) return [];
  const hash = value.indexOf('#');
  const from = hash < 0 ? value.length : hash;
  const folder = hash < 0 ? -1 : value.indexOf(':', hash);
  const to = folder < 0 ? value.length : folder;
  const edits = [{ range: { start: range.start + from, end: range.start + to }, text: '#GIT_COMMIT' }];
  return [{ title: 'nameCommit', applicability: 'manual', edits }];
}
