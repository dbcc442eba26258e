import type { Download, ShellCommand, ShellWord } from './model.js';
import { hasOption, lastValue, readArguments } from './options.js';

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** Options of curl that take the next word. */
export const CURL_VALUES = set(
  '-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z ' +
    '--abstract-unix-socket --alt-svc --aws-sigv4 --cacert --capath --cert --cert-type --ciphers --config --connect-timeout ' +
    '--connect-to --continue-at --cookie --cookie-jar --create-file-mode --crlfile --curves --data --data-ascii ' +
    '--data-binary --data-raw --data-urlencode --dns-servers --doh-url --dump-header --engine --etag-compare --etag-save ' +
    '--expect100-timeout --form --form-string --ftp-port --happy-eyeballs-timeout-ms --header --hostpubmd5 --hsts --interface ' +
    '--ipfs-gateway --json --keepalive-time --key --key-type --krb --limit-rate --local-port --login-options --mail-auth ' +
    '--mail-from --mail-rcpt --max-filesize --max-redirs --max-time --netrc-file --noproxy --oauth2-bearer --output ' +
    '--output-dir --parallel-max --pass --pinnedpubkey --preproxy --proto --proto-default --proto-redir --proxy ' +
    '--proxy-cacert --proxy-header --proxy-user --pubkey --quote --range --rate --referer --request --request-target ' +
    '--resolve --retry --retry-delay --retry-max-time --sasl-authzid --service-name --socks4 --socks4a --socks5 ' +
    '--socks5-hostname --speed-limit --speed-time --stderr --telnet-option --time-cond --tls-max --tls13-ciphers --tlsuser ' +
    '--trace --trace-ascii --trace-config --unix-socket --upload-file --url --url-query --user --user-agent --variable --write-out',
);

const WGET_VALUES = set(
  '-o -a -e -i -B -t -O -T -w -Q -P -U -l -A -R -D -I -X --output-file --append-output --execute --input-file --base ' +
    '--tries --output-document --timeout --dns-timeout --connect-timeout --read-timeout --wait --waitretry --quota ' +
    '--directory-prefix --user-agent --level --accept --reject --domains --exclude-domains --include-directories ' +
    '--exclude-directories --header --post-data --post-file --method --body-data --body-file --user --password --referer ' +
    '--certificate --certificate-type --private-key --ca-certificate --ca-directory --secure-protocol --load-cookies ' +
    '--save-cookies --http-user --http-password --limit-rate --cut-dirs --default-page --max-redirect --progress ' +
    '--bind-address --prefer-family --restrict-file-names --compression --retry-on-http-error --proxy-user --proxy-password ' +
    '--start-pos --ciphers --random-file --egd-file --crl-file --pinnedpubkey --config',
);

const FETCH_VALUES = set('-B -f -h -i -N -o -S -T -w --buffer-size --ignore-proxy --output --timeout --user-agent');

const ARIA_VALUES = set(
  '-o -d -x -s -k -j -i -l -m -t --out --dir --max-connection-per-server --split --min-split-size --max-concurrent-downloads ' +
    '--input-file --log --max-tries --timeout --header --checksum --user-agent --http-user --http-passwd',
);

const AXEL_VALUES = set(
  '-s -n -o -S -H -U -T --max-speed --num-connections --output --search --header --user-agent --timeout',
);

type Destination = Download['destination'];

/** What the command fetches from the network, absent when it fetches nothing. */
export function downloadOf(command: ShellCommand): Download | undefined {
  switch (command.name) {
    case 'curl':
      return curl(command);
    case 'wget':
    case 'wget2':
      return wget(command);
    case 'fetch':
      return simple(command, FETCH_VALUES, ['-o', '--output']);
    case 'axel':
      return simple(command, AXEL_VALUES, ['-o', '--output']);
    case 'aria2c':
      return aria(command);
    case 'invoke-webrequest':
    case 'invoke-restmethod':
    case 'start-bitstransfer':
      return cmdlet(command);
    case 'downloadfile':
    case 'downloadstring':
    case 'downloaddata':
      return webClient(command);
    case 'bitsadmin':
      return lastAddress(command, /^\/transfer$/i);
    case 'certutil':
      return lastAddress(command, /^[-/]urlcache$/i);
    case 'lynx':
    case 'links':
    case 'elinks':
    case 'w3m':
      return lastAddress(command, /^https?:/i);
    case 'php':
      return oneLiner(command, '-r');
    default:
      return /^(python|pypy)[\d.]*$/.test(command.name) ? oneLiner(command, '-c') : undefined;
  }
}

