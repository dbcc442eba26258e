import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../run-tool.js';

export function current(name: string): string | undefined {
  const file = path.join(ROOT, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** In one step, so that whoever reads the file meanwhile has the old text or the new one. */
export function write(name: string, text: string): void {
  const file = path.join(ROOT, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/** The Markdown files below a folder, from the project root. */
export function pagesIn(folder: string): readonly string[] {
  const place = path.join(ROOT, folder);
  if (!existsSync(place)) return [];
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.md'));
  return names.map((it) => `${folder}/${it.replaceAll(path.sep, '/')}`);
}
