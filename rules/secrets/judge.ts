import { UNKNOWN } from '../core/text.js';
import { isPlaceholder } from './placeholder.js';
import { NAME_LIMIT, wordsOf } from './words.js';

/**
 * `secret`: the name says credential and the value could be one. `placeholder`: it stands for one, or anyone would
 * guess it (`changeme`, `postgres`). `harmless`: the name does not say credential, or the value cannot be one.
 */
export type SecretVerdict = 'secret' | 'placeholder' | 'harmless';

/** Longer values are judged by their beginning, so that no text is expensive. */
const VALUE_LIMIT = 2000;

/** Judges a variable by the words of its name and the shape of its value, whose variables have been replaced. */
export function judgeSecret(name: string, value: string): SecretVerdict {
  const kind = secretKind(name);
  if (kind === 'none') return 'harmless';
  const text = value.slice(0, VALUE_LIMIT).trim();
  if (text === '' || text.includes(UNKNOWN) || isReference(text)) return 'harmless';
  if (kind === 'address') return /^[a-z][a-z0-9+.-]*:\/\/[^/\s@]+@/i.test(text) ? 'secret' : 'harmless';
  if (kind === 'quantity' && !looksLikePassword(text)) return 'harmless';
  if (isSwitch(text) || isQuantity(text, kind) || isPlace(text)) return 'harmless';
  return isPlaceholder(name, text) ? 'placeholder' : 'secret';
}

/** Whether the words of a variable's name say that it holds a credential, not where one is or how one is made. */
export function isSecretName(name: string): boolean {
  const kind = secretKind(name);
  return kind === 'password' || kind === 'key' || kind === 'address';
}

/**
 * `password`: people choose it, so it may be a number. `key`: a machine makes it. `address`: a secret when it has a
 * user part. `quantity`: a length or lifetime of a credential, a secret only when the value is none of that.
 */
type SecretKind = 'password' | 'key' | 'address' | 'quantity' | 'none';

function secretKind(name: string): SecretKind {
  if (name.length > NAME_LIMIT) return 'none';
  const words = wordsOf(name);
  const joined = words.join('_');
  const last = words.at(-1) ?? '';
  if (words.length === 0 || joined === 'pwd' || joined === 'oldpwd') return 'none';
  if (joined === 'composer_auth' || BUNDLER.test(name)) return 'key';
  if (words.some((it) => PUBLIC_WORDS.has(it)) || POLICY.test(joined)) return 'none';
  if (/(?:^|_)(?:erlang_cookie|root_token_id)$/.test(joined)) return 'key';
  if (NOT_THE_SECRET_ITSELF.has(last) || (SWITCH_WORDS.has(words[0] ?? '') && words.length > 1)) return 'none';
  if (QUANTITY_WORDS.has(last))
    return words.some((it) => KEY_WORDS.has(it) || PASSWORD_WORDS.has(it)) ? 'quantity' : 'none';
  if (last === 'dsn') return 'address';
  if (PASSWORD_LAST_WORDS.has(last) || words.some((it) => PASSWORD_WORDS.has(it)) || PASSWORD_ENDING.test(joined))
    return 'password';
  if (
    KEY_LAST_WORDS.has(last) ||
    words.some((it) => KEY_WORDS.has(it)) ||
    KEY_PAIR.test(joined) ||
    KEY_ENDING.test(joined)
  )
    return 'key';
  return 'none';
}

/** Bundler's login for a host: two underscores for each dot. */
const BUNDLER =
  /^BUNDLE_(?!BUILD__|LOCAL__|MIRROR__)[A-Z0-9_]{1,80}__(?:COM|ORG|NET|IO|DEV|CO|APP|CLOUD|INTERNAL|LOCAL|LAN)$/;

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

const PASSWORD_WORDS = setOf('password passwords passwd passwort kennwort contrasena senha passphrase passcode pword');
/** Words that say it only at the end: `DB_PASS`, not `PASS_THROUGH`. */
const PASSWORD_LAST_WORDS = setOf('pass pwd pw psw mdp');
const PASSWORD_ENDING = /(?:password|passwd|passphrase|(?:db|sql|user|root|admin|mail|smtp|ftp|redis)(?:pass|pwd|pw))$/;

const KEY_WORDS = setOf(
  'secret secrets token tokens credential credentials creds apikey apikeys authtoken accesskey secretkey privatekey',
);
const KEY_LAST_WORDS = setOf('pat psk salt');
const KEY_PAIR =
  /(?:^|_)(?:api|access|secret|private|encryption|signing|master|auth|account|storage|service|admin|app|session|jwt|hmac|deploy|ssh|rsa|cookie)_keys?(?:$|_(?!name|type|length|alg))|(?:^|_)(?:connection|conn)_string$/;
