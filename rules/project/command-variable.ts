import type { ComposeDocument } from '../compose/model.js';
import { isElsewhere } from '../core/elsewhere.js';
import type { Fix } from '../core/finding.js';
import type { Project } from '../core/project.js';
import type { CommandSecret } from '../secrets/command-secrets.js';
import type { ShellCommand } from '../shell/model.js';
import { keepInEnvFile } from './env-file.js';

/** A name for what a program is given with an option: `REDIS_SERVER_PASSWORD`. */
export function variableFor(program: string, option: string): string {
  const kind = /token|^authorization$|key/i.test(option) ? 'TOKEN' : 'PASSWORD';
  return `${program.toUpperCase().replaceAll(/\W/g, '_')}_${kind}`;
}

/** Puts a variable of compose in the place of a value, which moves to `.env`. The same value has the same variable. */
export function interpolated(
  { text }: ComposeDocument,
  project: Project,
  { value, option, word }: CommandSecret,
  { name: program }: ShellCommand,
  names: Map<string, string>,
): Fix<'interpolate' | 'moveToEnvFile'> | undefined {
  const { start, end } = word.range;
  if (isElsewhere(word.range)) return undefined;
  const written = text.slice(start, end);
  const at = written.indexOf(value);
  if (at < 0 || written.includes(value, at + 1)) return undefined;
  const wanted = variableFor(program, option);
  let name = names.get(value) ?? wanted;
  const taken = new Set([...names].flatMap(([other, it]) => (other === value ? [] : [it])));
  for (let count = 2; text.includes(name) || taken.has(name); count++) name = `${wanted}_${count}`;
  names.set(value, name);
  const required = `\${${name}:?}`;
  const kept = project.path === undefined ? undefined : keepInEnvFile(project, project.path, name, value);
  // Braces mean something to YAML in a list in brackets.
  const isBare = at === 0 && written === value && /\[[^\]"'\n]*$/.test(text.slice(Math.max(0, start - 500), start));
  return {
    title: kept ? 'moveToEnvFile' : 'interpolate',
    data: { required },
    applicability: 'unsafe',
    edits: [
      { range: { start: start + at, end: start + at + value.length }, text: isBare ? `"${required}"` : required },
      ...(kept ?? []),
    ],
  };
}
