import path from 'node:path';
import { ENGLISH, type Translations } from '../rules/core/message.js';
import { readText } from './read.js';

/** The translations of a locale such as `ja` or `ja-JP.UTF-8`, from the bundles in `folder`; English when there are none. */
export function loadTranslations(locale: string | undefined, folder: string): Translations {
  const language = /^[a-z]{2,3}(?=$|[-_.@])/i.exec(locale ?? '')?.[0]?.toLowerCase();
  if (language === undefined || language === 'en') return ENGLISH;
  const bundle = translationsIn(path.join(folder, `bundle.l10n.${language}.json`));
  // What an editor never shows is not shipped with the extension.
  return { ...translationsIn(path.join(folder, `command-line.${language}.json`)), ...bundle };
}

function translationsIn(file: string): Translations {
  const read = readText(file);
  return 'text' in read ? parse(read.text) : ENGLISH;
}

/** A bundle as VS Code defines it: English to a translation, or to one with a comment for translators. */
function parse(json: string): Translations {
  let bundle: unknown;
  try {
    bundle = JSON.parse(json);
  } catch {
    return ENGLISH;
  }
  if (typeof bundle !== 'object' || bundle === null) return ENGLISH;
  const entries = Object.entries(bundle).map(
    ([english, value]: [string, unknown]) => [english, messageOf(value)] as const,
  );
  return Object.fromEntries(entries.filter((it): it is readonly [string, string] => it[1] !== undefined));
}

function messageOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('message' in value)) return undefined;
  return typeof value.message === 'string' ? value.message : undefined;
}
