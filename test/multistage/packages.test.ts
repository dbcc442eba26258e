import { describe, expect, it } from 'vitest';
import { rewritten, runStage } from './rewritten.js';

/** What the run stage installs, and from where. */

const installed = (text: string): string | undefined =>
  / (?:add|install) (?:--no-cache |-y |--no-install-recommends )*(.*?)(?: &&|\n)/.exec(runStage(rewritten(text)))?.[1];

describe('the library of a header package', () => {
  const python = (from: string, install: string): string =>
    `FROM ${from}\nRUN ${install}\nCOPY . .\nRUN pip install flask\nCMD ["flask", "run"]\n`;

  it('is left to the interpreter where that is linked to it', () => {
    expect(installed(python('python:3.13-alpine', 'apk add gcc openssl-dev libffi-dev libxml2-dev'))).toBe('libxml2');
    expect(installed(python('python:3.13-slim', 'apt-get install -y gcc libssl-dev libxml2-dev'))).toBe('libxml2');
    const node = 'FROM node:24-slim\nRUN apt-get install -y g++ libssl-dev\nRUN npm ci\nCMD ["node", "a.js"]\n';
    expect(installed(node.replace('RUN npm', 'WORKDIR /app\nRUN npm').replace('24', '24-bookworm'))).toBe('libssl3');
  });

  it.each([
    ['ubuntu:20.04', 'libffi-dev libjpeg-dev', 'libffi7 libjpeg-turbo8'],
    ['ubuntu:22.04', 'libicu-dev', 'libicu70'],
    ['ubuntu:noble', 'libpng-dev', 'libpng16-16t64'],
    ['debian:11', 'libtidy-dev', 'libtidy5deb1'],
    ['debian:13', 'libtidy-dev', 'libtidy58'],
    ['debian:12.5', 'libboost-regex-dev libboost-dev', 'libboost-regex1.74.0'],
  ])('on %s: %s', (from, headers, libraries) => {
    const text = `FROM ${from}\nRUN apt-get install -y gcc make ${headers} && make PREFIX=/opt/shop install\nCMD ["/opt/shop/shop"]\n`;
    expect(installed(text)).toBe(libraries);
  });
});

describe('where packages come from', () => {
  const app = (step: string): string =>
    `FROM debian:10\n${step}RUN apt-get update && apt-get install -y gcc make libpq-dev\nRUN make PREFIX=/opt/shop install\nCMD ["/opt/shop/shop"]\n`;

  it('is told to the run stage above its packages', () => {
    const step = "RUN sed -i 's/deb.debian.org/archive.debian.org/' /etc/apt/sources.list\n";
    expect(runStage(rewritten(app(step)))).toContain(`FROM debian:10-slim\n${step}RUN apt-get update && `);
    const list = 'RUN echo "deb http://archive.debian.org/debian buster main" > /etc/apt/sources.list\n';
    expect(runStage(rewritten(app(list)))).toContain(`FROM debian:10-slim\n${list}RUN apt-get update && `);
  });

  it('is told once where both stages are built on one image', () => {
    const step = 'RUN echo "deb http://archive.debian.org/debian buster main" > /etc/apt/sources.list\n';
    const text = rewritten(app(step).replace('debian:10', 'debian:10-slim'));
    expect(text).toContain(`FROM debian:10-slim AS base\n${step}\nFROM base AS build\nRUN apt-get update`);
    expect(runStage(text)).toMatch(/^FROM base\nRUN apt-get update && /);
  });

  it.each([
    'RUN curl -sL https://example.com/setup | bash - && echo "deb https://example.com x main" > /etc/apt/sources.list.d/x.list\n',
    'RUN curl -sL https://example.com/key | apt-key add -\n',
    'RUN sed -i s/a/b/ /etc/apt/sources.list && cp shop.conf /etc/shop.conf\n',
  ])('is not, where a step does more: %s', (step) => {
    expect(rewritten(app(step))).toBe('refused: step');
  });
});

describe('Node.js without its package.json', () => {
  const app = (run: string, start: string): string =>
    `FROM node:24-alpine\nWORKDIR /app\nRUN apk add git g++\nRUN git clone https://example.com/shop.git .\nRUN ${run}\nCMD ${start}\n`;

  it('ships all of the project where it is only installed', () => {
    expect(runStage(rewritten(app('npm ci --omit=dev', '["npm", "start"]')))).toContain(
      '\nCOPY --from=build /app ./\n',
    );
  });

  it('puts the modules on top of what COPY may bring', () => {
    const text = 'FROM node:24-alpine\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\nCMD ["npm", "start"]\n';
    expect(runStage(rewritten(text))).toContain('COPY . .\nCOPY --from=build /app/node_modules ./node_modules\n');
    const early = text.replace(
      'COPY . .\nRUN npm ci --omit=dev',
      'COPY package.json .\nRUN npm ci --omit=dev\nCOPY . .',
    );
    expect(runStage(rewritten(early))).toContain('COPY --from=build /app/node_modules ./node_modules\nCOPY . .\n');
  });

  it.each([
    ['npm ci && npm run build', '["npm", "start"]'],
    ['npm ci', '["npm", "run", "serve-all"]'],
  ])('refuses %s, %s', (run, start) => {
    expect(rewritten(app(run, start))).toBe('refused: script');
  });
});

it('Python 2 keeps its packages where its image has them', () => {
  const text = 'FROM python:2.7-alpine\nRUN apk add gcc musl-dev\nRUN pip install flask\nCMD ["flask", "run"]\n';
  expect(runStage(rewritten(text))).toContain(
    '\nCOPY --from=build /usr/local/lib/python2.7/site-packages /usr/local/lib/python2.7/site-packages\n' +
      'COPY --from=build /usr/local/bin /usr/local/bin\n',
  );
});

describe('PHP', () => {
  const app = (from: string, step: string, start: string): string =>
    `FROM ${from}\nRUN apt-get update && apt-get install -y git libyaml-dev\nRUN pecl install yaml && ${step}\n${start}\n`;

  it.each(['nextcloud:31-apache', 'drupal:8.3.0'])('in the image of an application: %s', (from) => {
    expect(runStage(rewritten(app(from, 'true', '')))).toBe(
      'FROM base\nRUN apt-get update && apt-get install -y --no-install-recommends libyaml-0-2 && rm -rf /var/lib/apt/lists/*\n' +
        'COPY --from=build /usr/local/lib/php/extensions /usr/local/lib/php/extensions\n' +
        'COPY --from=build /usr/local/etc/php/conf.d /usr/local/etc/php/conf.d\n\n',
    );
  });

  it('takes what is copied out of sources that are removed again', () => {
    const step =
      'cd /tmp && git clone https://example.com/shop.git && cd shop && git checkout v1 && cp -r web/* /var/www/html';
    const text = app('php:8.4-apache', `${step} && rm -rf /tmp/shop`, '');
    expect(runStage(rewritten(text))).toContain('\nCOPY --from=build /var/www/html ./\n');
  });

  it('refuses a script that a shell starts', () => {
    expect(rewritten(app('php:8.4-apache', 'true', 'ENTRYPOINT ["bash", "/start"]'))).toBe('refused: script');
    expect(rewritten(app('php:8.4-apache', 'true', 'CMD ["sh", "-e", "start"]'))).toBe('refused: script');
  });

  it('refuses an application whose folder is not known', () => {
    expect(rewritten(app('drupal:11', 'true', ''))).toBe('refused: base');
  });
});
