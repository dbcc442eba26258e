import { rememberedText } from '../core/remembered.js';
import { UNKNOWN } from '../core/text.js';

/**
 * `certain`: a file of this name holds a credential or is of no use. `possible`: whether it holds one depends on what
 * is in it.
 */
export type SecretFile = 'certain' | 'possible';

/** Longer paths are judged by their end, so that no path is expensive. */
const PATH_LIMIT = 500;

/** Judges a file or folder by its path, which may end in a pattern: `id_rsa`, `certs/*.pem`, `.aws/`. Undefined: no secret. */
export function secretFile(path: string): SecretFile | undefined {
  return secretPath(path.slice(-PATH_LIMIT));
}

const secretPath = rememberedText((path: string): SecretFile | undefined => {
  const { name, folder } = placeOf(path.toLowerCase());
  if (name === '' || isExample(name)) return undefined;
  return environmentFile(name) ?? keyFile(name) ?? inFolder(folder, name) ?? credentialFile(name);
});

/** The last names of a path, without those that stand for what is around them. */
function placeOf(path: string): { readonly name: string; readonly folder: string } {
  const names: string[] = [];
  for (let end = path.length; end > 0 && names.length < 2; ) {
    let start = end;
    while (start > 0 && path[start - 1] !== '/' && path[start - 1] !== '\\') start--;
    const name = path.slice(start, end);
    if (name !== '' && name !== '.' && name !== '*') names.push(name);
    end = start - 1;
  }
  return { name: names[0] ?? '', folder: names[1] ?? '' };
}

/** `.env.example`, `insecure_id_rsa`, `credentials.json.enc`: made to be read, or not readable without a key. */
export function isExample(name: string): boolean {
  if (name === 'secring.gpg') return false;
  return /(?:^|[._-])(?:examples?|samples?|insecure|templates?|tmpl|tpl|dist|defaults?|dummy|fake|mock|stub|schema|encrypted|enc|sops|age|gpg|asc|j2|erb|md|tests?|testing|ci)(?:$|[._*-])/.test(
    name,
  );
}

/** `.env` holds what the program is given to run; the variants for other places less surely so. */
function environmentFile(name: string): SecretFile | undefined {
  if (name === '.env' || name === '.env*') return 'certain';
  // Encrypted, by dotenv-vault.
  if (name === '.env.vault') return undefined;
  if (/^\.env\.(?:prod|production|staging|local|secrets?|private)(?:\.local)?$/.test(name)) return 'certain';
  return name.startsWith('.env.') || name === '.envrc' ? 'possible' : undefined;
}

/** A part of a name that makes it a public certificate, not the key beside it. */
const CERTIFICATE =
  /(?:^|[._-])(?:ca|cas|cacert|cacerts|cert|certs|certificates?|crt|chain|fullchain|bundle|root|rootca|intermediate|issuer|dh|dhparams?|trust|trusted|truststore|pub|public)(?:$|[._*-])|(?:cert|chain|bundle|ca|dhparams?|public)\.pem$/;

/** A part of a name that makes it the public key of a package repository. */
const SIGNING =
  /(?:^|[._-])(?:pub|public|gpg|pgp|signing|sign|apt|deb|rpm|yum|apk|repo|repos|repository|release|releases|archive|keyring|mirror)(?:$|[._*-])|(?:gpg|repo)\.key$/;

/** A private key, or a store of them. */
function keyFile(name: string): SecretFile | undefined {
  if (/(?:^|[._-])id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?\*?$/.test(name)) return 'certain';
  if (/(?:^|[._-])(?:deploy|private|ssh|rsa|github|gitlab|bitbucket)[._-]?key$/.test(name)) return 'certain';
  if (/^ssh_host_(?:rsa|dsa|ecdsa|ed25519)_key$/.test(name) || /\.(?:ppk|kdbx|keytab)$/.test(name)) return 'certain';
  if (name.endsWith('.key')) return SIGNING.test(name) ? undefined : 'certain';
  if (name.endsWith('.pem')) {
    if (/priv|key/.test(name) && !SIGNING.test(name)) return 'certain';
    return CERTIFICATE.test(name) || SIGNING.test(name) ? undefined : 'possible';
  }
  if (/\.(?:p12|pfx|jks|keystore)$/.test(name)) return CERTIFICATE.test(name) ? undefined : 'possible';
  return undefined;
}

