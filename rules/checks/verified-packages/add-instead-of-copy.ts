import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { UNKNOWN } from '../../core/text.js';
import type { CopyInstruction, DockerfileDocument } from '../../dockerfile/model.js';
import { everyInstruction, expandAt } from '../../dockerfile/queries.js';

export default defineRule({
  id: 'add-instead-of-copy',
  severity: 'info',
  summary: 'Files of the build context are copied with COPY, not with ADD.',
  why: `
    COPY only copies. ADD looks at what it is given: it fetches addresses and unpacks every local archive, whatever its name. When
    somebody can change a file of the context, a value in the source's name or an artefact of an earlier job, ADD turns an archive put in
    its place into files all over the image, and an address into a download.

    ADD is the right choice for archives that are to be unpacked, for addresses (best with \`--checksum\`) and for git repositories; those are
    left alone.
  `,
  fixSafety: `
    Safe for a named file or folder. Where the source is a pattern or a variable without a default, it may stand for an archive, which
    COPY does not unpack; then the fix is not applied by itself.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#add-or-copy',
    'https://docs.docker.com/reference/dockerfile/#adding-local-tar-archives',
  ],
  standards: { cis: ['4.9'] },
  equivalents: {
    hadolint: ['DL3020'],
    trivy: ['DS-0005'],
    checkov: ['CKV_DOCKER_4'],
    semgrep: ['prefer-copy-over-add'],
    tally: ['DL3020'],
  },
  messages: {
    local: 'ADD of {source} also unpacks an archive or follows an address that is put in its place. Use COPY.',
    unknown: 'Unless {source} is an address or an archive, ADD does no more here than COPY. Use COPY.',
  },
  titles: { useCopy: 'Replace ADD with COPY' },

  check: {
    dockerfile(document) {
      return everyInstruction(document).flatMap((it) => (it.keyword === 'ADD' ? judge(document, it) : []));
    },
  },

  examples: [
    {
      title: 'A file and a folder',
      in: 'dockerfile',
      bad: `
        FROM python:3.14
        «ADD» requirements.txt /app/
        «add» --chown=app:app src config.d /app/
        «ADD» ["with blank.txt", "/app/"]
      `,
      expect: ['local', 'local', 'local'],
      fixed: `
        FROM python:3.14
        COPY requirements.txt /app/
        copy --chown=app:app src config.d /app/
        COPY ["with blank.txt", "/app/"]
      `,
    },
    {
      title: 'The whole context, and a variable with a default',
      in: 'dockerfile',
      bad: `
        FROM eclipse-temurin:25-jre
        ARG JAR=target/app.jar
        «ADD» . /src
        «ADD» $JAR /app.jar
        ONBUILD «ADD» package.json /app/
      `,
      expect: ['local', 'local', 'local'],
      fixed: `
        FROM eclipse-temurin:25-jre
        ARG JAR=target/app.jar
        COPY . /src
        COPY $JAR /app.jar
        ONBUILD COPY package.json /app/
      `,
    },
    {
      title: 'A name that only the caller knows',
      in: 'dockerfile',
      bad: `
        FROM eclipse-temurin:25-jre
        ARG JAR_FILE
        «ADD» \${JAR_FILE} app.jar
      `,
      expect: ['unknown'],
      confidence: 'low',
      fixed: `
        FROM eclipse-temurin:25-jre
        ARG JAR_FILE
        COPY \${JAR_FILE} app.jar
      `,
    },
    {
      title: 'Archives to be unpacked',
      in: 'dockerfile',
      good: `
        FROM scratch
        ADD rootfs.tar.xz /
        ADD alpine-minirootfs-*.tar.gz /
        ADD app.tgz data.tar.zst /srv/
        ADD ["layer.tar", "/"]
      `,
    },
    {
      title: 'Addresses, git repositories, checksums and heredocs',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ADD https://tool.example.com/tool.bin /usr/local/bin/tool
        ADD --checksum=sha256:3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b https://tool.example.com/data /data
        ADD git@github.com:acme/tool.git#v1.2.3 /src
        ADD https://github.com/acme/tool.git#v1.2.3 /src
        ADD <<EOF /etc/tool.conf
        key = value
        EOF
      `,
    },
    {
      title: 'A variable that may be the address of a download',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG TOOL_URL
        ARG BASE=https://tool.example.com
        ADD \${TOOL_URL} /tmp/
        ADD \${BASE}/tool.bin /tmp/
      `,
    },
  ],
});

function judge(
  document: DockerfileDocument,
  instruction: CopyInstruction,
): readonly Finding<'local' | 'unknown', 'useCopy', never>[] {
  const { sources, flags, heredocs, keywordRange: range } = instruction;
  if (sources.length === 0 || !instruction.destination || heredocs.length > 0) return [];
  if (flags.some((it) => /^(?:checksum|keep-git-dir|unpack)$/.test(it.name))) return [];
  const expanded = sources.map((it) => expandAt(document, it.value, it.range.start));
  if (expanded.some((it) => isRemote(it.value) || isArchive(it.value))) return [];
  if (expanded.some((it, index) => !it.known && mayBeRemote(it.value, sources[index]?.value ?? ''))) return [];

  const data = { source: sources.map((it) => it.value).join(', ') };
  const guess = expanded.some(({ value }) => /[*?[]/.test(value) || value.includes(UNKNOWN));
  const written = document.text.slice(range.start, range.end);
  const fix: Fix<'useCopy'> = {
    title: 'useCopy',
    applicability: guess ? 'unsafe' : 'safe',
    edits: [{ range, text: written === written.toLowerCase() ? 'copy' : 'COPY' }],
  };
  return expanded.every((it) => it.known)
    ? [{ message: 'local', data, range, fixes: [fix] }]
    : [{ message: 'unknown', data, range, confidence: 'low', fixes: [fix] }];
}

/** Addresses and git repositories, as BuildKit tells them from paths (util/gitutil, frontend/dockerfile/instructions). */
function isRemote(source: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|[\w.-]+@[\w.-]+:)/i.test(source) || /\.git(?:#.*)?$/.test(source);
}

/** Names under which archives come; ADD itself looks at the content. */
function isArchive(source: string): boolean {
  return (
    /\.(?:tar|t(?:gz|bz2?|b2|lz|xz|pz|zst|z)|gz|bz2|xz|lz|lz4|lzma|zst|z)$/i.test(source) || /\.tar[.*?[]/i.test(source)
  );
}

/** What the caller fills in may be an address: by the variable's name, or because a path follows it. */
function mayBeRemote(value: string, written: string): boolean {
  return (
    value.startsWith(`${UNKNOWN}/`) || /\$\{?\w*(?:url|uri|link|mirror|repo|archive|tar|tgz|rootfs)/i.test(written)
  );
}
