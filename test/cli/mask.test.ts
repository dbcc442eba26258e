import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../cli/args.js';
import { maskLine } from '../../cli/mask.js';
import { filled, growth, LINEAR } from '../growth.js';
import { repository } from '../workspace/folder.js';
import { cli } from './cli.js';

/** In two halves: whoever scans this file for tokens finds none. */
const TOKEN = ['ghp', 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5'].join('_');

describe('maskLine', () => {
  it.each([
    ['ENV DB_PASSWORD=hunter2hunter2', 'ENV DB_PASSWORD=***'],
    ['command: redis-server ${REDIS_PASSWORD:-hunter2}', 'command: redis-server ${REDIS_PASSWORD:***'],
    ['ENV DB_PASSWORD hunter2hunter2', 'ENV DB_PASSWORD ***'],
    ['ENV A=1 DB_PASSWORD="hun ter2" B=2', 'ENV A=1 DB_PASSWORD=*** B=2'],
    ["      DB_PASSWORD: 'hunter2'", '      DB_PASSWORD: ***'],
    ['      - DB_PASSWORD=hunter2', '      - DB_PASSWORD=***'],
    ['{ "db_password": "hunter2", "port": 1 }', '{ "db_password": ***, "port": 1 }'],
    ['RUN mysql --password=hunter2 -e x', 'RUN mysql --password=*** -e x'],
    ['RUN mysql --password hunter2 -e x', 'RUN mysql --password *** -e x'],
    ['      - --api-key=hunter2', '      - --api-key=***'],
    ['RUN curl -u app:hunter2 https://x.example', 'RUN curl -u app:*** https://x.example'],
    ['RUN echo "machine x login app password hunter2" > y', 'RUN echo "machine x login app password ***" > y'],
    ['DATABASE_URL: postgres://app:hunter2@db/shop', 'DATABASE_URL: postgres://app:***@db/shop'],
    ['RUN curl -H "Authorization: Bearer abcdef0123456789" x', 'RUN curl -H "Authorization: Bearer ***" x'],
    [`RUN echo ${TOKEN} > x`, 'RUN echo *** > x'],
  ])('hides the secret of %s', (line, expected) => expect(maskLine(line)).toBe(expected));

  it.each([
    'FROM node:22',
    'ENV PATH=/usr/local/bin:$PATH',
    'RUN echo $PASSWORD',
    'ENV DB_PASSWORD=$DB_PASSWORD',
    'DB_PASSWORD: ${DB_PASSWORD:?}',
    'command: [redis-server, --requirepass, "${REDIS_PASSWORD:?}"]',
    'DB_PASSWORD_FILE: /run/secrets/db',
    'image: registry.example:5000/app',
    'RUN curl https://example.com/a@b',
    'ENV TOKENIZERS_PARALLELISM=false',
  ])('leaves %s', (line) => expect(maskLine(line)).toBe(line));

  it.each(['a', '-a', '://a:b', 'a=', 'Bearer ', 'ENV a ', '-u a:', 'login a password ', '"', 'password:'])(
    'takes linear time for %j over and over',
    (unit) => expect(growth(2000, (length) => maskLine(filled(unit, length)))).toBeLessThan(LINEAR),
  );

  it('masks a line that is too long to be read', () => {
    expect(maskLine('x'.repeat(20_000))).toBe('***');
  });
});

describe('a secret', () => {
  const SECRET = 'Zx9vQ2mK7tR4wL8p';
  const DOCKERFILE = [
    'FROM node',
    `ENV PAYMENT_API_KEY=${SECRET} MODE=x`,
    `ARG DEPLOY_TOKEN=${SECRET}`,
    `RUN apt-get update && apt-get install -y curl && curl -u app:${SECRET} -H "Authorization: Bearer ${SECRET}" http://x.example/install.sh | sh`,
    `RUN echo "machine x.example login app password ${SECRET}" > /root/.netrc && apt-get install -y vim`,
    'USER root',
    '',
  ].join('\n');
  const COMPOSE = [
    'services:',
    '  web:',
    '    image: nginx',
    `    environment: { DB_PASSWORD: ${SECRET}, A: b }`,
    '    privileged: true',
    '  api:',
    '    image: nginx',
    '    environment:',
    `      - DB_PASSWORD=${SECRET}`,
    '    command:',
    `      - --api-key=${SECRET}`,
    '',
  ].join('\n');

  it.each([
    ...FORMATS.map((it) => ['check', '--format', it, '--profile', 'strict']),
    ['fix', '--diff', '--unsafe'],
    ['fix', '--diff'],
  ])('is in no output of %s %s %s', async (...argv) => {
    const root = repository({ Dockerfile: DOCKERFILE, 'compose.yaml': COMPOSE });
    const { stdout, stderr, code } = await cli(root, argv);
    expect(code).toBe(1);
    expect(stdout.length).toBeGreaterThan(100);
    expect(stdout + stderr).not.toContain(SECRET);
  });

  it('is in no baseline either', async () => {
    const root = repository({ Dockerfile: DOCKERFILE, 'compose.yaml': COMPOSE });
    const file = path.join(root, 'known.json');
    writeFileSync(file, '');
    await cli(root, ['check', '--write-baseline', 'known.json']);
    const { stdout } = await cli(root, ['check', '--baseline', 'known.json']);
    expect(stdout).toContain('No findings');
  });
});
