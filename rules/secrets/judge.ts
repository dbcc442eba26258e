import { findTokens } from './tokens.js';

/**
 * `secret`: the name says credential and the value could be one. `placeholder`: it stands for one (`changeme`).
 * `harmless`: the name does not say credential, or the value cannot be one.
 */
export type SecretVerdict = 'secret' | 'placeholder' | 'harmless';

/** Judges a variable by the words of its name and the shape of its literal value. */
export function judgeSecret(name: string, value: string): SecretVerdict {
  if (!isSecretName(name)) return 'harmless';
  const trimmed = value.trim();
  if (cannotBeSecret(trimmed)) return 'harmless';
  return isPlaceholder(trimmed) ? 'placeholder' : 'secret';
}

/** Whether the words of a variable's name say that it holds a credential, not where one is or how one is made. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  const joined = words.join('_');
  if (words.some((it) => PUBLIC_WORDS.has(it))) return false;
  const last = words.at(-1) ?? '';
  if (NOT_THE_SECRET_ITSELF.has(last) || (NOT_THE_SECRET_FIRST.has(words[0] ?? '') && words.length > 1)) return false;
  if (POLICY.test(joined)) return false;
  return words.some((it) => SECRET_WORDS.has(it)) || SECRET_PAIRS.test(joined) || SECRET_ENDINGS.test(joined);
}

/** The value with its middle hidden: nobody can use it, its owner knows which one it is. */
export function redact(value: string): string {
  const shown = value.length >= 16 ? 4 : value.length >= 8 ? 2 : 0;
  return `${[...value].slice(0, shown).join('').replace(/\s/g, ' ')}…`;
}

const SECRET_WORDS = new Set([
  'password',
  'passwd',
  'passwort',
  'pwd',
  'passphrase',
  'secret',
  'secrets',
  'token',
  'credential',
  'credentials',
  'creds',
  'apikey',
  'authtoken',
  'accesskey',
  'secretkey',
  'privatekey',
  'pat',
  'psk',
  'pass',
  'passcode',
  'mdp',
]);
const SECRET_PAIRS =
  /(?:^|_)(?:api|access|secret|private|encryption|signing|master|auth|account|storage|service|license|admin|app|session|jwt|hmac|deploy|ssh|rsa|cookie)_key(?:$|_(?!id\b|name|path|file|size|type|length|alg))|(?:^|_)(?:auth|basic)_(?:token|auth)$|(?:^|_)connection_string$/;
const SECRET_ENDINGS = /(?:password|passwd|secret|token|apikey|passphrase)$/;
/** `PUBLIC_KEY`, `TOKENIZER`, `PASSWORDLESS`: the word is in them, a credential is not. */
const PUBLIC_WORDS = new Set([
  'public',
  'pub',
  'tokenizer',
  'tokenizers',
  'passwordless',
  'gpg',
  'keyring',
  'fingerprint',
  'checksum',
  'sha256',
  'sha512',
  'goprivate',
]);
/** A last word that makes the name a place, a property or a switch of the credential. */
const NOT_THE_SECRET_ITSELF = new Set([
  'file',
  'files',
  'path',
  'dir',
  'directory',
  'folder',
  'location',
  'url',
  'uri',
  'endpoint',
  'host',
  'hostname',
  'port',
  'name',
  'username',
  'user',
  'id',
  'ids',
  'arn',
  'length',
  'len',
  'size',
  'count',
  'limit',
  'min',
  'max',
  'type',
  'kind',
  'format',
  'algorithm',
  'alg',
  'ttl',
  'expiry',
  'expiration',
  'expires',
  'expire',
  'timeout',
  'lifetime',
  'duration',
  'age',
  'days',
  'hours',
  'minutes',
  'seconds',
  'interval',
  'enabled',
  'disabled',
  'enable',
  'disable',
  'required',
  'require',
  'allow',
  'allowed',
  'policy',
  'mode',
  'provider',
  'manager',
  'store',
  'backend',
  'engine',
  'version',
  'issuer',
  'audience',
  'header',
  'prefix',
  'suffix',
  'field',
  'key_id',
  'mount',
  'command',
  'cmd',
  'hint',
  'label',
  'class',
  'service',
  'rounds',
  'strength',
  'validity',
  'only',
  'auth',
  'authentication',
  'login',
  'reset',
  'change',
  'hash',
  'scope',
  'scopes',
  'encoding',
  'validation',
  'rotation',
  'cache',
  'ref',
  'reference',
  'var',
  'env',
  'source',
  'namespace',
]);
const NOT_THE_SECRET_FIRST = new Set([
  'enable',
  'enabled',
  'disable',
  'disabled',
  'allow',
  'require',
  'use',
  'has',
  'is',
  'no',
  'skip',
  'max',
  'min',
  'num',
  'show',
  'hide',
]);
const POLICY =
  /(?:^|_)(?:allow_empty|random_root|random|no)_(?:root_)?(?:password|passwd|secret|token)|empty_password|password_(?:less|min|max|require)|token_(?:limit|budget|count)|max_tokens?/;

