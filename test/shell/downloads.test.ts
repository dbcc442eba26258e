import { expect, test } from 'vitest';
import type { Download } from '../../rules/shell/model.js';
import type { ShellLanguage } from '../../rules/shell/parse.js';
import { facts, values } from './read.js';

function describeDownload({ tool, urls, destination }: Download): string {
  const target = destination.kind === 'file' ? destination.path : `(${destination.kind})`;
  return `${tool} ${values(urls).join(' ')} → ${target}`;
}

function downloads(program: string, language: ShellLanguage = 'posix'): readonly string[] {
  return facts(program, language).downloads.map(describeDownload);
}

type Row = readonly [program: string, ...expected: readonly string[]];

const POSIX: readonly Row[] = [
  ['curl https://x/a', 'curl https://x/a → (stdout)'],
  ['curl -fsSL https://x/a.sh | sh', 'curl https://x/a.sh → (pipe)'],
  ['curl -fsSLo /b https://x/a', 'curl https://x/a → /b'],
  ['curl -fsSL -o/b https://x/a', 'curl https://x/a → /b'],
  ['curl https://x/a --output /b', 'curl https://x/a → /b'],
  ['curl --output=/b --url https://x/a', 'curl https://x/a → /b'],
  ['curl -OL https://x/d/a.tgz?q=1#f', 'curl https://x/d/a.tgz?q=1#f → a.tgz'],
  ['curl -O --output-dir /t https://x/a.tgz', 'curl https://x/a.tgz → /t/a.tgz'],
  ['curl -o b --output-dir /t/ https://x/a', 'curl https://x/a → /t/b'],
  ['curl -o - https://x/a | tar xz', 'curl https://x/a → (pipe)'],
  ['curl -o /dev/null https://x/a', 'curl https://x/a → (none)'],
  ['curl -sI https://x/a', 'curl https://x/a → (none)'],
  ['curl --head https://x/a', 'curl https://x/a → (none)'],
  ['curl https://x/a > /b', 'curl https://x/a → /b'],
  ['curl https://x/a >> /b 2> /dev/null', 'curl https://x/a → /b'],
  ['curl https://x/a > /dev/null', 'curl https://x/a → (none)'],
  ['curl -H "A: b" -u a:b -X POST -d "x=y" --retry 3 https://x/a', 'curl https://x/a → (stdout)'],
  ['curl -k -x http://proxy https://x/a', 'curl https://x/a → (stdout)'],
  ['curl $URL', 'curl $URL → (stdout)'],
  ['curl -O https://x/a -O https://x/b', 'curl https://x/a https://x/b → a'],
  ['curl --version'],
  ['A=$(curl https://x/a)', 'curl https://x/a → (stdout)'],
  ['bash <(curl https://x/a)', 'curl https://x/a → (stdout)'],
  ['{ curl https://x/a; } > /b', 'curl https://x/a → /b'],
  ['wget https://x/d/a.tgz', 'wget https://x/d/a.tgz → a.tgz'],
  ['wget https://x', 'wget https://x → index.html'],
  ['wget https://x/', 'wget https://x/ → index.html'],
  ['wget -q https://x/a -O /b', 'wget https://x/a → /b'],
  ['wget -qO /b https://x/a', 'wget https://x/a → /b'],
  ['wget -qO- https://x/a | sh', 'wget https://x/a → (pipe)'],
  ['wget -O - https://x/a > /b', 'wget https://x/a → /b'],
  ['wget --output-document=/b https://x/a', 'wget https://x/a → /b'],
  ['wget -P /t https://x/a', 'wget https://x/a → /t/a'],
  ['wget -nv -P /t/ https://x/a', 'wget https://x/a → /t/a'],
  ['wget --spider https://x/a', 'wget https://x/a → (none)'],
  ['wget --no-check-certificate --header "A: b" https://x/a', 'wget https://x/a → a'],
  ['wget https://x/a https://x/b', 'wget https://x/a https://x/b → a'],
  ['wget --help'],
  ['busybox wget -O /b https://x/a', 'wget https://x/a → /b'],
  ['fetch -o /b https://x/a', 'fetch https://x/a → /b'],
  ['fetch https://x/a', 'fetch https://x/a → a'],
  ['fetch origin'],
  ['git fetch https://x/a'],
  ['aria2c -x 4 -d /t -o b https://x/a', 'aria2c https://x/a → /t/b'],
  ['aria2c https://x/a', 'aria2c https://x/a → a'],
  ['axel -n 4 -o /b https://x/a', 'axel https://x/a → /b'],
  ['lynx -source https://x/a | sh', 'lynx https://x/a → (pipe)'],
  [`python3 -c "import urllib.request as u; u.urlretrieve('https://x/a', '/b')"`, 'python3 https://x/a → /b'],
  [`python -c 'import urllib2; print(urllib2.urlopen("https://x/a").read())' | sh`, 'python https://x/a → (pipe)'],
  [`php -r "copy('https://x/a', 'b.php');"`, 'php https://x/a → b.php'],
  [`php -r "copy('a', 'b');"`],
  ["python -c 'print(1)'"],
  ['echo curl https://x/a'],
  ['apt-get install curl'],
];

