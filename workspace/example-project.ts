import { exampleText, readMarks } from '../rules/core/example.js';
import { type Project, STANDALONE } from '../rules/core/project.js';
import type { Example } from '../rules/core/rule.js';
import { projectOfTexts } from './project-of-texts.js';

/** The files around the example of a rule. */
export function exampleProject(example: Example): Project {
  if (example.path === undefined) return STANDALONE;
  const own = readMarks(exampleText('good' in example ? example.good : example.bad, '\n')).text;
  const texts = Object.entries(example.around ?? {}).map(([path, text]) => [path, exampleText(text, '\n')]);
  return projectOfTexts(example.path, Object.fromEntries([[example.path, own], ...texts]));
}

/** What registries have in the example of a rule. */
export function exampleDigests({ digests = {} }: Example): ReadonlyMap<string, string> {
  return new Map(Object.entries(digests));
}
