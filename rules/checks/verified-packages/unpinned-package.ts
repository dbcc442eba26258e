import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument } from '../../dockerfile/model.js';
import { everyInstruction } from '../../dockerfile/queries.js';
import type { PackageInstall, PackageWord } from '../../shell/model.js';
import { unpinnedSystemPackages } from '../../shell/unpinned.js';

export default defineRule({
  id: 'unpinned-package',
  severity: 'info',
  profile: 'strict',
  summary: 'Packages of the operating system are installed in a named version.',
  why: `
    Without a version the mirror decides what is installed, on the day of the build. Two builds of one commit differ, a bad or
    tampered release is in the next image before anybody has looked at it, and there is no line in the file's history to tell when it
    came.

    A version has its price: mirrors drop old packages after a security update, and then the build stops until somebody raises the
    number. Packages that others pull in stay free all the same. That is why this rule is off unless it is asked for. Where everything is
    to be the same, build from a snapshot of the archive (snapshot.debian.org, snapshot.ubuntu.com); a stage that does is left alone, and so are
    files, groups, and names that come from variables.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#apt-get',
    'https://snapshot.debian.org/',
    'https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper',
  ],
  standards: { nist: ['4.1.1'], owasp: ['RULE #13'], cwe: ['CWE-1357'] },
  equivalents: {
    hadolint: ['DL3008', 'DL3018', 'DL3033', 'DL3037', 'DL3041'],
    tally: ['DL3008', 'DL3018', 'DL3033', 'DL3037', 'DL3041'],
  },
  messages: {
    one: '{package} is installed in the version of the day, so two builds can differ. Add a version: {example}.',
    several: '{packages} are installed in the version of the day, so two builds can differ. Add a version: {example}.',
  },

  check: {
    dockerfile(document) {
      if (/\bsnapshot\.(?:debian\.org|ubuntu\.com)\b|--snapshot\b/.test(document.text)) return [];
      return everyInstruction(document).flatMap((it) =>
        it.keyword === 'RUN' ? it.facts.installs.flatMap((install) => judge(document, install)) : [],
      );
    },
  },

  examples: [
    {
      title: 'Packages without a version',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN apt-get update && apt-get install -y --no-install-recommends «curl» git=1:2.47.3-0+deb13u1
      `,
      expect: ['one'],
      fixed: null,
    },
    {
      title: 'Several packages, over several lines',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.24
        RUN apk add --no-cache \\
            «curl \\
            git \\
            openssl»
      `,
      expect: ['several'],
      fixed: null,
    },
    {
      title: 'Other package managers',
      in: 'dockerfile',
      bad: `
        FROM fedora:44 AS a
        RUN dnf -y install «httpd» && dnf clean all
        FROM opensuse/leap:16.0 AS b
        RUN ["zypper", "install", "-y", "«httpd»"]
        FROM rockylinux/rockylinux:9
        RUN yum install -y «java-21-openjdk» && microdnf install «tar» && dnf module install -y «nodejs»
      `,
      expect: ['one', 'one', 'one', 'one', 'one'],
      fixed: null,
    },
    {
      title: 'Versions, releases and files',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS a
        RUN apt-get install -y curl=8.14.1-2 nginx=1.26.* tool/stable ./tool.deb /tmp/other.deb
        FROM alpine:3.24 AS b
        RUN apk add --no-cache curl=8.17.0-r1 'git~=2.52' "openssl>3.5" tool.apk
        FROM fedora:44 AS c
        RUN dnf install -y httpd-2.4.66-1.fc44 nodejs:22 @development-tools https://packages.example.com/tool.rpm
        FROM opensuse/leap:16.0
        RUN zypper install -y httpd=2.4.66 'curl>=8.14'
      `,
    },
    {
      title: 'Names from variables, upgrades and removals',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG PACKAGES
        RUN apt-get update && apt-get upgrade -y && apt-get install -y $PACKAGES "curl=\${CURL_VERSION}" && apt-get purge -y wget
      `,
    },
    {
      title: 'A snapshot of the archive',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN echo 'deb [check-valid-until=no] https://snapshot.debian.org/archive/debian/20260801T000000Z trixie main' > /etc/apt/sources.list
        RUN apt-get update && apt-get install -y curl
      `,
    },
  ],
});

function judge(
  document: DockerfileDocument,
  install: PackageInstall,
): readonly Finding<'one' | 'several', never, never>[] {
  const packages = unpinnedSystemPackages(install);
  const [first] = packages;
  const last = packages.at(-1);
  if (!first || !last) return [];
  const range = { start: first.word.range.start, end: last.word.range.end };
  const example = exampleFor(install);
  return packages.length === 1
    ? [{ message: 'one', data: { package: first.name, example }, range: exactly(document, first) }]
    : [{ message: 'several', data: { packages: listed(packages), example }, range }];
}

/** The word in a list of the exec form stands in quotes. */
function exactly({ text }: DockerfileDocument, { word: { range } }: PackageWord) {
  return text[range.start] === '"' && text[range.end - 1] === '"'
    ? { start: range.start + 1, end: range.end - 1 }
    : range;
}

function exampleFor({ manager }: PackageInstall): string {
  return manager === 'apt' || manager === 'apk' || manager === 'zypper' ? '=VERSION' : '-VERSION';
}

function listed(packages: readonly PackageWord[]): string {
  const names = packages.map((it) => it.name);
  return names.length <= 3 && names.join('').length < 60 ? names.join(', ') : `${names[0] ?? ''} … (${names.length})`;
}
