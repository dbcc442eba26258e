import { describe, expect, it } from 'vitest';
import { loadTranslations } from '../../workspace/translations.js';
import { folder } from './folder.js';

describe('loadTranslations', () => {
  it.each(['ja', 'ja-JP', 'ja_JP.UTF-8', 'JA', 'ja@calendar'])('reads the bundle of %s', (locale) => {
    const root = folder({ 'bundle.l10n.ja.json': '{"a":"あ","b":{"message":"い","comment":["x"]},"c":3}' });
    expect(loadTranslations(locale, root)).toEqual({ a: 'あ', b: 'い' });
  });

  it.each([undefined, '', 'en', 'en_US.UTF-8', 'C', 'C.UTF-8', 'POSIX', 'de', '../ja', 'japanese'])(
    'is English for %s',
    (locale) => {
      const root = folder({ 'bundle.l10n.ja.json': '{"a":"あ"}', 'bundle.l10n.en.json': '{"a":"x"}' });
      expect(loadTranslations(locale, root)).toEqual({});
    },
  );

  it.each(['', '[]', 'null', '{"a":', '"x"'])('is English where the bundle is %s', (bundle) => {
    expect(loadTranslations('ja', folder({ 'bundle.l10n.ja.json': bundle }))).toEqual({});
  });
});
