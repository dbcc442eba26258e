import { expect, test } from 'vitest';
import type { ShellLanguage } from '../../rules/shell/parse.js';
import { facts, values } from './read.js';

function changes(program: string, language: ShellLanguage = 'posix'): readonly string[] {
  const found = facts(program, language);
  return [
    ...found.writes.map((it) => {
      const content = it.content ? `${JSON.stringify(it.content.value)}${it.content.literal ? '' : '?'}` : '-';
      return `write ${it.append ? '>>' : '>'} ${it.path.value} ${content}`;
    }),
    ...found.deletions.map((it) => `delete ${values(it.paths).join(' ')}`),
    ...found.modeChanges.map((it) => `mode ${it.mode.value}${it.recursive ? ' -R' : ''} ${values(it.paths).join(' ')}`),
    ...found.ownerChanges.map(
      (it) => `owner ${it.owner.value}${it.recursive ? ' -R' : ''} ${values(it.paths).join(' ')}`,
    ),
  ];
}

type Row = readonly [program: string, ...expected: readonly string[]];

const POSIX: readonly Row[] = [
  ['echo a b > /x', 'write > /x "a b"'],
  ['echo -n "a" >> /x', 'write >> /x "a"'],
  ['echo -e "a\\nb" > /x', 'write > /x "a\\nb"'],
  ['echo "$A" > "$B"', 'write > $B "$A"?'],
  ["printf 'a=%s\\n' b > /x", 'write > /x "a=b\\n"'],
  ["printf '%s\\n' a b >| /x", 'write > /x "a\\nb\\n"'],
  ["printf '100%%\\n' > /x", 'write > /x "100%\\n"'],
  ['cat <<E > /x\na\nb $C\nE\n', 'write > /x "a\\nb $C\\n"?'],
  ["cat <<'E' > /x\na $C\nE\n", 'write > /x "a $C\\n"'],
  ['cat > /x <<-E\n\ta\n\tE\n', 'write > /x "a\\n"'],
  ["cat <<< 'a b' > /x", 'write > /x "a b"'],
  ['cat a > /x', 'write > /x -'],
  ['echo a | tee /x', 'write > /x "a"'],
  ['echo a | sudo tee -a /x /y > /dev/null', 'write >> /x "a"', 'write >> /y "a"'],
  ['tee /x <<E\na\nE\n', 'write > /x "a\\n"'],
  ['cat <<E | tee /x\na\nE\n', 'write > /x "a\\n"'],
  ['{ echo a; echo b; } > /x', 'write > /x "a"', 'write > /x "b"'],
  ['make > log 2>&1', 'write > log -'],
  ['make 2> log'],
  ['make > /dev/null 2>&1'],
  ['make &> log', 'write > log -'],
  ['make >&2'],
  ['rm -rf /a "/b c" d*', 'delete /a /b c d*'],
  ['rm -f -- -x', 'delete -x'],
  ['rm -rf /x/{a,b}', 'delete /x/a /x/b'],
  ['rm -rf $A', 'delete $A'],
  ['rmdir a; unlink b', 'delete a', 'delete b'],
  ['shred -u a; shred b', 'delete a'],
  ['find /a /b -type f -delete', 'delete /a /b'],
  ["find /a -name '*.pyc' -delete", 'delete /a/**/*.pyc'],
  ["find /a/ \\( -name '*.a' -o -name '*.b' \\) -exec rm -rf {} +", 'delete /a/**/*.a /a/**/*.b'],
  ['find /a -mtime +3 -delete', 'delete '],
  ['find /a -exec rm -f {} \\;', 'delete /a'],
  ['find /a -type d | xargs rm -rf', 'delete /a'],
  ['find /a -print0 | xargs -0 rm -f b', 'delete b /a'],
  ['find /a -name b'],
  ['chmod 755 /x', 'mode 755 /x'],
  ['chmod -R a+w,o-r /x /y', 'mode a+w,o-r -R /x /y'],
  ['chmod -x /x', 'mode -x /x'],
  ['chmod -Rv -- u=rwx /x', 'mode u=rwx -R /x'],
  ['chmod --recursive 777 /x/{a,b}', 'mode 777 -R /x/a /x/b'],
  ['chmod u+s /x', 'mode u+s /x'],
  ['chmod --reference=a b'],
  ['chmod'],
  ['mkdir -p -m 777 /x /y', 'mode 777 /x /y'],
  ['mkdir -p /x'],
  ['install -m 4755 a b /x', 'mode 4755 /x'],
  ['install -dm0777 -o app /x /y', 'mode 0777 /x /y', 'owner app /x /y'],
  ['install -m 644 -t /x a b', 'mode 644 /x'],
  ['chown app:app /x', 'owner app:app /x'],
  ['chown -hR app /x /y', 'owner app -R /x /y'],
  ['chown --from=a b c', 'owner b c'],
  ['chgrp -R 0 /x', 'owner 0 -R /x'],
  ['find /a -exec chmod 777 {} +', 'mode 777 {}'],
];

const POWERSHELL: readonly Row[] = [
  ['Set-Content -Path C:\\x -Value "a b"', 'write > C:\\x "a b"'],
  ["Set-Content C:\\x 'a'", 'write > C:\\x "a"'],
  ['Add-Content C:\\x a', 'write >> C:\\x "a"'],
  ['"a" | Out-File -FilePath C:\\x -Append', 'write >> C:\\x "a"'],
  ["'a' > C:\\x", 'write > C:\\x "a"'],
  ['echo a > $null'],
  ['Remove-Item -Recurse -Force C:\\a, C:\\b', 'delete C:\\a C:\\b'],
  ['rm -Path a -ErrorAction Ignore', 'delete a'],
];

const CMD: readonly Row[] = [
  ['echo a b> c:\\x', 'write > c:\\x "a b"'],
  ['del /q /f c:\\x', 'delete c:\\x'],
  ['rd /s /q c:\\x', 'delete c:\\x'],
  ['dir > nul'],
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
  expect(changes(program, language)).toEqual(expected);
});

test('content has the place of the words that print it', () => {
  const program = 'echo -n "a b" c > /x';
  const [write] = facts(program).writes;
  expect(program.slice(write?.content?.range.start, write?.content?.range.end)).toBe('"a b" c');
});
