import pc from 'picocolors';
import { PRACTICES } from '../rules/core/practice.js';
import { RULES } from '../rules/registry.generated.js';
import { type ExplainArgs, FORMATS, type RulesArgs } from './args.js';
import { EXIT } from './io.js';
import { rulePage } from './rule-page.js';
import type { Say } from './say.js';
import { type Session, sayWrong, unknownRule } from './session.js';
import { TEXTS } from './texts.js';

/** Prints the page of a rule. */
export function explain({ rule: id }: ExplainArgs, { io, say, translations, color }: Session): number {
  const rule = RULES.find((it) => it.id === id);
  if (!rule) {
    io.stderr.write(`${sayWrong(unknownRule('explain', id), say)}\n`);
    return EXIT.failed;
  }
  const { bold } = pc.createColors(color);
  io.stdout.write(`${bold(rule.id)}\n\n${rulePage(rule, translations).text(bold)}\n`);
  return EXIT.clean;
}

/** Prints all rules, by practice. */
export function listRules({ format }: RulesArgs, { io, say, color }: Session): number {
  io.stdout.write(format === 'json' ? rulesAsJson(say) : rulesAsTable(say, color));
  return EXIT.clean;
}

function rulesAsJson(say: Say): string {
  const rules = RULES.map((it) => ({
    rule: it.id,
    practice: it.practice.number,
    level: it.severity,
    profile: it.profile ?? 'recommended',
    kinds: Object.keys(it.check),
    summary: say(it.summary),
  }));
  return `${JSON.stringify(rules, undefined, 2)}\n`;
}

function rulesAsTable(say: Say, color: boolean): string {
  const { bold, dim } = pc.createColors(color);
  const width = Math.max(...RULES.map((it) => it.id.length));
  const kindsWidth = Math.max(...RULES.map((it) => Object.keys(it.check).join(', ').length));
  const groups = PRACTICES.flatMap(({ number, title }) => {
    const rules = RULES.filter((it) => it.practice.number === number);
    if (rules.length === 0) return [];
    const lines = rules.map((it) => {
      const kinds = Object.keys(it.check).join(', ').padEnd(kindsWidth);
      const strict = it.profile === 'strict' ? ` ${dim(`(${say(TEXTS.strict)})`)}` : '';
      return `  ${it.id.padEnd(width)}  ${it.severity.padEnd('warning'.length)}  ${dim(kinds)}  ${say(it.summary)}${strict}`;
    });
    return [`${bold(`${number}. ${say(title)}`)}\n${lines.join('\n')}\n`];
  });
  return groups.join('\n');
}

/** Prints how the program is used. */
export function help({ io, say, color }: Session): number {
  const { bold } = pc.createColors(color);
  const part = (heading: string, lines: readonly (readonly [string, string])[]): string => {
    const width = Math.max(...lines.map(([left]) => left.length));
    return `${bold(say(heading))}\n${lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')}\n`;
  };
  const parts = [
    `${say(TEXTS.about)}\n`,
    part(TEXTS.usage, [
      ['seaworthy check [PATH ...]', say(TEXTS.useCheck)],
      ['seaworthy fix [--unsafe] [--diff] [PATH ...]', say(TEXTS.useFix)],
      ['seaworthy explain RULE', say(TEXTS.useExplain)],
      ['seaworthy rules', say(TEXTS.useRules)],
    ]),
    part(TEXTS.optionsCheck, [
      ['--format FORMAT', say(TEXTS.optFormat, { choices: FORMATS.join(', ') })],
      ['--fail-on LEVEL', say(TEXTS.optFailOn)],
      ['--stdin', say(TEXTS.optStdin)],
      ['--stdin-filename NAME', say(TEXTS.optStdinFilename)],
      ['--baseline FILE', say(TEXTS.optBaseline)],
      ['--write-baseline FILE', say(TEXTS.optWriteBaseline)],
      ['-j, --jobs N', say(TEXTS.optJobs)],
    ]),
    part(TEXTS.optionsFix, [
      ['--unsafe', say(TEXTS.optUnsafe)],
      ['--diff', say(TEXTS.optDiff)],
      ['--ask-registry', say(TEXTS.optAskRegistry)],
    ]),
    part(TEXTS.optionsBoth, [
      ['--profile PROFILE', say(TEXTS.optProfile)],
      ['--rule ID[,ID]', say(TEXTS.optRule)],
      ['--config FILE', say(TEXTS.optConfig)],
      ['--no-project', say(TEXTS.optNoProject)],
    ]),
    part(TEXTS.optionsAll, [
      ['--locale LANGUAGE', say(TEXTS.optLocale)],
      ['--color, --no-color', say(TEXTS.optColor)],
      ['-q, --quiet', say(TEXTS.optQuiet)],
      ['-h, --help', say(TEXTS.optHelp)],
      ['-V, --version', say(TEXTS.optVersion)],
    ]),
    `${say(TEXTS.exitCodes)}\n`,
  ];
  io.stdout.write(parts.join('\n'));
  return EXIT.clean;
}
