import { describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze } from '../../rules/core/analyze.js';
import { STANDALONE } from '../../rules/core/project.js';
import { RULES } from '../../rules/registry.generated.js';
import { filled, growth, LINEAR } from '../growth.js';

const SECRET_RULES = RULES.filter((it) => it.practice.folder === 'no-secrets-in-images');

/** Characters of the smaller text. */
const LENGTH = 16_000;

// Written apart, so that no scanner takes this file for a leak.
const KEY_LINE = ['-----BEGIN PRI', 'VATE KEY-----'].join('');

/** What the patterns of the rules begin with, and never end: names, values, files, addresses, tokens, logins. */
const UNITS = [
  'a',
  'A_',
  'aA',
  'PASS_',
  'PASSWORD',
  'ALLOW_EMPTY_',
  '_KEY_NAME',
  'api_key_',
  'x',
  '*',
  '0',
  '-',
  '${',
  '$(',
  '{{',
  '<%',
  'your',
  'my-',
  'put-a-',
  'not_a_',
  'change',
  'to-be-',
  'dummy',
  'vault:',
  'projects/',
  './',
  '/a.',
  '.env.',
  'id_rsa/',
  'id_rsa-',
  '.key',
  '.pem',
  'ca-.pem',
  'cert-',
  'service-account-',
  'gcp_key_',
  '.kubeconfig',
  '.ssh/',
  '*?',
  'a://',
  'a://a:',
  'a://a:a',
  'a:a@',
  'https://a:b@',
  'a+.-',
  'ghp_',
  'glpat-',
  'AKIA',
  'aws_secret_',
  'aws ',
  'AccountKey=',
  'aQ~',
  'eyJ',
  'eyJaaaaaaaaaaaaaa.',
  'eyJaaaaaaaaaaaaaa.eyJaaaaaaaaaaaaaa.',
  'sk-',
  'T3BlbkFJ',
  'xoxb-1',
  'xapp-1-A',
  'v1.0-',
  'FlyV1 fm2_',
  '.atlasv1.',
  'discord.com/api/webhooks/',
  'https://hooks.slack.com/services/',
  ':AA',
  '-us1',
  'SG.',
  'sntrys_eyJ',
  'glc_eyJ',
  '-----BEGIN ',
  KEY_LINE,
  `${KEY_LINE}\\n`,
  'Version: ',
  'password=',
  '_password ',
  '"auth": ',
  'StrictHostKeyChecking=',
  'StrictHostKeyChecking ',
];

const FRAMES: readonly (readonly [name: string, frame: (hostile: string) => string])[] = [
  ['a value', (it) => `FROM a:1\nENV DB_PASSWORD="${it}"\nARG API_TOKEN=${it}\n`],
  ['a name', (it) => `FROM a:1\nARG ${it}\nENV ${it}=x y=z\n`],
  ['a source', (it) => `FROM a:1\nCOPY ${it} ${it} /srv/\nRUN rm -rf ${it}\n`],
  ['a target', (it) => `FROM a:1\nCOPY a ${it}\nCOPY id_rsa /srv\nRUN rm ${it}\n`],
  ['a command', (it) => `FROM a:1\nRUN fetch ${it} && echo "${it}" > .npmrc && rm x\nRUN rm -f .npmrc\n`],
  ['a key', (it) => `FROM a:1\nRUN ssh-keygen -f ${it} && openssl req -newkey a -keyout ${it} && ssh -o ${it}\n`],
  ['a mount', (it) => `FROM a:1\nRUN --mount=type=secret,mode=${it},target=${it},id=${it} cp ${it} ${it}\n`],
  ['a login', (it) => `FROM a:1\nRUN curl -u ${it} -H "Authorization: ${it}" && echo ${it} | chpasswd\n`],
];

test('the rules of the practice are looked at', () => {
  expect(SECRET_RULES.length).toBeGreaterThanOrEqual(9);
});

describe('the time of each rule grows with the text, not with its square', () => {
  test.each(FRAMES)('Dockerfiles with %s', (_name, frame) => {
    for (const unit of UNITS)
      expect(
        growth(LENGTH, (length) => judge('dockerfile', frame(filled(unit, length)))),
        unit,
      ).toBeLessThan(LINEAR);
  });

  test.each([
    ['a value', (it: string) => `services:\n  a:\n    environment:\n      DB_PASSWORD: '${it.replaceAll("'", '')}'\n`],
    ['a name', (it: string) => `services:\n  a:\n    environment:\n      - '${it.replaceAll("'", '')}=x'\n`],
    ['an argument', (it: string) => `services:\n  a:\n    build:\n      args: ['TOKEN=${it}', '${it}']\n`],
  ])('compose files with %s', (_name, frame) => {
    for (const unit of UNITS)
      expect(
        growth(LENGTH, (length) => judge('compose', frame(filled(unit, length)))),
        unit,
      ).toBeLessThan(LINEAR);
  });

  test.each([
    [
      'secret files and deletions',
      (it: number) => `COPY .env.${it} id_rsa.${it}/id_rsa /a/${it}/\nRUN rm /b/${it}/id_rsa\n`,
    ],
    ['working folders', (it: number) => `WORKDIR a${it}\nCOPY id_rsa .\nRUN rm b${it}\n`],
    ['files that are written', (it: number) => `RUN echo "$TOKEN" > .npmrc && rm a/.npmrc\nRUN rm .npmrc${it}\n`],
    ['stages', (it: number) => `FROM s${it} AS s${it + 1}\nCOPY id_rsa /a\nRUN rm /b\n`],
    ['settings', (it: number) => `ARG TOKEN_${it}\nENV PASSWORD_${it}=$TOKEN_${it}\n`],
    ['uses of settings', (it: number) => `ARG TOKEN\nRUN echo $TOKEN ${it}\n`],
    ['keys', (it: number) => `RUN ssh-keygen -f /a/${it} && rm /a/${it + 1}\n`],
    ['mounts', (it: number) => `USER u${it}\nRUN --mount=type=secret,id=a,mode=444 a\n`],
    ['triggers', (it: number) => `ONBUILD COPY id_rsa /a\nONBUILD RUN rm /a # ${it}\n`],
  ])('many %s', (_name, line) => {
    const text = (length: number): string => {
      const count = Math.ceil(length / 40);
      return `FROM a:1 AS s0\n${Array.from({ length: count }, (_, it) => line(it)).join('')}`;
    };
    expect(growth(LENGTH, (length) => judge('dockerfile', text(length)))).toBeLessThan(LINEAR);
  });
});

const only = new Set(SECRET_RULES.map((it) => it.id));

function judge(kind: 'dockerfile' | 'compose', text: string): void {
  analyze({ kind, text }, { config: { ...DEFAULT_CONFIG, profile: 'strict' }, project: STANDALONE, only });
}
