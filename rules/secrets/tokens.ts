import type { Range } from '../core/text.js';

/** A credential that its issuer gave a recognisable form. */
export interface TokenFormat {
  /** The name shown in messages: "GitHub token". */
  readonly name: string;
  /** Text that must occur before the pattern is tried, so that ordinary text costs one search. */
  readonly hint: string;
  /** Linear, with the flags `g` and `d` not set: the token is the whole match or its first group. */
  readonly pattern: RegExp;
}

/**
 * Forms as published by the issuers (https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
 * and the issuers' own pages). Boundaries keep longer identifiers out.
 */
export const TOKEN_FORMATS: readonly TokenFormat[] = [
  format('AWS access key id', 'AKIA', /\bAKIA[A-Z2-7]{16}\b/),
  format('AWS temporary access key id', 'ASIA', /\bASIA[A-Z2-7]{16}\b/),
  format('GitHub personal access token', 'ghp_', /\bghp_[A-Za-z0-9]{36}\b/),
  format('GitHub OAuth token', 'gho_', /\bgho_[A-Za-z0-9]{36}\b/),
  format('GitHub app token', 'ghs_', /\bghs_[A-Za-z0-9]{36}\b/),
  format('GitHub user token', 'ghu_', /\bghu_[A-Za-z0-9]{36}\b/),
  format('GitHub refresh token', 'ghr_', /\bghr_[A-Za-z0-9]{36,76}\b/),
  format('GitHub fine-grained token', 'github_pat_', /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/),
  format('GitLab personal access token', 'glpat-', /\bglpat-[A-Za-z0-9_-]{20,}/),
  format('GitLab deploy token', 'gldt-', /\bgldt-[A-Za-z0-9_-]{20,}/),
  format('GitLab runner token', 'glrt-', /\bglrt-[A-Za-z0-9_-]{20,}/),
  format('GitLab trigger token', 'glptt-', /\bglptt-[a-f0-9]{40}\b/),
  format('Slack token', 'xox', /\bxox[abeoprs]-[0-9A-Za-z]{8,}-[0-9A-Za-z-]{10,}/),
  format('Slack app token', 'xapp-', /\bxapp-[0-9]-[A-Z0-9]{8,}-[0-9]{8,}-[a-z0-9]{32,}/),
  format(
    'Slack webhook',
    'hooks.slack.com',
    /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9]{8,12}\/[A-Za-z0-9]{8,12}\/[A-Za-z0-9]{20,28}/,
  ),
  format(
    'Discord webhook',
    'discord',
    /https:\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/[0-9]{17,20}\/[A-Za-z0-9_-]{60,72}/,
  ),
  format('Stripe live key', '_live_', /\b[sr]k_live_[A-Za-z0-9]{16,247}/),
  format('Stripe test key', '_test_', /\b[sr]k_test_[A-Za-z0-9]{16,247}/),
  format('Stripe webhook secret', 'whsec_', /\bwhsec_[A-Za-z0-9+/]{32,}/),
  format('Google API key', 'AIza', /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/),
  format('Google OAuth client secret', 'GOCSPX-', /\bGOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/),
  format('Google OAuth access token', 'ya29.', /\bya29\.[A-Za-z0-9_-]{30,}/),
  format('npm token', 'npm_', /\bnpm_[A-Za-z0-9]{36}\b/),
  format('PyPI token', 'pypi-', /\bpypi-AgE[A-Za-z0-9_-]{50,}/),
  format('RubyGems key', 'rubygems_', /\brubygems_[a-f0-9]{48}\b/),
  format('Crates.io token', 'cio', /\bcio[A-Za-z0-9]{32}\b/),
  format('NuGet key', 'oy2', /\boy2[a-z0-9]{43}\b/),
  format('Docker Hub token', 'dckr_pat_', /\bdckr_pat_[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])/),
  format('Docker Hub organisation token', 'dckr_oat_', /\bdckr_oat_[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])/),
  format('OpenAI key', 'sk-', /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,100}T3BlbkFJ[A-Za-z0-9_-]{20,100}/),
  format('Anthropic key', 'sk-ant-', /\bsk-ant-(?:api|admin)[0-9]{2}-[A-Za-z0-9_-]{80,}/),
  format('Hugging Face token', 'hf_', /\bhf_[A-Za-z]{34}\b/),
  format('Replicate token', 'r8_', /\br8_[A-Za-z0-9]{37}\b/),
  format('SendGrid key', 'SG.', /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/),
  format('Mailgun key', 'key-', /\bkey-[a-f0-9]{32}\b/),
  format('Mailchimp key', '-us', /\b[a-f0-9]{32}-us[0-9]{1,2}\b/),
  format('Twilio key', 'SK', /\bSK[a-f0-9]{32}\b/),
  format('Telegram bot token', ':AA', /\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/),
  format('DigitalOcean token', '_v1_', /\bdo[por]_v1_[a-f0-9]{64}\b/),
  format('Heroku key', 'HRKU-', /\bHRKU-[A-Za-z0-9_-]{36,64}/),
  format('Fly.io token', 'FlyV1', /\bFlyV1 fm[12]_[A-Za-z0-9+/=_-]{40,}/),
  format('Vault token', 'hvs.', /\bhvs\.[A-Za-z0-9_-]{24,}/),
  format('Terraform Cloud token', '.atlasv1.', /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}/),
  format('Databricks token', 'dapi', /\bdapi[a-f0-9]{32}\b/),
  format('New Relic key', 'NRAK-', /\bNRAK-[A-Z0-9]{27}\b/),
  format('Grafana token', 'gl', /\b(?:glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/]{32,}={0,2})/),
  format('Sentry token', 'sntr', /\bsntr(?:ys_eyJ[A-Za-z0-9+/=_]{60,}|yu_[a-f0-9]{64})/),
  format('Linear key', 'lin_api_', /\blin_api_[A-Za-z0-9]{40}\b/),
  format('Notion token', 'ntn_', /\bntn_[A-Za-z0-9]{43,50}\b/),
  format('Postman key', 'PMAK-', /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/),
  format('Shopify token', 'shp', /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/),
  format('Square token', 'sq0', /\bsq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}(?![A-Za-z0-9_-])/),
  format('Atlassian token', 'ATATT3', /\bATATT3[A-Za-z0-9_=-]{180,}/),
  format('Doppler token', 'dp.', /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}/),
  format('Pulumi token', 'pul-', /\bpul-[a-f0-9]{40}\b/),
  format('Age secret key', 'AGE-SECRET-KEY-', /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/),
  format('Azure storage key', 'AccountKey=', /AccountKey=([A-Za-z0-9+/]{86}==)/),
  format('JSON web token', 'eyJ', /\beyJ[A-Za-z0-9_-]{14,}\.eyJ[A-Za-z0-9_-]{14,}\.[A-Za-z0-9_-]{20,}/),
  format(
    'private key',
    '-----BEGIN',
    /-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----/,
  ),
  format(
    'secret access key',
    'aws',
    /aws[a-z_]{0,20}secret[a-z_]{0,20}[\s:='"]{1,8}([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/i,
  ),
];

