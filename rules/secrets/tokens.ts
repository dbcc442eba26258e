import type { Range } from '../core/text.js';

/** A credential that its issuer gave a recognisable form. */
export interface TokenFormat {
  /** The name shown in messages: "GitHub token". */
  readonly name: string;
  /** The variable that people keep such a credential in: what a fix calls it. */
  readonly variable: string;
  /** Texts, between blanks, of which one must occur before the pattern is tried, so that ordinary text costs one search. */
  readonly hint: string;
  /** The hint is no part of a long word: it is looked for in the whole text, in small and in capital letters. */
  readonly apart: boolean;
  /** Linear, with the flags `gd`: the token is the whole match or its first group. */
  readonly pattern: RegExp;
}

/**
 * Forms as published by the issuers (https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
 * and the issuers' own pages). Boundaries keep longer identifiers out. Where a pattern could fail late, what stands
 * before its start is not part of its own alphabet: so no text makes it start over inside what it has already read.
 */
export const TOKEN_FORMATS: readonly TokenFormat[] = [
  // Clouds and hosting
  format('AWS access key id', 'AWS_ACCESS_KEY_ID', 'AKIA', /\bAKIA[A-Z2-7]{16}\b/),
  format('AWS temporary access key id', 'AWS_ACCESS_KEY_ID', 'ASIA', /\bASIA[A-Z2-7]{16}\b/),
  announced(
    'AWS secret access key',
    'AWS_SECRET_ACCESS_KEY',
    'aws',
    /aws[a-z_]{0,20}secret[a-z_]{0,20}[\s:='"]{1,8}([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/i,
  ),
  format('Azure storage key', 'AZURE_STORAGE_KEY', 'AccountKey=', /AccountKey=([A-Za-z0-9+/]{86}==)/),
  format(
    'Microsoft Entra client secret',
    'AZURE_CLIENT_SECRET',
    'Q~',
    /(?<![\w.~-])[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![\w.~-])/,
  ),
  format('Google API key', 'GOOGLE_API_KEY', 'AIza', /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/),
  format(
    'Google OAuth client secret',
    'GOOGLE_CLIENT_SECRET',
    'GOCSPX-',
    /\bGOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/,
  ),
  format('Google OAuth access token', 'GOOGLE_ACCESS_TOKEN', 'ya29.', /\bya29\.[A-Za-z0-9_-]{30,}/),
  format('Alibaba Cloud access key id', 'ALIBABA_CLOUD_ACCESS_KEY_ID', 'LTAI', /\bLTAI[A-Za-z0-9]{20}\b/),
  format('DigitalOcean token', 'DIGITALOCEAN_TOKEN', '_v1_', /\bdo[por]_v1_[a-f0-9]{64}\b/),
  format('Cloudflare origin key', 'CLOUDFLARE_ORIGIN_KEY', 'v1.0-', /\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b/),
  format('Heroku key', 'HEROKU_API_KEY', 'HRKU-', /\bHRKU-[A-Za-z0-9_-]{36,64}/),
  announced('Fly.io token', 'FLY_API_TOKEN', 'FlyV1', /\bFlyV1 fm[12]_[A-Za-z0-9+/=_-]{40,}/),
  format('Netlify token', 'NETLIFY_AUTH_TOKEN', 'nfp_', /\bnfp_[A-Za-z0-9]{36,}\b/),
  format('Supabase token', 'SUPABASE_ACCESS_TOKEN', 'sbp_', /\bsbp_[a-f0-9]{40}\b/),
  format(
    'PlanetScale token',
    'PLANETSCALE_TOKEN',
    'pscale_',
    /\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,64}(?![\w.-])/,
  ),
  format('Databricks token', 'DATABRICKS_TOKEN', 'dapi', /\bdapi[a-f0-9]{32}\b/),
  format('Tailscale key', 'TS_AUTHKEY', 'tskey-', /\btskey-(?:auth|api|client)-[A-Za-z0-9]{8,32}-[A-Za-z0-9]{16,64}\b/),

  // Forges, registries, builds
  format('GitHub personal access token', 'GITHUB_TOKEN', 'ghp_', /\bghp_[A-Za-z0-9]{36}\b/),
  format('GitHub OAuth token', 'GITHUB_TOKEN', 'gho_', /\bgho_[A-Za-z0-9]{36}\b/),
  format('GitHub app token', 'GITHUB_TOKEN', 'ghs_', /\bghs_[A-Za-z0-9]{36}\b/),
  format('GitHub user token', 'GITHUB_TOKEN', 'ghu_', /\bghu_[A-Za-z0-9]{36}\b/),
  format('GitHub refresh token', 'GITHUB_REFRESH_TOKEN', 'ghr_', /\bghr_[A-Za-z0-9]{36,76}\b/),
  format('GitHub fine-grained token', 'GITHUB_TOKEN', 'github_pat_', /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/),
  format('GitLab personal access token', 'GITLAB_TOKEN', 'glpat-', /\bglpat-[A-Za-z0-9_-]{20,}/),
  format('GitLab deploy token', 'GITLAB_DEPLOY_TOKEN', 'gldt-', /\bgldt-[A-Za-z0-9_-]{20,}/),
  format('GitLab runner token', 'GITLAB_RUNNER_TOKEN', 'glrt-', /\bglrt-[A-Za-z0-9_-]{20,}/),
  format('GitLab trigger token', 'GITLAB_TRIGGER_TOKEN', 'glptt-', /\bglptt-[a-f0-9]{40}\b/),
  format('npm token', 'NPM_TOKEN', 'npm_', /\bnpm_[A-Za-z0-9]{36}\b/),
  format('PyPI token', 'PYPI_TOKEN', 'pypi-', /\bpypi-AgE[A-Za-z0-9_-]{50,}/),
  format('RubyGems key', 'GEM_HOST_API_KEY', 'rubygems_', /\brubygems_[a-f0-9]{48}\b/),
  format('crates.io token', 'CARGO_REGISTRY_TOKEN', 'cio', /\bcio[A-Za-z0-9]{32}\b/),
  format('NuGet key', 'NUGET_API_KEY', 'oy2', /\boy2[a-z0-9]{43}\b/),
  format('Clojars token', 'CLOJARS_PASSWORD', 'CLOJARS_', /\bCLOJARS_[a-z0-9]{60}\b/),
  format('Artifactory key', 'ARTIFACTORY_API_KEY', 'AKCp', /\bAKCp[A-Za-z0-9]{69}\b/),
  format('Docker Hub token', 'DOCKER_TOKEN', 'dckr_pat_', /\bdckr_pat_[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])/),
  format('Docker Hub organisation token', 'DOCKER_TOKEN', 'dckr_oat_', /\bdckr_oat_[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])/),
  format('Atlassian token', 'ATLASSIAN_TOKEN', 'ATATT3', /\bATATT3[A-Za-z0-9_=-]{180,}/),
  format('Buildkite token', 'BUILDKITE_API_TOKEN', 'bkua_', /\bbkua_[a-z0-9]{40}\b/),
  format('SonarQube token', 'SONAR_TOKEN', 'sqa_ squ_ sqp_', /\bsq[aup]_[a-f0-9]{40}\b/),
  format('Terraform Cloud token', 'TF_API_TOKEN', '.atlasv1.', /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}/),
  format('Pulumi token', 'PULUMI_ACCESS_TOKEN', 'pul-', /\bpul-[a-f0-9]{40}\b/),
  format('Prefect key', 'PREFECT_API_KEY', 'pnu_', /\bpnu_[A-Za-z0-9]{36}\b/),

  // Secret managers and keys
  format('Vault token', 'VAULT_TOKEN', 'hvs.', /\bhvs\.[A-Za-z0-9_-]{24,}/),
  format('Doppler token', 'DOPPLER_TOKEN', 'dp.', /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}/),
  format('1Password service account token', 'OP_SERVICE_ACCOUNT_TOKEN', 'ops_eyJ', /\bops_eyJ[A-Za-z0-9+/=_-]{100,}/),
  format('age secret key', 'AGE_SECRET_KEY', 'AGE-SECRET-KEY-', /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/),
  announced(
    'private key',
    'PRIVATE_KEY',
    '-----BEGIN',
    // Only with the beginning of a key behind it: programs look for the line itself.
    /(-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----)(?:[\s\\nr"'+,|>]{0,40}(?:Proc-Type|DEK-Info|Version|Comment): [^\n\\]{0,80}){0,3}[\s\\nr"'+,|>]{1,80}[A-Za-z0-9+/]{20}/,
  ),
  format(
    'JSON web token',
    'ACCESS_TOKEN',
    'eyJ',
    /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{14,}\.eyJ[A-Za-z0-9_-]{14,}\.[A-Za-z0-9_-]{20,}/,
  ),

  // Chat, mail, payment
  format('Slack token', 'SLACK_TOKEN', 'xox', /\bxox[abeoprs]-[0-9A-Za-z]{8,}-[0-9A-Za-z-]{10,}/),
  format('Slack app token', 'SLACK_APP_TOKEN', 'xapp-', /\bxapp-[0-9]-[A-Z0-9]{8,}-[0-9]{8,}-[a-z0-9]{32,}/),
  format(
    'Slack webhook',
    'SLACK_WEBHOOK_URL',
    'hooks.slack.com',
    /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9]{8,12}\/[A-Za-z0-9]{8,12}\/[A-Za-z0-9]{20,28}/,
  ),
  format(
    'Discord webhook',
    'DISCORD_WEBHOOK_URL',
    'discord',
    /https:\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/[0-9]{17,20}\/[A-Za-z0-9_-]{60,72}/,
  ),
  format('Telegram bot token', 'TELEGRAM_BOT_TOKEN', ':AA', /\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/),
  format('SendGrid key', 'SENDGRID_API_KEY', 'SG.', /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/),
  format('Mailgun key', 'MAILGUN_API_KEY', 'key-', /\bkey-[a-f0-9]{32}\b/),
  format('Mailchimp key', 'MAILCHIMP_API_KEY', '-us', /\b[a-f0-9]{32}-us[0-9]{1,2}\b/),
  format('Brevo key', 'BREVO_API_KEY', 'xkeysib-', /\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b/),
  format('Twilio key', 'TWILIO_API_KEY', 'SK', /\bSK[a-f0-9]{32}\b/),
  format('Stripe live key', 'STRIPE_SECRET_KEY', '_live_', /\b[sr]k_live_[A-Za-z0-9]{16,247}/),
  format('Stripe test key', 'STRIPE_SECRET_KEY', '_test_', /\b[sr]k_test_[A-Za-z0-9]{16,247}/),
  format('Stripe webhook secret', 'STRIPE_WEBHOOK_SECRET', 'whsec_', /\bwhsec_[A-Za-z0-9+/]{32,}/),
  format('Square token', 'SQUARE_ACCESS_TOKEN', 'sq0', /\bsq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}(?![A-Za-z0-9_-])/),
  format('Shopify token', 'SHOPIFY_TOKEN', 'shpat_ shpca_ shppa_ shpss_', /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/),

  // Machine learning
  format(
    'OpenAI key',
    'OPENAI_API_KEY',
    'T3BlbkFJ',
    /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,100}T3BlbkFJ[A-Za-z0-9_-]{20,100}/,
  ),
  format('Anthropic key', 'ANTHROPIC_API_KEY', 'sk-ant-', /\bsk-ant-(?:api|admin)[0-9]{2}-[A-Za-z0-9_-]{80,}/),
  format('Groq key', 'GROQ_API_KEY', 'gsk_', /\bgsk_[A-Za-z0-9]{52}\b/),
  format('xAI key', 'XAI_API_KEY', 'xai-', /\bxai-[A-Za-z0-9]{80}\b/),
  format('Perplexity key', 'PERPLEXITY_API_KEY', 'pplx-', /\bpplx-[A-Za-z0-9]{48}\b/),
  format('Hugging Face token', 'HF_TOKEN', 'hf_', /\bhf_[A-Za-z]{34}\b/),
  format('Replicate token', 'REPLICATE_API_TOKEN', 'r8_', /\br8_[A-Za-z0-9]{37}\b/),

  // Monitoring and work
  format('New Relic key', 'NEW_RELIC_API_KEY', 'NRAK-', /\bNRAK-[A-Z0-9]{27}\b/),
  format(
    'Grafana token',
    'GRAFANA_TOKEN',
    'glsa_ glc_',
    /\b(?:glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}\b|glc_eyJ[A-Za-z0-9+/]{32,}={0,2})/,
  ),
  format('Sentry token', 'SENTRY_AUTH_TOKEN', 'sntry', /\bsntry(?:s_eyJ[A-Za-z0-9+/=_]{60,}|u_[a-f0-9]{64})/),
  format('Dynatrace token', 'DYNATRACE_TOKEN', 'dt0', /\bdt0[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b/),
  format('Linear key', 'LINEAR_API_KEY', 'lin_api_', /\blin_api_[A-Za-z0-9]{40}\b/),
  format('Notion token', 'NOTION_TOKEN', 'ntn_', /\bntn_[A-Za-z0-9]{43,50}\b/),
  format('Airtable token', 'AIRTABLE_TOKEN', 'pat', /\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b/),
  format('Figma token', 'FIGMA_TOKEN', 'figd_', /\bfigd_[A-Za-z0-9_-]{40}(?![A-Za-z0-9_-])/),
  format('Postman key', 'POSTMAN_API_KEY', 'PMAK-', /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/),
];

