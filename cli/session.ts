import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Text, Translations } from '../rules/core/message.js';
import { nearest } from '../rules/core/nearest.js';
import { RULES } from '../rules/registry.generated.js';
import { createSettings } from '../workspace/settings.js';
import { loadTranslations } from '../workspace/translations.js';
import type { CommonArgs, JudgeArgs, Wrong } from './args.js';
import type { Io } from './io.js';
import type { JudgeOptions } from './judge.js';
import { localeOf, type Say, sayIn } from './say.js';
import { TEXTS } from './texts.js';

/** What every command needs: the language and the colours of its output. */
export interface Session {
  readonly io: Io;
  readonly locale: string | undefined;
  readonly translations: Translations;
  readonly say: Say;
  readonly color: boolean;
}

export function createSession(args: CommonArgs & Partial<Pick<JudgeArgs, 'config'>>, io: Io): Session {
  const file = args.config === undefined ? undefined : path.resolve(io.cwd, args.config);
  const settings = createSettings(file === undefined ? {} : { file });
  const locale = localeOf(args.locale, settings.inFolder(io.cwd).config.locale, io.env);
  const translations = loadTranslations(locale, path.join(io.home, 'l10n'));
  return { io, locale, translations, say: sayIn(translations), color: usesColor(args, io) };
}

/** How the files of this command are judged, or why they cannot be. */
export function judgeOptions(
  args: JudgeArgs,
  { io, locale }: Session,
  fixes: JudgeOptions['fixes'],
): JudgeOptions | { readonly wrong: Wrong } {
  const unknown = args.rules?.find((id) => !RULES.some((it) => it.id === id));
  if (unknown !== undefined) return { wrong: unknownRule('--rule', unknown) };
  const config = args.config === undefined ? undefined : path.resolve(io.cwd, args.config);
  if (config !== undefined && !existsSync(config))
    return { wrong: { template: TEXTS.configMissing, data: { name: args.config ?? '' } } };
  return {
    cwd: io.cwd,
    ...(config === undefined ? {} : { config }),
    ...(args.profile === undefined ? {} : { profile: args.profile }),
    ...(args.rules ? { only: args.rules } : {}),
    project: args.project,
    ...(locale === undefined ? {} : { locale }),
    l10n: path.join(io.home, 'l10n'),
    fixes,
  };
}

export function unknownRule(name: string, value: string): Wrong {
  const near = nearest(
    value,
    RULES.map((it) => it.id),
  );
  const hint: Text =
    near === undefined ? { template: TEXTS.seeRules, data: {} } : { template: TEXTS.didYouMean, data: { name: near } };
  return { template: TEXTS.unknownRule, data: { name, value }, hint };
}

export function sayWrong({ template, data, hint }: Wrong, say: Say): string {
  return say(template, hint ? { ...data, hint: say(hint.template, hint.data) } : data);
}

/** https://no-color.org and https://force-color.org, below what is asked for by option. */
function usesColor({ color }: CommonArgs, { env, stdout }: Io): boolean {
  if (color !== undefined) return color;
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return stdout.isTerminal && env['TERM'] !== 'dumb';
}
