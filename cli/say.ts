import { render, type Translations } from '../rules/core/message.js';
import { TEXTS } from './texts.js';

/** Renders a template in the language of the user. */
export type Say = (template: string, data?: Readonly<Record<string, string>>) => string;

export function sayIn(translations: Translations): Say {
  return (template, data = {}) => render({ template, data }, translations);
}

const COUNTED = {
  file: [TEXTS.file, TEXTS.files],
  finding: [TEXTS.finding, TEXTS.findings],
  error: [TEXTS.error, TEXTS.errors],
  warning: [TEXTS.warning, TEXTS.warnings],
  info: [TEXTS.info, TEXTS.infos],
} as const;

/** `1 file`, `2 files`. */
export function counted(say: Say, count: number, noun: keyof typeof COUNTED): string {
  const [one, many] = COUNTED[noun];
  return say(count === 1 ? one : many, { count: String(count) });
}

/** The locale that options and environment ask for; a CI log without any is English. */
export function localeOf(
  asked: string | undefined,
  configured: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const environment = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'];
  if (asked ?? configured ?? environment) return asked ?? configured ?? environment;
  // Windows has no such variables by itself.
  const desktop = process.platform === 'win32' && !env['CI'];
  return desktop ? Intl.DateTimeFormat().resolvedOptions().locale : undefined;
}
