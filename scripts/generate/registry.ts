import { PRACTICES } from '../../rules/core/practice.js';
import type { RegisteredRule } from '../../rules/core/rule.js';

/** The text of `rules/registry.generated.ts`. */
export function registry(rules: readonly RegisteredRule[]): string {
  const imports = rules.map((it) => `import ${variable(it.id)} from './checks/${it.practice.folder}/${it.id}.js';`);
  const entries = rules.map(
    (it) => `  { ...${variable(it.id)}, practice: PRACTICES[${PRACTICES.findIndex((one) => one === it.practice)}] },`,
  );
  return `// Written by \`npm run generate\` from the file names in rules/checks. Do not edit.
${[...imports, ...(rules.length > 0 ? ["import { PRACTICES } from './core/practice.js';"] : [])].join('\n')}
import type { RegisteredRule } from './core/rule.js';

/** Every rule, by practice, then by id. */
export const RULES: readonly RegisteredRule[] = [
${entries.join('\n')}
];

const BY_ID: ReadonlyMap<string, RegisteredRule> = new Map(RULES.map((it) => [it.id, it]));

export function ruleById(id: string): RegisteredRule | undefined {
  return BY_ID.get(id);
}
`;
}

function variable(id: string): string {
  return id.replace(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