/** `dbPassword`, `DB_PASSWORD`, `db-password` and `db.password` have the same words. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((it) => it !== '');
}

function cannotBeSecret(value: string): boolean {
  if (
    value === '' ||
    /^(?:true|false|yes|no|on|off|null|nil|none|undefined|enabled?|disabled?|optional|required|prompt|ask|auto|default|basic|bearer|oauth2?|jwt|plain|trust|md5|scram-sha-256|n\/a)$/i.test(
      value,
    )
  )
    return true;
  if (/^-?\d{1,3}$/.test(value) || /^\d+(?:ms|s|m|h|d|w|y|kb|mb|gb|days?|hours?|minutes?|seconds?)$/i.test(value))
    return true;
  if (/^(?:\/|\.\.?\/|~\/|[A-Za-z]:\\)/.test(value) && !/[=+]{1,2}$/.test(value) && /^[\w./~:\\@%$-]+$/.test(value))
    return true;
  if (/^file:\/\//.test(value)) return true;
  if (/^[a-z][a-z0-9+.-]*:\/\/(?![^/\s]*:[^/\s]*@)/i.test(value)) return true;
  if (/\.(?:pem|crt|cer|key|json|ya?ml|txt|conf|jks|p12|pfx|env|properties)$/i.test(value) && !/\s/.test(value))
    return true;
  return isReference(value);
}

/** Names a place where the secret is kept: a variable, a template, a secret manager. */
function isReference(value: string): boolean {
  return (
    /^\$\{?\w+\}?$/.test(value) ||
    /^\$\(.*\)$/s.test(value) ||
    /^%\w+%$/.test(value) ||
    /\{\{.*\}\}|<%.*%>|\$\{\{/s.test(value) ||
    /^@[\w.-]+@$/.test(value) ||
    /^__\w+__$/.test(value) ||
    /^(?:vault|op|ssm|secretsmanager|secretRef|awssm|gcpsm|doppler|sops|ref\+?\w*|env):/.test(value) ||
    /^arn:aws/.test(value) ||
    /^projects\/[^/]+\/secrets\//.test(value)
  );
}

/** A value that nobody uses in earnest: it shows where the real one goes. */
export function isPlaceholder(value: string): boolean {
  return (
    /^<[^>]*>$|^\[[^\]]*\]$|^\{[^}]*\}$|^\*+$|^x{3,}$|^\.{3}$|^-+$|^_+$/i.test(value) ||
    /change[-_ ]?(?:me|this|it|in)|^to[-_ ]?be[-_ ]|replace[-_ ]?(?:me|this|with)|^(?:your|my)[-_ ]?(?:own[-_ ]?)?\w*[-_ ]?(?:password|secret|token|key|api)|^insert[-_ ]|^enter[-_ ]|place[-_ ]?holder|^(?:put|set|add|fill)[-_ ]\w+[-_ ](?:here|in|me)|[-_ ]here$|^(?:dummy|fake|mock|sample|example|todo|tbd|fixme|redacted|removed|hidden|masked|notused|not[-_ ]a[-_ ]secret|none|empty|unset|foo|bar|foobar|baz|foobarbaz)$|^(?:dummy|fake|mock|sample|example)[-_ ]|[-_ ](?:dummy|placeholder|example)$/i.test(
      value,
    ) ||
    (findTokens(value).length === 0 && /EXAMPLE(?:KEY)?$/.test(value))
  );
}

/** Shannon entropy in bits per character: a second signal only. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
