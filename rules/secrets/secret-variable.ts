import type { Edit } from '../core/edit.js';
import type { DockerfileDocument, RunInstruction } from '../dockerfile/model.js';

/**
 * How a secret becomes a variable of one RUN: by the mount itself, since release 1.10 of the Dockerfile frontend, or read
 * from the file that older ones mount, since 1.2. Undefined: the file asks for a frontend that knows neither, or one of its own.
 */
export type SecretForm = 'variable' | 'file';

const FIRST_WITH_VARIABLES = 10;
const FIRST_WITH_FILES = 2;

export function secretForm({ directives, stages }: DockerfileDocument): SecretForm | undefined {
  if (stages.some((it) => it.windows)) return undefined;
  const syntax = directives.find((it) => it.name === 'syntax')?.value.value;
  if (syntax === undefined) return 'variable';
  const release =
    /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?:1(?:\.(\d{1,3}))?(?![\d.]*\d)(?!\S*experimental)/.exec(syntax);
  if (!release) return undefined;
  const minor = Number(release[1] ?? Number.POSITIVE_INFINITY);
  if (minor >= FIRST_WITH_VARIABLES) return 'variable';
  return minor >= FIRST_WITH_FILES ? 'file' : undefined;
}

/** The name under which the secret is given to the build: `docker build --secret id=npm_token`. */
export function secretId(name: string): string {
  return name.toLowerCase();
}

/** Makes a secret a variable of one RUN; undefined where that cannot be done in place. */
export function mountVariable(
  document: DockerfileDocument,
  run: RunInstruction,
  name: string,
): readonly Edit[] | undefined {
  const form = secretForm(document);
  const { mounts, bodyRange } = run;
  if (!form) return undefined;
  const mounted = mounts.some(
    (it) => it.type === 'secret' && it.options.some((one) => one.name === 'env' && one.value === name),
  );
  if (mounted) return [];
  const id = secretId(name);
  if (form === 'variable')
    return [...syntaxLine(document), mountFlag(document, run, `--mount=type=secret,id=${id},env=${name}`)];
  const plain = run.form === 'shell' && run.script.language === 'posix' && run.heredocs.length === 0;
  if (!plain || !/[\w./({$[]/.test(document.text.charAt(bodyRange.start))) return undefined;
  return [
    mountFlag(document, run, `--mount=type=secret,id=${id}`),
    { range: { start: bodyRange.start, end: bodyRange.start }, text: `export ${name}="$(cat /run/secrets/${id})" && ` },
  ];
}

const LONG_LINE = 100;

/** Puts the flag first, on a line of its own where one line would be long. */
export function mountFlag(
  { text, eol, escape }: DockerfileDocument,
  { keywordRange, range }: RunInstruction,
  flag: string,
): Edit {
  const lines = text.slice(range.start, Math.min(range.end, range.start + 2000)).split('\n', 2);
  const [first = '', second] = lines;
  const start = keywordRange.end;
  const blank = /^[ \t]*/.exec(text.slice(start, range.end))?.[0] ?? '';
  const breaks = first.length + flag.length >= LONG_LINE && blank !== '' && text[start + blank.length] !== escape;
  if (!breaks) return { range: { start, end: start }, text: ` ${flag}` };
  const indentation = /^[ \t]+/.exec(second ?? '')?.[0] ?? '    ';
  return { range: { start, end: start + blank.length }, text: ` ${flag} ${escape}${eol}${indentation}` };
}

/** Puts commands before those of a RUN that gets a flag, each on lines of their own. */
export function commandsBefore(
  { escape, eol }: DockerfileDocument,
  { bodyRange }: RunInstruction,
  flag: readonly Edit[],
  commands: string,
): Edit {
  const next = ` ${escape}${eol}    `;
  const breaks = flag.some((it) => it.text.startsWith(' --mount') && it.text.includes(eol));
  const { start } = bodyRange;
  return { range: { start, end: start }, text: `${breaks ? '' : next.slice(1)}${commands}${next}&& ` };
}

/** The engine's own frontend may be older than the mounts as variables: the line fetches a current one. */
function syntaxLine({ directives, text, eol }: DockerfileDocument): readonly Edit[] {
  if (directives.some((it) => it.name === 'syntax')) return [];
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  return [{ range: { start, end: start }, text: `# syntax=docker/dockerfile:1${eol}` }];
}