const KEY_ENDING = /(?:secret|token|apikey|secretkey|accesskey|privatekey)$/;

/** `PUBLIC_KEY`, `TOKENIZER`, `PASSWORDLESS`: the word is in them, a credential is not. `GPG_KEY` is a fingerprint by custom. */
const PUBLIC_WORDS = setOf(
  'public pub tokenizer tokenizers passwordless gpg keyring fingerprint fingerprints checksum sha256 sha512 goprivate',
);

/** A last word that makes the name a place, a property or a switch of the credential. */
const NOT_THE_SECRET_ITSELF = setOf(`
  file files path paths dir directory folder location url uri urls endpoint host hostname domain port name names username
  user users id ids arn address contract symbol decimals type kind format algorithm alg enabled disabled enable disable
  required require requirements allow allowed policy complexity mode provider providers manager store backend engine driver
  version issuer audience header headers prefix suffix field mount command cmd hint label class service strength only auth
  authentication authorization login reset change hash hashes hasher hashers scope scopes encoding encryption validation
  rotation cache ref reference var env source namespace cookie grant flow method strategy generator pattern regex
  template message text placeholder title sock socket helper alias plugin module`);

const QUANTITY_WORDS = setOf(`
  length len size count limit limits min max ttl expiry expiration expires expire in timeout lifetime duration age validity days
  hours minutes seconds ms day hour minute second interval rounds iterations characters chars budget attempts retries tries failures lockout history score level`);

const SWITCH_WORDS = setOf(
  'enable enabled disable disabled allow require use has is no skip max min num show hide with without',
);

const POLICY =
  /(?:^|_)(?:allow_empty|random_root|random|generate|no)_(?:root_)?(?:password|passwd|secret|token)|empty_password|password_(?:less|min|max|require|policy)|token_(?:limit|budget|count)|max_tokens?/;

/** A setting of the credential's handling, where the credential itself is elsewhere. */
function isSwitch(value: string): boolean {
  return /^(?:true|false|yes|no|on|off|[01]|null|nil|none|undefined|enabled?|disabled?|optional|required|prompt|ask|auto|default|basic|bearer|oauth2?|jwt|oidc|ldap|plain|trust|md5|scram-sha-256|bcrypt|argon2|n\/a)$/i.test(
    value,
  );
}

function isQuantity(value: string, kind: SecretKind): boolean {
  if (kind === 'password') return false;
  return /^[-+]?[0-9]{1,6}(?:[.,][0-9]{1,6})?\s?(?:ms|s|m|h|d|w|y|b|kb|mb|gb|days?|hours?|minutes?|seconds?)?$/i.test(
    value,
  );
}

/** A word with letters and digits mixed, as no count, duration or setting is written. */
function looksLikePassword(value: string): boolean {
  return /^[A-Za-z]\S{5,}$/.test(value) && /[0-9]/.test(value) && !/^P[0-9T]/.test(value) && !value.includes('://');
}

/** A path, a file name or an address without a user: where something is, not what it is. */
function isPlace(value: string): boolean {
  if (/^(?:\/|\.\.?\/|~\/|[A-Za-z]:\\)[\w./~:\\@%-]*$/.test(value)) return true;
  if (/^[\w./\\-]+\.(?:pem|crt|cer|key|json|ya?ml|txt|conf|jks|p12|pfx|env|properties)$/i.test(value)) return true;
  // Scheme and host, with neither a user nor a query that could carry the secret.
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s@]*$/i.test(value) || value.startsWith('file:');
}

/** Names what holds the secret: a variable, a template, a secret manager. */
function isReference(value: string): boolean {
  if (/^(?:\$\{?\w+\}?|%\w+%|@[\w.-]+@|__\w+__|#\{\w+\}#?)$/.test(value)) return true;
  if (/^(?:vault|op|ssm|secretsmanager|secretref|awssm|gcpsm|doppler|sops|env|ref\+\w*|file):/i.test(value))
    return true;
  if (value.startsWith('arn:aws') || /^projects\/[^/]+\/secrets\//.test(value)) return true;
  return (
    encloses(value, '{{', '}}') ||
    encloses(value, '<%', '%>') ||
    encloses(value, '$(', ')') ||
    encloses(value, '${', '}')
  );
}

/** Has `open` and some `close` behind it. */
function encloses(value: string, open: string, close: string): boolean {
  const start = value.indexOf(open);
  return start >= 0 && value.includes(close, start + open.length);
}
