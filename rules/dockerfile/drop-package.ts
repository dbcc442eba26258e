import { deleteLines, type Edit } from '../core/edit.js';
import type { Fix } from '../core/finding.js';
import type { PackageInstall, PackageWord } from '../shell/model.js';
import { SYSTEM_PACKAGES } from '../shell/package-kinds.js';
import type { DockerfileDocument, RunInstruction } from './model.js';
import type { InstalledPackages } from './queries.js';

/** Takes one package out of its installation, or the RUN out of the file where it does nothing else. */
export function dropPackage(
  document: DockerfileDocument,
  { run, install }: InstalledPackages,
  { name, word }: PackageWord,
): Fix<'drop' | 'dropRun'> | undefined {
  if (run.form === 'exec') return undefined;
  const data = { package: name };
  if (install.packages.length > 1 || install.lists.length > 0) {
    const edit = withoutWord(document, install, word.range.start, word.range.end);
    return edit ? { title: 'drop', data, applicability: 'unsafe', edits: [edit] } : undefined;
  }
  if (!installsOnly(run)) return undefined;
  return { title: 'dropRun', data, applicability: 'unsafe', edits: [deleteLines(document.text, run.range)] };
}

/** Takes the word out with the white space before it, or with its line where a comment stands there. */
function withoutWord(
  { text, escape }: DockerfileDocument,
  { command }: PackageInstall,
  start: number,
  end: number,
): Edit | undefined {
  const previous = command.words.reduce(
    (latest, it) => (it.range.end <= start ? Math.max(latest, it.range.end) : latest),
    0,
  );
  if (previous === 0) return undefined;
  const between = text.slice(previous, start);
  const blank = escape === '\\' ? /^[\s\\]+$/ : /^[\s`]+$/;
  return blank.test(between) ? { range: { start: previous, end }, text: '' } : undefined;
}

const AROUND_INSTALLS: ReadonlySet<string> = new Set(['set', 'rm', 'apt-get', ...SYSTEM_PACKAGES]);

function installsOnly({ script, facts, heredocs }: RunInstruction): boolean {
  return (
    script.complete &&
    heredocs.length === 0 &&
    facts.installs.length === 1 &&
    script.commands.every((it) => AROUND_INSTALLS.has(it.name) && !it.conditional)
  );
}