function curl(command: ShellCommand): Download | undefined {
  const { options, operands } = readArguments(command.words.slice(1), { values: CURL_VALUES });
  const urls = [...options.flatMap((it) => (it.name === '--url' && it.valueWord ? [it.valueWord] : [])), ...operands];
  if (urls.length === 0 && !hasOption(options, '-K', '--config')) return undefined;
  return { command, tool: 'curl', urls, destination: destination() };

  function destination(): Destination {
    if (hasOption(options, '-I', '--head')) return { kind: 'none' };
    const output = lastValue(options, '-o', '--output');
    const folder = lastValue(options, '--output-dir')?.value;
    if (output && output.value !== '-') return file(inFolder(folder, output.value), output);
    if (!output && hasOption(options, '-O', '--remote-name', '--remote-name-all'))
      return file(inFolder(folder, remoteName(urls[0]?.value ?? '')), undefined);
    return standardOutput(command);
  }
}

function wget(command: ShellCommand): Download | undefined {
  const { options, operands } = readArguments(command.words.slice(1), { values: WGET_VALUES });
  const urls = operands;
  if (urls.length === 0 && !hasOption(options, '-i', '--input-file')) return undefined;
  return { command, tool: command.name, urls, destination: destination() };

  function destination(): Destination {
    if (hasOption(options, '--spider')) return { kind: 'none' };
    const output = lastValue(options, '-O', '--output-document');
    if (output?.value === '-' || output?.value === '/dev/stdout') return standardOutput(command);
    if (output) return file(output.value, output);
    const folder = lastValue(options, '-P', '--directory-prefix')?.value;
    return file(inFolder(folder, remoteName(urls[0]?.value ?? '')), undefined);
  }
}

function simple(command: ShellCommand, values: ReadonlySet<string>, output: readonly string[]): Download | undefined {
  const { options, operands } = readArguments(command.words.slice(1), { values });
  const first = operands[0];
  if (!first || !isAddress(first.value)) return undefined;
  const target = lastValue(options, ...output);
  const destination = !target
    ? file(remoteName(first.value), undefined)
    : target.value === '-'
      ? standardOutput(command)
      : file(target.value, target);
  return { command, tool: command.name, urls: operands, destination };
}

function aria(command: ShellCommand): Download | undefined {
  const { options, operands } = readArguments(command.words.slice(1), { values: ARIA_VALUES });
  if (operands.length === 0) return undefined;
  const output = lastValue(options, '-o', '--out');
  const folder = lastValue(options, '-d', '--dir')?.value;
  const path = inFolder(folder, output?.value ?? remoteName(operands[0]?.value ?? ''));
  return { command, tool: command.name, urls: operands, destination: file(path, output) };
}

/** PowerShell's parameters may be cut short and stand in any letter case: `-Uri`, `-OutF`, `-Dest`. */
function cmdlet(command: ShellCommand): Download | undefined {
  const urls: ShellWord[] = [];
  let output: ShellWord | undefined;
  const positional: ShellWord[] = [];
  const words = command.words.slice(1);
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (!word) break;
    const parameter = /^-([a-z]+):?$/i.exec(word.value)?.[1]?.toLowerCase();
    if (!parameter) {
      positional.push(word);
      continue;
    }
    const value = words[index + 1];
    if (!value || SWITCHES.has(parameter) || parameter.startsWith('useb')) continue;
    index++;
    if (parameter === 'uri' || parameter === 'ur' || parameter === 'source') urls.push(value);
    else if (parameter.startsWith('outf') || parameter.startsWith('dest') || parameter === 'o') output = value;
  }
  const [first, second] = positional;
  if (urls.length === 0 && first) urls.push(first);
  else if (!output && command.name === 'start-bitstransfer' && first) output = first;
  if (!output && command.name === 'start-bitstransfer' && second) output = second;
  if (urls.length === 0) return undefined;
  return {
    command,
    tool: command.name,
    urls,
    destination: output ? file(output.value, output) : standardOutput(command),
  };
}

