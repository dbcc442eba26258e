import type { Translations } from '../rules/core/message.js';

/** The translations of a locale such as `ja` or `ja-JP.UTF-8`, from the bundles in `folder`; English when there are none. */
export function loadTranslations(locale: string | undefined, folder: string): Translations {
  throw new Error(`not yet: ${locale} ${folder}`);
}
