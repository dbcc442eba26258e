import { describe, expect, it } from 'vitest';
import { parseCompose } from '../../rules/compose/parse.js';
import { TEXTS } from '../../rules/compose/texts.js';

/** `a(image ports) b(image)`: services and their keys. */
function services(text: string): string {
  const all = parseCompose(text).services;
  return all.map((it) => `${it.name.value}(${it.node.entries.map((entry) => entry.key.value).join(' ')})`).join(' ');
}

function errors(text: string): readonly (readonly [source: string, template: string])[] {
  return parseCompose(text).errors.map(({ range, message }) => [text.slice(range.start, range.end), message.template]);
}

describe('a line that is being typed in the middle', () => {
  const around = (line: string): string =>
    `services:\n  a:\n    image: "nginx:1"\n    ports:\n      - "80:80"\n  b:\n    ${line}\n    user: "1000"\n    tmpfs: [/tmp]\n  c:\n    image: 'z'\n`;

  it.each<readonly [line: string, keys: string, source: string, template: string]>([
    ['image: "x', 'image user tmpfs', '"x', TEXTS.unclosedQuote],
    ["image: 'x", 'image user tmpfs', "'x", TEXTS.unclosedQuote],
    ["command: ['a", 'command user tmpfs', "['a", TEXTS.unclosedBracket],
    ['ports: ["80:80", ', 'ports user tmpfs', '["80:80", ', TEXTS.unclosedBracket],
    ['ports: [', 'ports user tmpfs', '[', TEXTS.unclosedBracket],
    ['environment: {A: b', 'environment user tmpfs', '{A: b', TEXTS.unclosedBracket],
    ['imag', 'user tmpfs', 'imag', TEXTS.missingColon],
    ['image:x', 'user tmpfs', 'image:x', TEXTS.missingColon],
    ['- a', 'user tmpfs', '- a', TEXTS.badIndentation],
    ['  read_only: true', 'user tmpfs', 'read_only: true', TEXTS.badIndentation],
    ['a: b: c', 'user tmpfs', 'a: b: c', TEXTS.badBlock],
    ['{{ if .Values.x }}', 'user tmpfs', '{{ if .Values.x }}', TEXTS.badIndentation],
    ['<<<<<<< HEAD', 'user tmpfs', '<<<<<<< HEAD', TEXTS.missingColon],
    ['x: }', 'x user tmpfs', '}', TEXTS.syntax],
    ['x: *nope', 'x user tmpfs', '*nope', TEXTS.unknownAnchor],
    ['<<: *', 'user tmpfs', '<<: *', TEXTS.unknownAnchor],
    ['x: @a', 'user tmpfs', 'x: @a', TEXTS.badScalar],
    ['\tx: y', 'user tmpfs', 'x: y', TEXTS.tabIndentation],
    ['x: "\\q"', 'x user tmpfs', '', TEXTS.badEscape],
  ])('%s', (line, keys, source, template) => {
    const text = around(line);
    expect(services(text)).toBe(`a(image ports) b(${keys}) c(image)`);
    expect(errors(text)).toEqual([[template === TEXTS.badEscape ? expect.any(String) : source, template]]);
    const windows = text.replaceAll('\n', '\r\n');
    expect(services(windows)).toBe(services(text));
  });
});

describe('a file that ends while it is typed', () => {
  it.each([
    ['services: {web: {image: x, ', 'web(image)'],
    ['services: {web: {image: x, ports: [80, "', 'web(image ports)'],
    ['services:\n  web:\n    image: x\n    ports: [\n      "80:80",\n', 'web(image ports)'],
    ['services: {web: {image: x, ports: [[80], [81]', 'web(image ports)'],
    ['services:\n  web:\n    image: "x', 'web(image)'],
    ['services:\n  web:\n    image: x\n    command: |', 'web(image command)'],
    ['services:\n  web:\n    image: x\n  d', 'web(image)'],
    ['services:\n  web: {image: x}}\n  b: {image: y}\n', 'web(image) b(image)'],
    ['services:\n  web:\n    ima', ''],
    ['services:\n  web:', ''],
    ['serv', ''],
    ['"', ''],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(services(text)).toBe(expected);
  });

  it('keeps the last service in a file of hundreds', () => {
    const many = Array.from({ length: 300 }, (_, it) => `  s${it}:\n    image: "x"\n    ports: ["80:80"]\n`).join('');
    for (const line of ['image: "x', 'ports: ["80:80"', 'ports: ["80', "command: 'a"])
      expect(services(`services:\n  z:\n    ${line}\n${many}`)).toContain('s299(image ports)');
  });
});

describe('a sound file', () => {
  it.each([
    'a: "b\n  c"\nd: [e,\n  f]\n',
    'a: {{ x }}\n',
    'a: !unknown b\n',
    '%YAML 1.1\n---\na: b\n',
    'a: "{{ x }}"\nb: \'[\'\nc: |\n  "\n  [\n',
    'a:\n- b\n- - c\n  - d\n',
  ])('is not repaired: %j', (text) => {
    expect(errors(text)).toEqual([]);
  });
});
