import { instructionsOf } from '../dockerfile/queries.js';
import { isAlpine, staticBase, systemBase } from './bases.js';
import { installedPlan } from './c-install.js';
import { compiledPlan, type Output } from './compiled.js';
import type { Ecosystem } from './ecosystem.js';
import { isRefusal, type Refusal, type RunBase } from './plan.js';
import { joinPath, optionIn, type Reading, type Work } from './reading.js';

export const c: Ecosystem = {
  name: 'C',
  builds: (reading) =>
    builds(reading).length > 0 && /^(?:gcc|debian|ubuntu|alpine|buildpack-deps)$/.test(reading.base ?? ''),
  plan: (reading) => {
    const isStatic = builds(reading).every(({ words }) => words.includes('-static'));
    const libraries = !isStatic && usesCxx(reading) ? [isAlpine(reading) ? 'libstdc++' : 'libstdc++6'] : [];
    const base = sharedBase(reading);
    const installed = isRefusal(base)
      ? undefined
      : // Debian's package manager is written in C++.
        installedPlan(reading, {
          base,
          libraries: base.packages === 'apk' ? libraries : [],
          buildVariables: BUILD_VARIABLES,
        });
    return (
      installed ??
      compiledPlan(reading, {
        outputs: builds(reading).map(outputOf),
        use: { links: !isStatic, language: false },
        base: ({ shell, packages }) => (isStatic && !shell && packages.length === 0 ? staticBase(reading) : base),
        buildVariables: BUILD_VARIABLES,
        sources:
          /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|s|S|cmake|ac|am|in|mk)$|^(?:src|include|lib|CMakeLists\.txt|Makefile|configure|GNUmakefile|meson\.build)$/,
        ending: /\.(?:c|cc|cpp|cxx)$/,
        hint: '`gcc -o /usr/local/bin/app`',
        certificates: false,
        libraries,
      })
    );
  },
};

const BUILD_VARIABLES = /^(?:CC|CXX|\w*FLAGS|PKG_CONFIG_PATH|CMAKE_\w+|PATH|LD_LIBRARY_PATH)$/;

const COMPILERS = /^(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)$/;

function builds({ work }: Reading): readonly Work[] {
  return work.filter(
    ({ command, words }) =>
      COMPILERS.test(command.name) ||
      /^g?make$/.test(command.name) ||
      (command.name === 'cmake' && (words.includes('--build') || words.includes('--install'))) ||
      (command.name === 'meson' && /^(?:compile|install)$/.test(words[1] ?? '')) ||
      command.name === 'ninja',
  );
}

/** What `make` leaves is somewhere in its folder; where `make install` leaves it, nobody can tell. */
function outputOf(work: Work): Output {
  const { command, words, folder } = work;
  if (COMPILERS.test(command.name)) {
    const written = optionIn(words, '-o');
    const path = joinPath(folder, written ?? 'a.out');
    return words.includes('-c') || path === undefined ? { work } : { work, path };
  }
  const into = optionIn(words, '-C', '--directory', '--build');
  const own = into === undefined ? folder : joinPath(folder, into);
  return own === undefined || words.includes('install') ? { work } : { work, folder: own, loose: true };
}

function usesCxx(reading: Reading): boolean {
  const installed = instructionsOf(reading.stage.instructions, 'RUN').some((run) =>
    run.facts.installs.some((it) =>
      it.packages.some(({ name }) => /^(?:g\+\+.*|build-essential|build-base|clang.*)$/.test(name)),
    ),
  );
  return builds(reading).some(({ command, words }) => {
    if (command.name.endsWith('++') || words.some((it) => /\.(?:cc|cpp|cxx)$/.test(it))) return true;
    return /make|ninja/.test(command.name) && (installed || reading.base === 'gcc');
  });
}

/** GCC's own image brings a library of C++ that may be newer than the distribution's: Debian 13 has that of GCC 14. */
function sharedBase(reading: Reading): RunBase | Refusal {
  const { base, tag, stage } = reading;
  const version = Number.parseInt(tag, 10);
  if (base === 'gcc' && usesCxx(reading) && !(version <= 14))
    return {
      refused: 'base',
      data: { image: stage.image?.written ?? 'gcc' },
      range: stage.from.image?.range ?? stage.from.range,
    };
  if (base !== 'gcc' || version <= 12) return systemBase(reading);
  return { image: 'debian:trixie-slim', packages: 'apt', shell: true };
}