/** Files that tools keep their logins in, in a folder of their own. */
function inFolder(folder: string, name: string): SecretFile | undefined {
  switch (folder) {
    case '.aws':
    case '.gem':
    case '.cargo':
      return /^credentials(?:\.toml)?$/.test(name) ? 'certain' : undefined;
    case '.docker':
    case '.kube':
      return /^config(?:\.json)?$/.test(name) ? 'certain' : undefined;
    case '.ssh':
      return /^(?:config|known_hosts|authorized_keys)\*?$|\.pub$/.test(name) ? undefined : 'possible';
    case '.config':
      return name === 'gcloud' ? 'certain' : undefined;
    case '.m2':
    case '.gradle':
      return isPackageSettings(name) ? 'possible' : undefined;
    case 'run':
      return name === 'secrets' ? 'possible' : undefined;
    default:
      return undefined;
  }
}

const LOGINS: ReadonlySet<string> = new Set(
  `.netrc _netrc .pypirc .git-credentials .pgpass .my.cnf .mylogin.cnf .dockercfg .boto .s3cfg .vault-token .ssh .aws .azure .gnupg .kube
  kubeconfig kubeconfig.yaml kubeconfig.yml kubeconfig.json .docker credentials.json credentials.tfrc.json client_secret.json client_secrets.json
  secring.gpg master.key .rhosts application_default_credentials.json ssh_keys ssh-keys passwords.txt .secrets secrets.env`.split(
    /\s+/,
  ),
);

/** Settings that hold a login often, yet not always. */
const SETTINGS: ReadonlySet<string> = new Set(
  '.npmrc pip.conf pip.ini nuget.config .htpasswd auth.json secrets.json secrets.yaml secrets.yml secrets.toml secret.json secret.yaml secret.yml'.split(
    ' ',
  ),
);

/** Settings of package managers, which hold the login for a registry where there is one. */
export function isPackageSettings(name: string): boolean {
  return /^(?:\.npmrc|pip\.conf|pip\.ini|nuget\.config|auth\.json|settings\.xml|settings-security\.xml|gradle\.properties)$/i.test(
    name,
  );
}

function credentialFile(name: string): SecretFile | undefined {
  if (LOGINS.has(name) || /\.kubeconfig$|\.tfstate(?:\.backup)?$/.test(name)) return 'certain';
  if (
    /^(?:gcp|gcloud|google|firebase)?[._-]?(?:service[._-]?account|sa)(?:[._-]?(?:key|credentials?))?\.json$/.test(name)
  )
    return 'certain';
  if (/^(?:gcp|gcloud|google|firebase|aws|azure)[._-](?:key|credentials?|creds)(?:\.json)?$/.test(name))
    return 'certain';
  return SETTINGS.has(name) || name.endsWith('.tfvars') ? 'possible' : undefined;
}

/** Variables that by convention name a file with credentials. */
const FILE_VARIABLES =
  /^\$\{?(?:AWS_CONFIG_FILE|AWS_SHARED_CREDENTIALS_FILE|AWS_CREDENTIALS_FILE|GOOGLE_APPLICATION_CREDENTIALS|CLOUDSDK_CONFIG|AZURE_CREDENTIALS|KUBECONFIG|DOCKER_CONFIG|PGPASSFILE|NPM_CONFIG_USERCONFIG|SSH_PRIVATE_KEY(?:_FILE|_PATH)?)\}?$/;

/** Whether the word is a variable such as `$GOOGLE_APPLICATION_CREDENTIALS`. */
export function namesSecretFile(written: string): boolean {
  return FILE_VARIABLES.test(written);
}

/** The last part of a path as it may be shown: what a variable hides is dots. */
export function fileNameOf(path: string): string {
  const parts = path.slice(-PATH_LIMIT).split(/[/\\]+/);
  const name = parts.findLast((it) => it !== '' && it !== '.' && it !== '*') ?? path;
  return name.slice(0, 40).replaceAll(UNKNOWN, '…');
}