export interface FoundToken {
  readonly format: TokenFormat;
  readonly range: Range;
}

/** Tokens with a form of their own in `text`, in order, ranges relative to it; well-known documentation values are not among them. */
export function findTokens(text: string): readonly FoundToken[] {
  const words = longWords(text);
  const found: FoundToken[] = [];
  for (const { format, hints } of ANY_HINT.test(words) ? SEARCHES : ANNOUNCED) {
    const { apart, pattern } = format;
    if (!hints.some((it) => (apart ? text.includes(it) : words.includes(it)))) continue;
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.[1] ?? [match.index, match.index + match[0].length];
      if (isSampleToken(text.slice(start, Math.min(end, start + LONGEST_JUDGED)))) continue;
      found.push({ format, range: { start, end } });
    }
  }
  found.sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
  return found.filter((it, index) => index === 0 || it.range.start >= (found[index - 1]?.range.end ?? 0));
}

/** What may be shown of a credential: nobody can use it, its owner knows which one it is. */
export function redact(value: string): string {
  const header = /^-----BEGIN ([A-Z ]{0,30}PRIVATE KEY)/.exec(value)?.[1];
  if (header !== undefined) return `${header}…`;
  const shown = value.length >= 20 ? 4 : 0;
  return `${Array.from(value.slice(0, 2 * shown))
    .slice(0, shown)
    .join('')
    .replace(/\s/g, ' ')}…`;
}

