import { describe, expect, it } from 'vitest';
import { findTokens, redact, TOKEN_FORMATS } from '../../rules/secrets/tokens.js';
import { filled, growth, LINEAR } from '../growth.js';

/** Letters and digits in no order that a sample would have; what is cut from it is random enough. */
const NOISE =
  'Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1PqTx0RkWz8NdYv2CjMl6BgSe4FhOu9IpAqXt3ZbKw7RcNm5VyHs1EuJf8LoDg2PiTkWzQrXnCvBmYtGhSjUeFaOlIdPwKx';
const HEX =
  '7f3a9c1e5b8d204f6a7c9e1b3d5f80a2c4e6f81b3d5a7c9e0f2b4d6a8c1e3f5079b2d4c6e8a0f1b3c5d7e9fa0b2c4d6e8f1a3b5c7d9e0f2a4b6c8d1e3f5a7b9c0d2e4f6a8b1c3d5e7f9a0b2c4d6e8f1a3b5c7d9e0f2a4';
const UPPER = 'Q7WR4NXZ5LMK2VTJ6YBG3HDFQ7WR4NXZ5LMK2VTJ6YBG3HDFQ7WR4NXZ5LMK2VTJ6YBG';
const LOWER = 'q7wr4nxz5lmk2vtj6ybg3hdf8spc9eaiq7wr4nxz5lmk2vtj6ybg3hdf8spc9eaiq7wr4nxz5l';
// Written apart, so that no scanner takes this file for a leak.
const PRIVATE = ['PRI', 'VATE'].join('');
const SAMPLE = ['EXAM', 'PLE'].join('');
const DIGITS = ['01234', '56789'].join('');
const noise = (length: number): string => NOISE.repeat(2).slice(0, length);
const hex = (length: number): string => HEX.slice(0, length);
const upper = (length: number): string => UPPER.slice(0, length);
const lower = (length: number): string => LOWER.slice(0, length);

