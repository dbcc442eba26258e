import { applyEdits } from '../../rules/core/edit.js';
import { STANDALONE } from '../../rules/core/project.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { isRefusal } from '../../rules/multistage/plan.js';
import { multiStage } from '../../rules/multistage/rewrite.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';

/** What came out: the new text, the reason why there is none, or `nothing` where nothing is built. */
export function rewritten(text: string, around?: Readonly<Record<string, string>>): string {
  const document = parseDockerfile(text);
  const stage = document.stages.at(-1);
  const project = around ? projectOfTexts('Dockerfile', { ...around, Dockerfile: text }) : STANDALONE;
  const result = stage && multiStage(document, stage, { project, numeric: false });
  if (!result) return 'nothing';
  return isRefusal(result) ? `refused: ${result.refused}` : applyEdits(text, result.edits);
}

/** The last stage of the text, from its FROM on. */
export function runStage(text: string): string {
  const at = text.lastIndexOf('\nFROM ');
  return at < 0 ? text : text.slice(at + 1);
}

/** Lines without the indentation that all of them share, and without blank ones around. */
export function lines(text: string): string {
  const all = text
    .replace(/^\n/, '')
    .replace(/\n[ \t]*$/, '\n')
    .split('\n');
  const depth = Math.min(...all.filter((it) => it.trim() !== '').map((it) => it.search(/\S/)));
  return all.map((it) => it.slice(depth)).join('\n');
}
