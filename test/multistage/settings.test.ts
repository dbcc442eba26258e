import { describe, expect, it } from 'vitest';
import { rewritten, runStage } from './rewritten.js';

/** Settings of the system that the build changes: they ship as files. */

const app = (step: string): string =>
  `FROM php:8.4-apache\nRUN apt-get update && apt-get install -y git && docker-php-ext-install gd\nRUN docker-php-ext-install pdo_mysql && ${step}\n`;

const shipped = (step: string): readonly string[] | string => {
  const text = rewritten(app(step));
  if (text.startsWith('refused')) return text;
  return [...runStage(text).matchAll(/^COPY --from=build (\/etc\S+) \1$/gm)].map((it) => it[1] ?? '');
};

describe('a file that is named is shipped', () => {
  it.each([
    [
      "sed -i 's!/html!/web!' /etc/apache2/sites-enabled/000-default.conf",
      '/etc/apache2/sites-enabled/000-default.conf',
    ],
    ['sed -i -e s/a/b/ -e s/c/d/ /etc/shop.conf', '/etc/shop.conf'],
    ['echo "port = 80" > /etc/shop/shop.conf', '/etc/shop/shop.conf'],
    ['printf x | tee /etc/shop/shop.conf', '/etc/shop/shop.conf'],
    ['cp settings/shop.conf /etc/shop/', '/etc/shop/shop.conf'],
    ['cd /etc/shop && sed -i s/a/b/ shop.conf', '/etc/shop/shop.conf'],
  ])('%s', (step, path) => {
    expect(shipped(step)).toEqual([path]);
  });

  it('as a folder where all files of it are changed', () => {
    expect(shipped('sed -i s/a/b/ /etc/apache2/sites-available/*.conf')).toEqual(['/etc/apache2/sites-available']);
  });

  it('with a program that is compiled', () => {
    const text =
      'FROM golang:1.25\nCOPY . /src\nRUN cd /src && go build -o /shop && cp shop.conf /etc/\nCMD ["/shop"]\n';
    expect(runStage(rewritten(text))).toContain('\nCOPY --from=build /etc/shop.conf /etc/shop.conf\n');
  });
});

describe('what else is left in the system is not told', () => {
  it.each([
    'cp -r settings /etc/shop',
    'cp settings/* /etc/shop/',
    'mv /etc/shop.conf /etc/shop.conf.old',
    'ln -s /srv/shop.conf /etc/shop.conf',
    'echo "shop:x:7:7::/:/bin/sh" >> /etc/passwd',
    'sed -i s/a/b/ "/etc/$NAME.conf"',
    'sed -i s/a/b/ /var/lib/shop/state',
  ])('%s', (step) => {
    expect(shipped(step)).toBe('refused: step');
  });
});