/** One made-up token for each format, by its name. */
const TOKENS: Readonly<Record<string, string>> = {
  'AWS access key id': `AKIA${upper(16)}`,
  'AWS temporary access key id': `ASIA${upper(16)}`,
  'AWS secret access key': noise(40),
  'Azure storage key': `${noise(86)}==`,
  'Microsoft Entra client secret': `abc8Q~${noise(34)}`,
  'Google API key': `AIza${noise(35)}`,
  'Google OAuth client secret': `GOCSPX-${noise(28)}`,
  'Google OAuth access token': `ya29.${noise(60)}`,
  'Alibaba Cloud access key id': `LTAI${noise(20)}`,
  'DigitalOcean token': `dop_v1_${hex(64)}`,
  'Cloudflare origin key': `v1.0-${hex(24)}-${hex(146)}`,
  'Heroku key': `HRKU-${noise(60)}`,
  'Fly.io token': `FlyV1 fm2_${noise(80)}`,
  'Netlify token': `nfp_${noise(36)}`,
  'Supabase token': `sbp_${hex(40)}`,
  'PlanetScale token': `pscale_tkn_${noise(43)}`,
  'Databricks token': `dapi${hex(32)}`,
  'Tailscale key': `tskey-auth-${noise(17)}-${noise(32)}`,
  'GitHub personal access token': `ghp_${noise(36)}`,
  'GitHub OAuth token': `gho_${noise(36)}`,
  'GitHub app token': `ghs_${noise(36)}`,
  'GitHub user token': `ghu_${noise(36)}`,
  'GitHub refresh token': `ghr_${noise(76)}`,
  'GitHub fine-grained token': `github_pat_${noise(22)}_${noise(59)}`,
  'GitLab personal access token': `glpat-${noise(20)}`,
  'GitLab deploy token': `gldt-${noise(20)}`,
  'GitLab runner token': `glrt-${noise(20)}`,
  'GitLab trigger token': `glptt-${hex(40)}`,
  'npm token': `npm_${noise(36)}`,
  'PyPI token': `pypi-AgEIcHlwaS5vcmc${noise(70)}`,
  'RubyGems key': `rubygems_${hex(48)}`,
  'crates.io token': `cio${noise(32)}`,
  'NuGet key': `oy2${lower(43)}`,
  'Clojars token': `CLOJARS_${lower(60)}`,
  'Artifactory key': `AKCp${noise(69)}`,
  'Docker Hub token': `dckr_pat_${noise(27)}`,
  'Docker Hub organisation token': `dckr_oat_${noise(32)}`,
  'Atlassian token': `ATATT3${noise(190)}`,
  'Buildkite token': `bkua_${lower(40)}`,
  'SonarQube token': `squ_${hex(40)}`,
  'Terraform Cloud token': `${noise(14)}.atlasv1.${noise(67)}`,
  'Pulumi token': `pul-${hex(40)}`,
  'Prefect key': `pnu_${noise(36)}`,
  'Vault token': `hvs.${noise(90)}`,
  'Doppler token': `dp.pt.${noise(43)}`,
  '1Password service account token': `ops_eyJ${noise(200)}`,
  'age secret key': `AGE-SECRET-KEY-1${upper(58)}`,
  'private key': `-----BEGIN RSA ${PRIVATE} KEY-----`,
  'JSON web token': `eyJ${noise(30)}.eyJ${noise(60)}.${noise(43)}`,
  'Slack token': `xoxb-417392846150-${noise(24)}`,
  'Slack app token': `xapp-1-A0Q7WR4NXZ5-4173928461507-${hex(64)}`,
  'Slack webhook': `https://hooks.slack.com/services/T0Q7WR4NX/B0Z5LMK2V/${noise(24)}`,
  'Discord webhook': `https://discord.com/api/webhooks/417392846150739284/${noise(68)}`,
  'Telegram bot token': `417392846:AA${noise(33)}`,
  'SendGrid key': `SG.${noise(22)}.${noise(43)}`,
  'Mailgun key': `key-${hex(32)}`,
  'Mailchimp key': `${hex(32)}-us14`,
  'Brevo key': `xkeysib-${hex(64)}-${noise(16)}`,
  'Twilio key': `SK${hex(32)}`,
  'Stripe live key': `sk_live_${noise(24)}`,
  'Stripe test key': `rk_test_${noise(24)}`,
  'Stripe webhook secret': `whsec_${noise(32)}`,
  'Square token': `sq0atp-${noise(22)}`,
  'Shopify token': `shpat_${hex(32)}`,
  'OpenAI key': `sk-proj-${noise(40)}T3BlbkFJ${noise(40)}`,
  'Anthropic key': `sk-ant-api03-${noise(93)}`,
  'Groq key': `gsk_${noise(52)}`,
  'xAI key': `xai-${noise(80)}`,
  'Perplexity key': `pplx-${noise(48)}`,
  'Hugging Face token': `hf_${noise(120).replace(/[0-9]/g, '').slice(0, 34)}`,
  'Replicate token': `r8_${noise(37)}`,
  'New Relic key': `NRAK-${upper(27)}`,
  'Grafana token': `glsa_${noise(32)}_${hex(8)}`,
  'Sentry token': `sntrys_eyJ${noise(80)}`,
  'Dynatrace token': `dt0c01.${upper(24)}.${upper(64)}`,
  'Linear key': `lin_api_${noise(40)}`,
  'Notion token': `ntn_${noise(46)}`,
  'Airtable token': `pat${noise(14)}.${hex(64)}`,
  'Figma token': `figd_${noise(40)}`,
  'Postman key': `PMAK-${hex(24)}-${hex(34)}`,
};

/** What stands around the token where the form needs it. */
function written(name: string, token: string): string {
  if (name === 'AWS secret access key') return `AWS_SECRET_ACCESS_KEY="${token}"`;
  if (name === 'Azure storage key') return `AccountName=a;AccountKey=${token};EndpointSuffix=b`;
  if (name === 'private key') return `${token}\n${noise(64)}\n`;
  return `RUN curl -H "X: ${token}" https://example.com`;
}