export interface FoundToken {
  readonly format: string;
  readonly range: Range;
}

/** Tokens with a form of their own in `text`, in order, ranges relative to it; well-known documentation values are not among them. */
export function findTokens(text: string): readonly FoundToken[] {
  const lower = text.toLowerCase();
  const found: FoundToken[] = [];
  for (const { name, hint, pattern } of TOKEN_FORMATS) {
    if (!(pattern.flags.includes('i') ? lower : text).includes(hint)) continue;
    const everywhere = new RegExp(pattern.source, `${pattern.flags}gd`);
    for (const match of text.matchAll(everywhere)) {
      const [start, end] = match.indices?.[1] ?? match.indices?.[0] ?? [match.index, match.index + match[0].length];
      if (isSampleToken(text.slice(start, end))) continue;
      found.push({ format: name, range: { start, end } });
    }
  }
  found.sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
  return found.filter((it, index) => index === 0 || it.range.start >= (found[index - 1]?.range.end ?? 0));
}

function format(name: string, hint: string, pattern: RegExp): TokenFormat {
  return { name, hint, pattern };
}

/** AWS's own documentation keys, and runs of one character such as `ghp_xxxxxxxx`. */
function isSampleToken(token: string): boolean {
  if (/EXAMPLE(?:KEY)?$/.test(token)) return true;
  if (token.startsWith('-----BEGIN')) return false;
  const body = token.replace(/^[A-Za-z]{1,12}[_-]/, '');
  return (
    new Set(body.toLowerCase()).size <= 3 ||
    /(?:x{8}|\*{4}|0{10}|1234567890)/i.test(body) ||
    /your|example|placeholder|changeme/i.test(token)
  );
}
