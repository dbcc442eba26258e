import { instructionsOf } from '../dockerfile/queries.js';
import { glibcBase, isAlpine, releaseOf, staticBase, systemBase } from './bases.js';
import { compiledPlan, type Output } from './compiled.js';
import { readAt } from './context.js';
import type { Ecosystem } from './ecosystem.js';
import { joinPath, optionIn, type Reading, variableIn, type Work } from './reading.js';

export const rust: Ecosystem = {
  name: 'Rust',
  includes: ['C'],
  builds: (reading) => builds(reading).length > 0,
  plan: (reading) => {
    const isStatic = linksNothing(reading);
    return compiledPlan(reading, {
      outputs: builds(reading).flatMap((it) => outputsOf(reading, it)),
      use: { links: !isStatic, language: false },
      base: ({ shell, packages }) => {
        if (shell || packages.length > 0) return systemBase(reading);
        if (isStatic) return staticBase(reading);
        return isAlpine(reading) ? systemBase(reading) : glibcBase(reading, 'cc');
      },
      buildVariables: /^(?:CARGO_\w+|RUSTFLAGS|RUSTUP_\w+|RUST_VERSION|OPENSSL_\w+|PATH|USER|TARGET)$/,
      sources: /\.(?:rs|lock)$|^(?:Cargo\.\w+\*?|src|crates|rust-toolchain.*|build\.rs|benches|examples|\.cargo)$/,
      ending: /\.rs$/,
      hint: '`CMD ["/usr/local/bin/app"]`, copied there from target/release',
      libraries: isStatic ? [] : librariesOf(reading),
      besides: isStatic || isAlpine(reading) || reading.tag.includes('slim') ? [] : [opensslOf(reading)],
    });
  },
};

function builds({ work }: Reading): readonly Work[] {
  return work.filter(({ command, words }) => command.name === 'cargo' && /^(?:build|b|install)$/.test(taskOf(words)));
}

function taskOf(words: readonly string[]): string {
  return words.slice(1).find((it) => !it.startsWith('-') && !it.startsWith('+')) ?? '';
}

/** `target/release/NAME`; `cargo install` puts it into the home of cargo. */
function outputsOf(reading: Reading, work: Work): readonly Output[] {
  const { words, folder } = work;
  if (taskOf(words) === 'install') {
    const root = optionIn(words, '--root');
    const into = root === undefined ? '/usr/local/cargo/bin' : `${joinPath(folder, root) ?? ''}/bin`;
    const from = optionIn(words, '--path');
    const names =
      from === undefined
        ? words
            .slice(2)
            .filter((it) => /^[\w-]+$/.test(it) && !it.startsWith('-'))
            .slice(0, 1)
        : namesIn(reading, joinPath(folder, from));
    return names.length === 0
      ? [{ work, folder: into }]
      : names.map((it) => ({ work, path: `${into}/${it}`, folder: into }));
  }
  const profile =
    words.includes('--release') || words.includes('-r') ? 'release' : (optionIn(words, '--profile') ?? 'debug');
  const triple = optionIn(words, '--target') ?? variableIn(reading, 'CARGO_BUILD_TARGET');
  const manifest = optionIn(words, '--manifest-path');
  const own = manifest === undefined ? folder : joinPath(folder, manifest.replace(/\/?Cargo\.toml$/, '') || '.');
  const target = optionIn(words, '--target-dir') ?? variableIn(reading, 'CARGO_TARGET_DIR') ?? 'target';
  const into = joinPath(own, [target, ...(triple === undefined ? [] : [triple]), profile].join('/'));
  if (into === undefined) return [{ work }];
  const named = optionIn(words, '--bin');
  const names = named === undefined ? namesIn(reading, own) : [named];
  return names.length === 0
    ? [{ work, folder: into }]
    : names.map((it) => ({ work, path: `${into}/${it}`, folder: into }));
}

/** The programs of a package, as its manifest names them. */
function namesIn(reading: Reading, folder: string | undefined): readonly string[] {
  const text = folder === undefined ? undefined : readAt(reading, `${folder === '/' ? '' : folder}/Cargo.toml`);
  if (text === undefined) return [];
  const bins = [...text.matchAll(/\[\[bin\]\][^[]*?\bname\s*=\s*"([\w-]+)"/g)].flatMap((it) => it[1] ?? []);
  const name = /\[package\][^[]*?\bname\s*=\s*"([\w-]+)"/.exec(text)?.[1];
  return bins.length > 0 ? bins : name === undefined ? [] : [name];
}

/** On musl everything is linked in, unless headers of the system are there to link to. */
function linksNothing(reading: Reading): boolean {
  const { work, stage } = reading;
  const headers = instructionsOf(stage.instructions, 'RUN').some((run) =>
    run.facts.installs.some((it) =>
      it.packages.some(({ name }) => name.endsWith('-dev') && !/^(?:musl|libc)/.test(name)),
    ),
  );
  const forMusl = builds(reading).every(({ words }) =>
    /musl/.test(optionIn(words, '--target') ?? variableIn(reading, 'CARGO_BUILD_TARGET') ?? ''),
  );
  const flags = `${variableIn(reading, 'RUSTFLAGS') ?? ''} ${work.flatMap((it) => it.command.assignments.map((one) => one.value?.value ?? '')).join(' ')}`;
  if (/[+-]crt-static/.test(flags)) return /\+crt-static/.test(flags);
  return forMusl || (isAlpine(reading) && !headers);
}

/** The full image of Rust has OpenSSL, which its most used clients link to. */
function opensslOf(reading: Reading): string {
  const release = releaseOf(reading);
  return release === undefined || release === 'trixie'
    ? 'libssl3t64'
    : release === 'bullseye'
      ? 'libssl1.1'
      : 'libssl3';
}

/** What well-known crates link to. The OpenSSL of the full image is in the run-time image, too. */
function librariesOf(reading: Reading): readonly string[] {
  const text = builds(reading)
    .map((it) => (it.folder === undefined ? '' : (readAt(reading, `${it.folder}/Cargo.toml`) ?? '')))
    .join('\n');
  const apk = isAlpine(reading);
  const found = [
    ...(/\bdiesel\b[^\n]*postgres|pq-sys/.test(text) ? [apk ? 'libpq' : 'libpq5'] : []),
    ...(/\bdiesel\b[^\n]*mysql|mysqlclient-sys/.test(text) ? [apk ? 'mariadb-connector-c' : 'libmariadb3'] : []),
    ...(/\bdiesel\b[^\n]*sqlite/.test(text) && !/bundled/.test(text) ? [apk ? 'sqlite-libs' : 'libsqlite3-0'] : []),
  ];
  return found.length > 0 && !apk ? [...found, 'libgcc-s1'] : found;
}