const POWERSHELL: readonly Row[] = [
  ['Invoke-WebRequest -Uri https://x/a -OutFile C:\\b', 'invoke-webrequest https://x/a → C:\\b'],
  ['iwr https://x/a -UseBasicParsing -outf b', 'invoke-webrequest https://x/a → b'],
  ['INVOKE-WEBREQUEST https://x/a -Out:b', 'invoke-webrequest https://x/a → (stdout)'],
  ['iwr https://x/a | iex', 'invoke-webrequest https://x/a → (pipe)'],
  ['iex (irm https://x/a)', 'invoke-restmethod https://x/a → (stdout)'],
  ['curl https://x/a -OutFile b', 'invoke-webrequest https://x/a → b'],
  ['curl.exe -o b https://x/a', 'curl https://x/a → b'],
  ['curl -fsSL -o b https://x/a', 'curl https://x/a → b'],
  ['Start-BitsTransfer -Source https://x/a -Destination b', 'start-bitstransfer https://x/a → b'],
  ['Start-BitsTransfer https://x/a b', 'start-bitstransfer https://x/a → b'],
  ["(New-Object Net.WebClient).DownloadFile('https://x/a', 'b')", 'downloadfile https://x/a → b'],
  ['$w = New-Object Net.WebClient; $w.DownloadFile(\'https://x/a\', "b")', 'downloadfile https://x/a → b'],
  ["iex ((New-Object Net.WebClient).DownloadString('https://x/a'))", 'downloadstring https://x/a → (stdout)'],
  ["(New-Object Net.WebClient).DownloadString('https://x/a') | iex", 'downloadstring https://x/a → (pipe)'],
];

const CMD: readonly Row[] = [
  ['curl -L -o b.exe https://x/a', 'curl https://x/a → b.exe'],
  ['certutil.exe -urlcache -split -f https://x/a b.exe', 'certutil https://x/a → b.exe'],
  ['bitsadmin /transfer j https://x/a c:\\b', 'bitsadmin https://x/a → c:\\b'],
  ['powershell -c "iwr https://x/a -outfile b"', 'invoke-webrequest https://x/a → b'],
];

test.each(
  (
    [
      ['posix', POSIX],
      ['powershell', POWERSHELL],
      ['cmd', CMD],
    ] as const
  ).flatMap(([language, rows]) => rows.map(([program, ...expected]) => ({ language, program, expected }))),
)('$language: $program', ({ language, program, expected }) => {
  expect(downloads(program, language)).toEqual(expected);
});

test('the place of the file and of the address', () => {
  const program = 'curl -fsSLo"/b c" https://x/a';
  const [found] = facts(program).downloads;
  const word = found?.destination.kind === 'file' ? found.destination.word : undefined;
  expect(word?.value).toBe('/b c');
  expect(found?.urls.map((it) => program.slice(it.range.start, it.range.end))).toEqual(['https://x/a']);
});

test('an address inside a one-liner has its own place', () => {
  const program = `python -c "u.urlretrieve('https://x/a', '/b')"`;
  const [found] = facts(program).downloads;
  expect(found?.urls.map((it) => program.slice(it.range.start, it.range.end))).toEqual(['https://x/a']);
});
