import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PRACTICES, type Practice } from '../rules/core/practice.js';
import type { RegisteredRule, Rule } from '../rules/core/rule.js';
import { json, ruleTemplates } from './generate/translations.js';
import { ROOT, runTool } from './run-tool.js';

/** `npm run new-rule PRACTICE ID`: a rule that works, to be changed, and an empty translation of its texts. */

const [folder = '', id = ''] = process.argv.slice(2);
const practice = PRACTICES.find((it) => it.folder === folder || String(it.number) === folder);
const problem = practice ? problemOf(practice, id) : `There is no practice '${folder}'.`;
if (!practice || problem) {
  console.error(`${problem} Usage: npm run new-rule PRACTICE ID, with one of these practices:`);
  for (const it of PRACTICES) console.error(`  ${it.number} ${it.folder}`);
  process.exitCode = 2;
} else {
  await create(practice);
}

async function create(practice: Practice): Promise<void> {
  const file = ruleFile(practice, id);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, skeleton(id));
  const loaded: unknown = await import(pathToFileURL(file).href);
  const rule: RegisteredRule = { ...(loaded as { readonly default: Rule }).default, practice };
  const translations = path.join(ROOT, `l10n/ja/${id}.json`);
  mkdirSync(path.dirname(translations), { recursive: true });
  writeFileSync(translations, json(Object.fromEntries(ruleTemplates(rule).map((it) => [it, '']))));
  runTool('tsx', ['scripts/generate.ts'], { quiet: true });
  for (const it of [file, translations]) console.log(path.relative(ROOT, it).replaceAll(path.sep, '/'));
  console.log(`Next: npx vitest run test/rules.test.ts -t ${id}`);
}

function problemOf(practice: Practice, id: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) return `'${id}' is no rule id: write it in kebab-case.`;
  return existsSync(ruleFile(practice, id)) ? `The rule ${id} exists.` : undefined;
}

function ruleFile(practice: Practice, id: string): string {
  return path.join(ROOT, 'rules/checks', practice.folder, `${id}.ts`);
}

/** Flags MAINTAINER, so that every part is there to be changed and the tests pass from the start. */
function skeleton(id: string): string {
  return `import { deleteLines } from '../../core/edit.js';
import { defineRule } from '../../core/rule.js';
import { instructionsOf } from '../../dockerfile/queries.js';

export default defineRule({
  id: '${id}',
  severity: 'warning',
  summary: 'One sentence that says what is asked for.',
  why: \`
    What an attacker gains, in plain words.

    What to do instead, and when it is fine as it is.
  \`,
  references: ['https://docs.docker.com/reference/dockerfile/'],
  standards: {},
  equivalents: {},
  messages: {
    found: 'MAINTAINER {name} is here, so this happens. Do that instead.',
  },
  titles: {
    remove: 'Remove MAINTAINER',
  },

  check: {
    dockerfile(document) {
      return instructionsOf(document.instructions, 'MAINTAINER').map(({ range, text }) => ({
        message: 'found',
        data: { name: text?.value ?? '' },
        range,
        fixes: [{ title: 'remove', applicability: 'safe', edits: [deleteLines(document.text, range)] }],
      }));
    },
  },

  examples: [
    {
      title: 'The smallest file with the mistake',
      in: 'dockerfile',
      bad: \`
        FROM alpine:3.24
        «MAINTAINER me»
        USER 1000
      \`,
      expect: ['found'],
      fixed: \`
        FROM alpine:3.24
        USER 1000
      \`,
    },
    {
      title: 'What looks alike and is fine',
      in: 'dockerfile',
      good: \`
        FROM alpine:3.24
        USER 1000
      \`,
    },
  ],
});
`;
}