describe('tokens', () => {
  it('have a made-up example for every format', () => {
    expect(Object.keys(TOKENS).sort()).toEqual(TOKEN_FORMATS.map((it) => it.name).sort());
  });

  it.each(TOKEN_FORMATS.map((it) => it.name))('%s is found, exactly and once', (name) => {
    const token = TOKENS[name] ?? '';
    const text = written(name, token);
    const found = findTokens(text);
    expect(found.map((it) => it.format.name)).toEqual([name]);
    expect(found.map((it) => text.slice(it.range.start, it.range.end))).toEqual([token]);
  });

  it.each(TOKEN_FORMATS.map((it) => it.name))('%s is not found inside a longer word', (name) => {
    if (/webhook|private key|Azure storage|AWS secret/.test(name)) return;
    const token = TOKENS[name] ?? '';
    expect(findTokens(`RUN echo a1${token}`).map((it) => it.format.name)).not.toContain(name);
  });

  it('never show more than their beginning', () => {
    for (const token of Object.values(TOKENS)) {
      const shown = redact(token);
      expect(shown).toMatch(/…$/);
      if (!token.startsWith('-----')) expect(shown.length).toBeLessThanOrEqual(5);
    }
    expect(redact('hunter2')).toBe('…');
    expect(redact('')).toBe('…');
    expect(redact('a\nb\tc'.repeat(10))).toBe('a b …');
    expect(redact('😀'.repeat(20))).toBe('😀😀😀😀…');
  });

  it.each([
    ['AWS documentation', `AKIAIOSFODNN7${SAMPLE}`],
    ['AWS documentation', `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY${SAMPLE}KEY`],
    ['one letter', `ghp_${'x'.repeat(36)}`],
    ['the alphabet', `ghp_abcdefghijklmnopqrstuvwxyz${DIGITS}`],
    ['an instruction', 'sk_test_your_key_goes_here_please_1234'],
    ['a header without a key', `grep -q '-----BEGIN RSA ${PRIVATE} KEY-----' key.pem`],
    ['a variable', 'ghp_$TOKEN glpat-${TOKEN}'],
    ['a checksum', `sha256:${hex(64)}`],
    ['a commit', `git checkout ${hex(40)}`],
    ['an integrity hash', `sha512-${noise(86)}==`],
    ['a public key', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${noise(43)}`],
    ['a certificate', `-----BEGIN CERTIFICATE-----\n${noise(64)}\n`],
    ['a name', 'npm_config_registry npm_package_version hf_transfer r8_converter gsk_test SKIP dapifoo'],
  ])('are not samples or lookalikes: %s', (_, text) => {
    expect(findTokens(text)).toEqual([]);
  });

  it('are in order and do not overlap', () => {
    const text = [
      TOKENS['npm token'],
      TOKENS['JSON web token'],
      TOKENS['AWS access key id'],
      TOKENS['Slack token'],
    ].join(' ');
    const found = findTokens(text);
    expect(found.map((it) => it.format.name)).toEqual([
      'npm token',
      'JSON web token',
      'AWS access key id',
      'Slack token',
    ]);
    for (const [index, it] of found.entries())
      expect(it.range.start).toBeGreaterThanOrEqual(found[index - 1]?.range.end ?? 0);
  });

  it('are found in a private key with headers, escapes and quotes', () => {
    const header = `-----BEGIN EC ${PRIVATE} KEY-----`;
    for (const text of [
      `${header}\\n${noise(64)}\\n`,
      `"${header}\\n" + "${noise(64)}"`,
      `${header}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${hex(32)}\n\n${noise(64)}`,
      `RUN echo "${header}\\n\\\n${noise(64)}"`,
    ])
      expect(findTokens(text).map((it) => it.format.name)).toEqual(['private key']);
  });
});

describe('the search', () => {
  /** Beginnings that match again and again and fail late, each format's hint alone, and long runs. */
  const beginnings = [
    'eyJ-',
    `eyJ${noise(14)}.`,
    `eyJ${noise(14)}.eyJ`,
    'xoxb-',
    'xoxb-aaaaaaaa-',
    'xapp-1-AAAAAAAA-',
    'sk-proj-',
    'sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaT3BlbkFJ',
    '-----BEGIN ',
    `-----BEGIN RSA ${PRIVATE} KEY-----\n`,
    `-----BEGIN RSA ${PRIVATE} KEY-----Version: a `,
    'aws_secret_',
    'awssecret=',
    'AccountKey=',
    'https://hooks.slack.com/services/',
    'dp.pt.',
    '.atlasv1.',
    '1111111111:AA',
    'a8Q~',
    'a',
    'A',
    '0',
    ' ',
    '\n',
    '_',
    '-',
    ...TOKEN_FORMATS.flatMap((it) => it.hint.split(' ')),
    ...Object.values(TOKENS).map((it) => it.slice(0, -1)),
    ...Object.values(TOKENS).map((it) => `${it.slice(0, -1)}!`),
  ];

  it('takes linear time, whatever the text', () => {
    for (const beginning of beginnings) {
      expect(
        growth(30_000, (length) => findTokens(filled(beginning, length))),
        JSON.stringify(beginning.slice(0, 40)),
      ).toBeLessThan(LINEAR);
    }
  }, 60_000);
});
