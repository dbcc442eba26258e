import type { Download, ShellCommand, ShellWord } from './model.js';

/** Whether the address is that of a public key, by its name. */
export function isKeyAddress(address: string): boolean {
  const [path = ''] = address.split(/[?#]/);
  return (
    /\.(?:asc|gpg|key|pub)$|\/(?:[\w.-]*[._-])?(?:gpg-?key|pubkey|public-?key|signing-?key|archive-?key|KEYS?|gpg|RPM-GPG-KEY[\w.-]*)(?:\.\w+)?$/i.test(
      path,
    ) && !/\.(?:tar|zip|tgz|deb|rpm|exe|sh|py)(?:\.\w+)?$/i.test(path)
  );
}

/** Whether what is fetched becomes a key that packages or files are verified with. A signature that lies beside its file is none. */
export function isKeyDownload({ command, urls, destination }: Download): boolean {
  if (destination.kind === 'pipe') {
    for (let next = command.pipedInto; next; next = next.pipedInto) if (takesKey(next)) return true;
    return false;
  }
  if (
    destination.kind === 'file' &&
    /^\/etc\/(?:apt\/(?:trusted\.gpg\.d|keyrings)|apk\/keys|pki\/rpm-gpg)\/|^\/usr\/share\/keyrings\//.test(
      destination.path,
    )
  )
    return true;
  return urls.length === 1 && urls.every((it) => isKeyAddress(it.value));
}

function takesKey({ name, words }: ShellCommand): boolean {
  if (name === 'apt-key') return true;
  return /^gpg[12]?$|^rpm$|^rpmkeys$/.test(name) && words.some((it) => /^--(?:dearmou?r|import)$/.test(it.value));
}

/** An `apt-key` command that adds keys to those that vouch for every repository. */
export function addsKeyForAll({ name, words }: ShellCommand): boolean {
  if (name !== 'apt-key') return false;
  const values = words.slice(1).map((it) => it.value);
  const ring = values.indexOf('--keyring');
  if (ring >= 0 && !/\/trusted\.gpg/.test(values[ring + 1] ?? '')) return false;
  if (values.includes('add')) return true;
  return values.includes('adv') && values.some((it) => /^--(?:recv(?:-keys)?|fetch-keys?|import)$/.test(it));
}

/** The words by which the command may ask a server for keys: ids, fingerprints, and options behind them. */
export function askedKeys({ name, words }: ShellCommand): readonly ShellWord[] {
  if (!/^(?:gpg[12]?|apt-key)$/.test(name)) return [];
  const at = words.findIndex((it) => /^--(?:recv(?:-keys?)?|receive-keys)$/.test(it.value));
  return at < 0 ? [] : words.slice(at + 1);
}

/** The words with which the command fetches keys itself: `rpm --import http://…`, `gpg --fetch-keys …`. */
export function fetchedKeys({ name, words }: ShellCommand): readonly ShellWord[] {
  if (!/^(?:gpg[12]?|apt-key|rpm|rpmkeys)$/.test(name)) return [];
  if (!words.some((it) => /^--(?:import|fetch-keys?)$/.test(it.value))) return [];
  return words.slice(1).filter((it) => !it.value.startsWith('-'));
}
