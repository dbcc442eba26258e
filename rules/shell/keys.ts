import type { ShellCommand } from './model.js';
import { hasOption, lastValue, readArguments } from './options.js';

/** A private key that a command makes. */
export interface Generated {
  readonly command: ShellCommand;
  /** Where it is written. */
  readonly path: string;
  /** A certificate that signs itself comes with it. */
  readonly selfSigned: boolean;
}

/** The private key that the command makes and writes to a file. */
export function generatedKey(command: ShellCommand): Generated | undefined {
  switch (command.name) {
    case 'ssh-keygen':
      return byKeygen(command);
    case 'openssl':
      return byOpenssl(command);
    case 'keytool':
      return byKeytool(command);
    default:
      return undefined;
  }
}

/** `-o StrictHostKeyChecking=no`, and the same as a line of `ssh_config`. */
export function ignoresHostKeys(text: string): boolean {
  return /StrictHostKeyChecking[= ]{1,4}(?:no|off)\b/i.test(text);
}

const KEYGEN_VALUES = new Set([
  '-a',
  '-b',
  '-C',
  '-D',
  '-E',
  '-F',
  '-f',
  '-I',
  '-m',
  '-N',
  '-n',
  '-O',
  '-P',
  '-R',
  '-s',
  '-t',
  '-V',
  '-w',
  '-Y',
  '-Z',
  '-z',
]);
/** What ssh-keygen does to keys that are there: shows, converts, looks up, signs. */
const KEYGEN_OTHERS = [
  '-B',
  '-c',
  '-D',
  '-e',
  '-F',
  '-H',
  '-i',
  '-k',
  '-K',
  '-L',
  '-l',
  '-M',
  '-p',
  '-Q',
  '-R',
  '-r',
  '-s',
  '-Y',
  '-y',
];

function byKeygen(command: ShellCommand): Generated | undefined {
  const { options } = readArguments(command.words.slice(1), { values: KEYGEN_VALUES });
  if (options.length === 0 || hasOption(options, ...KEYGEN_OTHERS)) return undefined;
  const file = lastValue(options, '-f')?.value;
  const prefix = hasOption(options, '-A') ? `${file ?? ''}/etc/ssh/ssh_host_key` : undefined;
  return { command, path: prefix ?? file ?? '/root/.ssh/id_key', selfSigned: false };
}

const OPENSSL_VALUES = new Set([
  '-algorithm',
  '-config',
  '-days',
  '-in',
  '-key',
  '-keyout',
  '-name',
  '-newkey',
  '-out',
  '-outform',
  '-passout',
  '-pkeyopt',
  '-subj',
]);

function byOpenssl(command: ShellCommand): Generated | undefined {
  const verb = command.words[1]?.value ?? '';
  const rest = command.words.slice(2);
  const has = (name: string): boolean => rest.some((it) => it.value === name);
  const { options } = readArguments(rest, { values: OPENSSL_VALUES, singleDash: true });
  if (verb === 'req') {
    if (!has('-newkey') && (!has('-keyout') || has('-key'))) return undefined;
    return { command, path: lastValue(options, '-keyout')?.value ?? 'privkey.pem', selfSigned: has('-x509') };
  }
  const makes =
    verb === 'genrsa' ||
    verb === 'gendsa' ||
    (verb === 'genpkey' && !has('-genparam')) ||
    (verb === 'ecparam' && has('-genkey'));
  if (!makes) return undefined;
  const redirect = command.redirects.find((it) => /^(?:1?>{1,2}|>\||&>)$/.test(it.operator) && it.descriptor !== 2);
  const path = lastValue(options, '-out')?.value ?? redirect?.target.value;
  return path === undefined ? undefined : { command, path, selfSigned: false };
}

function byKeytool(command: ShellCommand): Generated | undefined {
  const values = command.words.map((it) => it.value.toLowerCase());
  if (!values.includes('-genkeypair') && !values.includes('-genkey')) return undefined;
  const path = command.words[values.indexOf('-keystore') + 1]?.value;
  return values.includes('-keystore') && path !== undefined ? { command, path, selfSigned: true } : undefined;
}
