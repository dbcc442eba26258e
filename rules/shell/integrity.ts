import type { ShellCommand } from './model.js';

/**
 * Whether the command compares a file with a checksum or a signature and fails when they differ: `sha256sum -c`,
 * `gpg --verify`, `cosign verify-blob`, `rpm -K`, `Get-FileHash`.
 */
export function checksIntegrity({ name, words }: ShellCommand): boolean {
  const has = (pattern: RegExp): boolean => words.some((it) => pattern.test(it.value));
  if (/^(?:sha\d+|md5|b2|b3|cksum|xxh\d*)sum$|^(?:shasum|cksum|sha\d+)$/.test(name))
    return has(/^(?:-[a-z]*c[a-z]*|--check(?:=.*)?)$/);
  switch (name) {
    case 'gpg':
    case 'gpg2':
      return has(/^--verify$/);
    case 'gpgv':
    case 'gpgv2':
    case 'slsa-verifier':
    case 'get-filehash':
    case 'get-authenticodesignature':
      return true;
    case 'openssl':
      return has(/^-verify$/);
    case 'minisign':
    case 'signify':
      return has(/^-[a-zA-Z]*V[a-zA-Z]*$/);
    case 'cosign':
    case 'notation':
      return has(/^verify/);
    case 'rpm':
    case 'rpmkeys':
      return has(/^(?:-[a-zA-Z]*K[a-zA-Z]*|--checksig)$/);
    case 'gh':
      return has(/^attestation$/);
    case 'test':
    case '[':
    case '[[':
      // `[ "$(sha256sum file | …)" = "…" ]`
      return has(/\b(?:sha\d+|md5)sum\b|\bshasum\b|\bopenssl (?:dgst|sha\d+)\b/);
    default:
      return /^(?:php|python|ruby|perl|node)[\d.]*$/.test(name) && has(/\b(?:hash_file|hashlib|Digest::|createHash)/);
  }
}