interface Search {
  readonly format: TokenFormat;
  /** Any of them; those that stand apart also in capital letters. */
  readonly hints: readonly string[];
}

const SEARCHES: readonly Search[] = TOKEN_FORMATS.map((format) => {
  const hints = format.hint.split(' ');
  return { format, hints: format.apart ? [...hints, ...hints.map((it) => it.toUpperCase())] : hints };
});
const ANNOUNCED = SEARCHES.filter((it) => it.format.apart);
/** One look for all hints inside long words: nearly every text has none. */
const ANY_HINT = new RegExp(
  SEARCHES.flatMap((it) => (it.format.apart ? [] : it.hints))
    .map((it) => it.replace(/[.+]/g, '\\$&'))
    .join('|'),
);

/** Whether it is a sample is told by the beginning of a token. */
const LONGEST_JUDGED = 1000;

/** No token is shorter. */
const SHORTEST_TOKEN = 20;

/** 1 for what tokens consist of, by character code. */
const IN_TOKENS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w+/=~.:-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** The words in which a token could be: most of a text is none of that, and needs no search for eighty forms. */
function longWords(text: string): string {
  const { length } = text;
  let words = '';
  let start = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 128 && IN_TOKENS[code] === 1) continue;
    if (index - start >= SHORTEST_TOKEN) words += `${text.slice(start, index)} `;
    start = index + 1;
  }
  return length - start >= SHORTEST_TOKEN ? words + text.slice(start) : words;
}

/** A form whose hint is a part of the token. */
function format(name: string, variable: string, hint: string, pattern: RegExp): TokenFormat {
  return { name, variable, hint, apart: false, pattern: new RegExp(pattern.source, `${pattern.flags}gd`) };
}

/** A form whose hint stands before the token. */
function announced(name: string, variable: string, hint: string, pattern: RegExp): TokenFormat {
  return { ...format(name, variable, hint, pattern), apart: true };
}

/** The payload of the token on jwt.io: `"name":"John Doe"`. */
const SAMPLE_PAYLOAD = 'IkpvaG4gRG9lI';

/** Values of the issuers' own documentation, and runs of one character such as `ghp_xxxxxxxx`. */
function isSampleToken(token: string): boolean {
  if (token.startsWith('-----BEGIN')) return false;
  if (/EXAMPLE(?:KEY)?$/.test(token) || token.includes(SAMPLE_PAYLOAD)) return true;
  const body = token.replace(/^[A-Za-z]{1,12}[_-]/, '');
  return (
    new Set(body.toLowerCase()).size <= 3 ||
    /x{8}|\*{4}|0{10}|1234567890|0123456789|abcdefghij/i.test(body) ||
    /your|example|placeholder|changeme/i.test(token)
  );
}
