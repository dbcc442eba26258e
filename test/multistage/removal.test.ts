import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type AnalyzeOptions, analyze, verifiedFixes } from '../../rules/core/analyze.js';
import { applyEdits } from '../../rules/core/edit.js';
import { render } from '../../rules/core/message.js';
import { STANDALONE } from '../../rules/core/project.js';

/** What stays when build tools are removed in the RUN that used them. */

const OPTIONS: AnalyzeOptions = { config: DEFAULT_CONFIG, project: STANDALONE };

/** The RUN after its tools are removed, or the packages that do not let them. */
function removed(from: string, run: string, start = 'CMD ["shop"]'): string {
  const analysis = analyze({ kind: 'dockerfile', text: `FROM ${from}\nRUN ${run}\nUSER 10001\n${start}\n` }, OPTIONS);
  const [finding] = analysis.findings.filter((it) => it.rule.id === 'build-tools-in-image');
  if (!finding) return 'nothing found';
  const fix = verifiedFixes(analysis, finding, OPTIONS).find((it) => it.rewrite !== 'multistage');
  if (fix) return applyEdits(analysis.source.text, fix.edits).split('\n')[1]?.slice('RUN '.length) ?? '';
  const kept = finding.related.map((it) => /With (\S+) its library would go/.exec(render(it.message, {}))?.[1]);
  return `kept: ${kept.join(' ')}`;
}

describe('the library of a header package stays', () => {
  it.each([
    ['debian:11.6', 'libgit2-1.1'],
    ['debian:12.11', 'libgit2-1.5'],
    ['debian:trixie-20250630', 'libgit2-1.9'],
  ])('under its name of %s', (from, library) => {
    expect(removed(from, 'apt-get install -y gcc libgit2-dev && make -C /src install')).toBe(
      `apt-get install -y gcc libgit2-dev ${library} && make -C /src install && apt-get purge -y --auto-remove gcc libgit2-dev`,
    );
  });

  it('once, and not where it is installed already', () => {
    expect(removed('debian:12.11', 'apt-get install -y libpq5 libpq-dev && make -C /src install')).toBe(
      'apt-get install -y libpq5 libpq-dev && make -C /src install && apt-get purge -y --auto-remove libpq-dev',
    );
  });

  it('where the release is not known, only under a name that all releases have', () => {
    expect(removed('ubuntu', 'apt-get install -y libsdl2-dev && make -C /src install')).toBe(
      'apt-get install -y libsdl2-dev libsdl2-2.0-0 && make -C /src install && apt-get purge -y --auto-remove libsdl2-dev',
    );
    expect(removed('ubuntu', 'apt-get install -y gcc libgit2-dev && make -C /src install')).toBe('kept: libgit2-dev');
  });

  it('not where the release is older than what is known', () => {
    expect(removed('debian:9', 'apt-get install -y gcc libass-dev && ./configure && make install')).toBe(
      'kept: libass-dev',
    );
  });

  it('on other systems', () => {
    expect(removed('fedora:42', 'dnf install -y gcc openssl-devel && make -C /src install')).toBe(
      'dnf install -y gcc openssl-devel openssl-libs && make -C /src install && dnf remove -y gcc openssl-devel',
    );
    expect(removed('fedora:42', 'dnf install -y gcc shop-devel && make -C /src install')).toBe('kept: shop-devel');
    expect(removed('centos:7', 'yum install -y gcc shop-devel && make -C /src install')).toBe(
      'yum install -y gcc shop-devel && make -C /src install && yum remove -y gcc shop-devel',
    );
    expect(removed('opensuse/leap:15.6', 'zypper install -y gcc libpq-devel && make -C /src install')).toBe(
      'kept: libpq-devel',
    );
  });
});

describe('what a tool brings stays', () => {
  it('the Java that a JDK is made of', () => {
    expect(
      removed(
        'debian:12.11',
        'apt-get install -y openjdk-17-jdk-headless && javac -d /srv /src/Shop.java',
        'CMD ["java", "Shop"]',
      ),
    ).toContain('openjdk-17-jdk-headless openjdk-17-jre-headless &&');
    expect(removed('debian:12.11', 'apt-get install -y maven && mvn -f /src package', 'CMD ["java", "Shop"]')).toBe(
      'kept: maven',
    );
  });

  it('the library of C++ on Alpine, that of Fortran everywhere', () => {
    expect(removed('alpine:3.22', 'apk add --no-cache g++ && make -C /src install')).toContain('g++ libstdc++ &&');
    expect(removed('debian:12.11', 'apt-get install -y g++ && make -C /src install')).toContain('-y g++ &&');
    expect(removed('debian:12.11', 'apt-get install -y gfortran && make -C /src install')).toContain('libgfortran5 &&');
  });

  it('the interpreter that its headers bring, unless the image is its own', () => {
    expect(removed('debian:12.11', 'apt-get install -y gcc python3-dev && make -C /src install')).toContain(
      'python3-dev python3 libpython3.11 &&',
    );
    expect(removed('debian', 'apt-get install -y gcc python3-dev && make -C /src install')).toBe('kept: python3-dev');
    expect(removed('python:3.13-slim', 'apt-get install -y gcc python3-dev && pip install shop==1.0')).toContain(
      'gcc python3-dev &&',
    );
  });
});

describe('tools that the RUN itself does not use', () => {
  it.each([
    ['a compiler for later', 'apt-get install -y gcc && dpkg --print-architecture && rm -rf /var/lib/apt/lists/*'],
    ['git for accounts that log in to it', 'apt-get install -y git && adduser --shell /usr/bin/git-shell shop'],
    ['git for the application', 'apt-get install -y git && curl -sL https://example.com/a.tar.gz | tar xz -C /srv'],
  ])('are not removed: %s', (_, run) => {
    expect(removed('debian:12.11', run)).toBe('kept: ');
  });

  it('are removed where a package manager may fetch with them', () => {
    expect(removed('php:8.4-cli', 'apt-get install -y git && composer install --no-dev', '')).toContain(
      '&& apt-get purge -y --auto-remove git',
    );
  });
});