const SWITCHES = set(
  'usebasicparsing passthru skipcertificatecheck skipheadervalidation disablekeepalive usedefaultcredentials ' +
    'allowunencryptedauthentication noproxy resume verbose asynchronous preserveauthorizationonredirect',
);

function webClient(command: ShellCommand): Download | undefined {
  const [, url, path] = command.words;
  if (!url) return undefined;
  const destination = path && command.name === 'downloadfile' ? file(path.value, path) : standardOutput(command);
  return { command, tool: command.name, urls: [url], destination };
}

function lastAddress(command: ShellCommand, verb: RegExp): Download | undefined {
  if (!command.words.some((it) => verb.test(it.value))) return undefined;
  const at = command.words.findIndex((it) => isAddress(it.value));
  const url = command.words[at];
  const path = command.words[at + 1];
  if (!url) return undefined;
  const destination = path ? file(path.value, path) : standardOutput(command);
  return { command, tool: command.name, urls: [url], destination };
}

/** A call that fetches: function, address, second argument. */
const FETCHING =
  /\b(urlretrieve|urlopen|requests\.get|wget\.download|copy|file_get_contents|readfile|fopen)\(\s{0,20}(['"])([^'"\s]{1,2000})\2\s{0,20}(?:,\s{0,20}(['"])([^'"]{1,500})\4)?/;

/** `python -c "… urlretrieve('https://…', 'file')"`, `php -r "copy('https://…', 'file');"`. */
function oneLiner(command: ShellCommand, name: string): Download | undefined {
  const option = command.words.findIndex((it) => it.value === name);
  const program = command.words[option + 1];
  if (option < 1 || !program) return undefined;
  const call = FETCHING.exec(program.value);
  const address = call?.[3];
  if (!call || address === undefined || !/^(https?|ftp):\/\//i.test(address)) return undefined;
  const url = inside(program, address);
  const path = call[5];
  const saves = call[1] === 'urlretrieve' || call[1] === 'copy';
  const destination: Destination =
    saves && path !== undefined ? file(path, inside(program, path)) : standardOutput(command);
  return { command, tool: command.name, urls: [url], destination };
}

/** A piece of a word; its range is the whole word's where the pieces cannot be told apart. */
function inside(word: ShellWord, value: string): ShellWord {
  const at = word.value.indexOf(value);
  const { start, end } = word.range;
  const quotes = end - start - word.value.length;
  if (at < 0 || (quotes !== 0 && quotes !== 2)) return { ...word, value };
  const from = start + quotes / 2 + at;
  return { value, range: { start: from, end: from + value.length }, literal: word.literal };
}

function standardOutput(command: ShellCommand): Destination {
  for (let index = command.redirects.length - 1; index >= 0; index--) {
    const redirect = command.redirects[index];
    if (!redirect || !/^(>|>>|>\||&>|&>>)$/.test(redirect.operator) || (redirect.descriptor ?? 1) !== 1) continue;
    return file(redirect.target.value, redirect.target);
  }
  return { kind: command.pipedInto ? 'pipe' : 'stdout' };
}

function file(path: string, word: ShellWord | undefined): Destination {
  if (path === '/dev/null' || path.toLowerCase() === 'nul' || path === '$null') return { kind: 'none' };
  return word ? { kind: 'file', path, word } : { kind: 'file', path };
}

function inFolder(folder: string | undefined, path: string): string {
  if (folder === undefined || path.startsWith('/')) return path;
  return folder.endsWith('/') ? folder + path : `${folder}/${path}`;
}

/** The name that a download gets when none is given. */
function remoteName(url: string): string {
  const query = url.search(/[?#]/);
  const path = (query < 0 ? url : url.slice(0, query)).replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === '' ? 'index.html' : name;
}

function isAddress(value: string): boolean {
  return /^(https?|ftps?):\/\//i.test(value) || /^\$|^"?\$\{/.test(value);
}
