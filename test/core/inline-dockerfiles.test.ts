import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComposeScalar } from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';
import { asMap } from '../../rules/compose/queries.js';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type Analysis, type AnalyzeOptions, analyze, fixAll, verifiedFixes } from '../../rules/core/analyze.js';
import { applyEdits, type Edit } from '../../rules/core/edit.js';
import { inlineText } from '../../rules/core/inline-text.js';
import { render } from '../../rules/core/message.js';
import { STANDALONE } from '../../rules/core/project.js';
import { lineEndOf, lineStarts, positionAt } from '../../rules/core/text.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';
import { analyzed, fakeRule, findsWord, replacesWord } from './fake.js';

const RUNS = { numRuns: Number(process.env['RUNS'] ?? 200) };

type Files = Readonly<Record<string, string>>;

function judge(text: string, rules: readonly string[], files: Files = {}, path = 'compose.yaml'): Analysis {
  return analyze({ kind: 'compose', text }, optionsOf(text, rules, files, path));
}

function optionsOf(text: string, rules: readonly string[], files: Files = {}, path = 'compose.yaml'): AnalyzeOptions {
  const project = projectOfTexts(path, { ...files, [path]: text });
  return { config: DEFAULT_CONFIG, project, only: new Set(rules) };
}

/** `rule line: what is marked` of every finding. */
function shown(analysis: Analysis): readonly string[] {
  const { text } = analysis.source;
  return analysis.findings.map(({ rule, range }) => {
    const { line } = positionAt(lineStarts(text), range.start);
    return `${rule.id} ${line + 1}: ${text.slice(range.start, range.end)}`;
  });
}

function service(build: string, ...more: readonly string[]): string {
  return `services:\n  web:\n    build:\n${indented(build, 6)}${more.map((it) => `    ${it}\n`).join('')}`;
}

function indented(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by)).replace(/\n?$/, '\n');
}

function block(dockerfile: string, ...more: readonly string[]): string {
  return service(`dockerfile_inline: |\n${indented(dockerfile, 2)}`, ...more);
}

/** The text after the first fix of each finding. */
function fixed(text: string, rules: readonly string[], files: Files = {}): string {
  return fixAll({ kind: 'compose', text }, { ...optionsOf(text, rules, files), unsafe: true }).text;
}

const RULES = ['untagged-image', 'curl-pipe-shell', 'package-cache-kept', 'missing-user', 'secret-in-env'];

describe('a Dockerfile in a compose file', () => {
  it('is judged as one of its own, where it is written', () => {
    expect(shown(judge(block('FROM debian\nRUN apt-get update\nRUN curl -s https://a.example/b | sh'), RULES))).toEqual(
      [
        'untagged-image 5: debian',
        'missing-user 5: debian',
        'package-cache-kept 6: apt-get update',
        'curl-pipe-shell 7: curl -s https://a.example/b | sh',
      ],
    );
  });

  it('is told what registries have', () => {
    const text = block('FROM debian:13.6');
    const options = { ...optionsOf(text, ['undigested-image']), unsafe: true };
    const [finding] = analyze({ kind: 'compose', text }, options).findings;
    expect(finding?.digestOf).toBe('docker.io/library/debian:13.6');
    const digest = `sha256:${'0'.repeat(64)}`;
    const result = fixAll(
      { kind: 'compose', text },
      { ...options, digests: new Map([[`${finding?.digestOf}`, digest]]) },
    );
    expect(result.text).toBe(text.replace('debian:13.6', `debian:13.6@${digest}`));
  });

  it.each([
    ['plain', 'dockerfile_inline: FROM debian', 4],
    ['single quotes', "dockerfile_inline: 'FROM debian'", 4],
    ['double quotes', 'dockerfile_inline: "FROM alpine:3.22\\nFROM debian"', 4],
    ['escapes before it', 'dockerfile_inline: "# \\u00e9\\"\\nFROM debian"', 4],
    ['folded', 'dockerfile_inline: >-\n  # x\n\n  FROM\n  debian', 8],
    ['a block with its indentation told', 'dockerfile_inline: |2-\n    FROM debian', 5],
  ])('is found in a scalar: %s', (_, build, line) => {
    expect(shown(judge(service(build), ['untagged-image']))).toEqual([`untagged-image ${line}: debian`]);
  });

  it('is found behind Windows line ends', () => {
    const text = block('FROM debian\nRUN apt-get update').replaceAll('\n', '\r\n');
    expect(shown(judge(text, ['untagged-image', 'package-cache-kept']))).toEqual([
      'untagged-image 5: debian',
      'package-cache-kept 6: apt-get update',
    ]);
  });

  it('is judged once where an anchor gives it to several services', () => {
    const text =
      'x-build: &build\n  dockerfile_inline: FROM debian\nservices:\n  a:\n    build: *build\n  b:\n    build:\n      <<: *build\n';
    expect(shown(judge(text, ['untagged-image']))).toEqual(['untagged-image 2: debian']);
  });

  it('is judged once where a service extends another one of the file', () => {
    const text = `${service('dockerfile_inline: FROM debian')}  b:\n    extends: web\n`;
    expect(shown(judge(text, ['untagged-image']))).toEqual(['untagged-image 4: debian']);
  });

  it('of another file is left to that file', () => {
    const base = service('dockerfile_inline: FROM debian');
    const override = 'services:\n  web:\n    environment: {A: b}\n';
    const files = { 'compose.yaml': base };
    expect(shown(judge(override, ['untagged-image'], files, 'compose.override.yaml'))).toEqual([]);
  });

  it('that an override replaces is not judged', () => {
    const files = { 'compose.override.yaml': service('dockerfile_inline: FROM debian:13.2') };
    expect(shown(judge(service('dockerfile_inline: FROM debian'), ['untagged-image'], files))).toEqual([]);
  });

  it('is judged without a project too', () => {
    const { findings } = analyze(
      { kind: 'compose', text: service('dockerfile_inline: FROM debian') },
      { config: DEFAULT_CONFIG, project: STANDALONE },
    );
    expect(findings.map((it) => it.rule.id)).toContain('untagged-image');
  });

  it('says what stops the builder', () => {
    const { notices, source } = judge(block('FROM debian:13.2\nRUN <<EOF\nls'), []);
    expect(notices.map((it) => [it.code, source.text.slice(it.range.start, it.range.end)])).toEqual([
      ['syntax', '<<EOF'],
    ]);
  });
});

describe('many of them', () => {
  const many = `services:\n${Array.from({ length: 300 }, (_, it) => `  s${it}:\n    build:\n      dockerfile_inline: FROM debian\n`).join('')}`;

  it('are all judged', () => {
    expect(judge(many, ['untagged-image']).findings).toHaveLength(300);
  });

  it('are left out where they take too long, which is said', () => {
    let now = 0;
    const options = { ...optionsOf(many, ['untagged-image']), clock: () => (now += 100) };
    const { findings, notices, source } = analyze({ kind: 'compose', text: many }, options);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.length).toBeLessThan(100);
    expect(notices.map((it) => [it.code, source.text.slice(it.range.start, it.range.end)])).toEqual([
      ['time', 'FROM debian'],
    ]);
  });
});

describe('what compose says about the build counts', () => {
  const stages = 'FROM debian:13.2 AS base\nUSER www-data\nFROM base AS app\nFROM debian:13.2 AS tools\nUSER root';

  it('the target', () => {
    expect(shown(judge(service(`dockerfile_inline: |\n${indented(stages, 2)}target: app`), ['root-user']))).toEqual([]);
    expect(shown(judge(block(stages), ['root-user']))).toEqual(['root-user 9: root']);
  });

  it('the user', () => {
    expect(shown(judge(block('FROM debian:13.2\nRUN ls'), ['missing-user']))).toEqual(['missing-user 5: debian:13.2']);
    expect(shown(judge(block('FROM debian:13.2\nRUN ls', 'user: "1000"'), ['missing-user']))).toEqual([]);
  });

  it('the service that shows why, in the same file', () => {
    const [finding] = judge(block('FROM debian:13.2\nRUN ls'), ['missing-user']).findings;
    expect(finding?.related.map(({ path, range }) => [path, range])).toEqual([[undefined, { start: 12, end: 15 }]]);
  });

  it('the build context', () => {
    const files = { '.env': 'API_TOKEN=ghp_7Hq2Lw9Xc4Vb6Nm8Kj1Gf3Ds5Aq0Zx2Yw4Er\n' };
    const analysis = judge(block('FROM debian:13.2\nCOPY . .'), ['context-leaks-secrets'], files);
    expect(shown(analysis)).toEqual(['context-leaks-secrets 6: .']);
    expect(analysis.findings[0]?.fixes[0]?.elsewhere?.map((it) => it.path)).toEqual(['.dockerignore']);
  });

  it.each(['\n  base: service:base', ' ["base=docker-image://debian:13.2"]'])(
    'the contexts that it names:%s',
    (contexts) => {
      const text = service(
        `additional_contexts:${contexts}\ndockerfile_inline: |\n  FROM base\n  RUN apt-get update\n`,
      );
      expect(shown(judge(text, RULES))).toEqual([`package-cache-kept ${lineOf(text)}: apt-get update`]);
    },
  );

  it('no pipeline is asked for', () => {
    expect(judge(block('FROM debian:13.2'), ['no-image-pipeline'], { 'a.txt': '' }).findings).toEqual([]);
  });

  it('a secret that is an argument is told once', () => {
    const files = { '.env': 'API_TOKEN=ghp_7Hq2Lw9Xc4Vb6Nm8Kj1Gf3Ds5Aq0Zx2Yw4Er\n' };
    const text = service(
      `args:\n  API_TOKEN: \${API_TOKEN}\ndockerfile_inline: |\n  FROM debian:13.2\n  ARG API_TOKEN\n  RUN curl -H "$$API_TOKEN" https://a.example\n`,
    );
    expect(judge(text, ['secret-build-argument'], files).findings).toHaveLength(1);
  });
});

describe('variables', () => {
  it('doubled dollars are those of the Dockerfile', () => {
    const text = block('ARG TAG=latest\nFROM debian:$${TAG}');
    expect(shown(judge(text, ['moving-tag']))).toEqual(['moving-tag 6: debian:$${TAG}']);
    expect(inlineOf(text).text).toBe('ARG TAG=latest\nFROM debian:${TAG}\n');
  });

  it('single ones are of compose, which knows nothing of the arguments', () => {
    expect(shown(judge(block('ARG TAG=latest\nFROM debian:${TAG}'), ['moving-tag']))).toEqual([]);
    expect(shown(judge(block('ENV A=b\nFROM debian:$TAG'), ['moving-tag', 'untagged-image']))).toEqual([]);
  });

  it('values from .env go in', () => {
    const analysis = judge(block('FROM debian:${TAG}'), ['moving-tag'], { '.env': 'TAG=latest\n' });
    expect(shown(analysis)).toEqual(['moving-tag 5: ${TAG}']);
    expect(analysis.findings[0]?.fixes).toEqual([]);
  });

  it('what is no variable stays', () => {
    const odd = 'FROM a$\nRUN echo $(seq 3) $1 ${ ${X ${X:-${Y:-$$z}}';
    expect(inlineOf(block(odd)).text).toBe(`${odd}\n`);
  });
});

describe('comments silence', () => {
  const bad = 'FROM debian\nRUN apt-get update';

  it('of ours and of others, in the Dockerfile', () => {
    const ours = judge(block(`# seaworthy: ignore[untagged-image] local\n${bad}`), ['untagged-image']);
    expect([ours.findings, ours.notices, ours.suppressed]).toEqual([[], [], 1]);
    expect(judge(block(`# hadolint ignore=DL3006\n${bad}`), ['untagged-image']).suppressed).toBe(1);
  });

  it('above the key, in YAML', () => {
    const text = block(bad).replace('      docker', '      # seaworthy: ignore[untagged-image] local\n      docker');
    const analysis = judge(text, ['untagged-image', 'package-cache-kept']);
    expect(shown(analysis)).toEqual(['package-cache-kept 7: apt-get update']);
    expect([analysis.notices, analysis.suppressed]).toEqual([[], 1]);
  });

  it('and are named where they silence nothing', () => {
    const text = block('# seaworthy: ignore[untagged-image] local\nFROM debian:13.2');
    const { notices, source } = judge(text, ['untagged-image']);
    expect(notices.map((it) => [it.code, source.text.slice(it.range.start, it.range.end)])).toEqual([
      ['unused-suppression', 'untagged-image'],
    ]);
    const [fix] = notices[0]?.fixes ?? [];
    expect(applyEdits(text, fix?.edits ?? [])).toBe(block('FROM debian:13.2'));
  });
});

describe('fixes', () => {
  it('are made in the block', () => {
    expect(fixed(block('FROM debian:13.2\nRUN apt-get update\n\nUSER a'), ['package-cache-kept'])).toBe(
      block('FROM debian:13.2\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\n\nUSER a'),
    );
  });

  it.each(['\n', '\r\n'])('put lines into it: %j', (eol) => {
    const steps = 'FROM node:24.11.1-alpine3.22\nWORKDIR /app\nCOPY server.js .\n';
    const line = `        USER node${eol}`;
    const before = block(`${steps}\nCMD ["node", "server.js"]`, 'init: true').replaceAll('\n', eol);
    expect(fixed(before, ['missing-user'])).toBe(before.replace('        CMD', `${line}        CMD`));
    const last = block(steps, 'init: true').replaceAll('\n', eol);
    const { text, editsOf: mapped } = inlineOf(last);
    const appended = mapped([{ range: { start: text.length, end: text.length }, text: 'USER node\n' }]) ?? [];
    expect(applyEdits(last, appended)).toBe(last.replace('    init', `${line}    init`));
  });

  it('are offered where they are verified', () => {
    const text = block('FROM debian:13.2\nRUN apt-get update');
    const options = optionsOf(text, ['package-cache-kept']);
    const analysis = analyze({ kind: 'compose', text }, options);
    expect(analysis.findings.map((it) => verifiedFixes(analysis, it, options).length)).toEqual([1]);
  });

  it('are made in double quotes', () => {
    expect(fixed(service('dockerfile_inline: "FROM debian:13.2\\nRUN apt-get update"'), ['package-cache-kept'])).toBe(
      service('dockerfile_inline: "FROM debian:13.2\\nRUN apt-get update && rm -rf /var/lib/apt/lists/*"'),
    );
  });

  it('are left out where they need lines that the scalar has not', () => {
    const rule = fakeRule(
      'bad-word',
      findsWord('BAD', (start) => ({ range: { start, end: start + 3 }, text: 'a\nb' })),
    );
    const [plain] = analyzed('compose', service('dockerfile_inline: FROM BAD'), [
      { ...rule, check: dockerOnly(rule) },
    ]).findings;
    expect([plain?.rule.id, plain?.fixes]).toEqual(['bad-word', []]);
  });
});

it('a rule that tells it of the compose file does not tell it again', () => {
  const rule = fakeRule('bad-word', replacesWord('BAD', 'good'));
  expect(analyzed('compose', block('FROM BAD'), [rule]).findings).toHaveLength(1);
});

function lineOf(text: string): string {
  return String(text.slice(0, text.indexOf('RUN')).split('\n').length);
}

function dockerOnly(rule: ReturnType<typeof fakeRule>): ReturnType<typeof fakeRule>['check'] {
  const { dockerfile } = rule.check;
  return dockerfile ? { dockerfile } : {};
}

function scalarOf(text: string): ComposeScalar | undefined {
  const build = parseCompose(text).services[0]?.get('build')?.value;
  const node = asMap(build)?.get('dockerfile_inline')?.value;
  return node?.kind === 'scalar' ? node : undefined;
}

function inlineOf(text: string): ReturnType<typeof inlineText> {
  const node = scalarOf(text);
  if (!node) throw new Error('there is no inline Dockerfile');
  return inlineText(node, { text, eol: lineEndOf(text) });
}

const LINES = fc.array(
  fc.constantFrom(
    'FROM debian',
    'RUN a && \\',
    '  b $X',
    '# c',
    '',
    'RUN echo "$(seq 3)" \'x\'',
    'USER é',
    'ENV A=$${B}',
  ),
  { minLength: 1, maxLength: 7 },
);
const INSERTED = fc.constantFrom('', 'x', 'USER app\n', '\nUSER app', 'a\nb', 'a\n\n  b\n', '"q" $Y', "it's");

describe('any text', () => {
  it('decodes after an edit to what the edit makes of the Dockerfile', () => {
    let made = 0;
    fc.assert(
      fc.property(
        LINES,
        fc.constantFrom('|', '|-', '|+', '>', '"', "'", ' '),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.tuple(fc.nat(), fc.nat(12), INSERTED, fc.boolean()), { minLength: 1, maxLength: 2 }),
        (lines, style, eol, drafts) => {
          const source = `FROM a\n${lines.join('\n').replaceAll('$', '$$$$')}\nCMD x`;
          const text = written(source, style).replaceAll('\n', eol);
          const inline = inlineOf(text);
          const edits = editsOf(inline.text, drafts);
          const mapped = inline.editsOf(edits);
          if (!mapped) return;
          made++;
          const after = inlineOf(applyEdits(text, mapped));
          expect(after.text.replace(/\n+$/, '')).toBe(applyEdits(inline.text, edits).replace(/\n+$/, ''));
        },
      ),
      RUNS,
    );
    expect(made).toBeGreaterThan(RUNS.numRuns / 4);
  });

  it('is judged without a failure, at places of the text', () => {
    const piece = fc.constantFrom(...PIECES);
    const head = 'services:\n  web:\n    build:\n      dockerfile_inline: ';
    fc.assert(
      fc.property(fc.constantFrom('', head, `${head}|\n        FROM debian\n`), fc.array(piece), (start, pieces) => {
        const text = start + pieces.join('');
        const { findings, notices } = analyze({ kind: 'compose', text }, { ...optionsOf(text, []), only: ALL });
        expect(notices.filter((it) => it.code === 'rule-failed').map((it) => render(it.message, {}))).toEqual([]);
        for (const { range, fixes } of [...findings, ...notices]) {
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeGreaterThanOrEqual(range.start);
          expect(range.end).toBeLessThanOrEqual(text.length);
          for (const fix of fixes) expect(() => applyEdits(text, fix.edits)).not.toThrow();
        }
      }),
      RUNS,
    );
  });
});

const PIECES: readonly string[] = [
  'services:\n',
  '  web:\n',
  '    build:\n',
  '      target: a\n',
  '      dockerfile_inline: |\n',
  '      dockerfile_inline: >+\n',
  '      dockerfile_inline: "',
  "      dockerfile_inline: '",
  '        FROM debian\n',
  '        RUN <<EOF\n',
  '        EOF\n',
  '        ARG A=b\n',
  '        RUN apt-get update \\\n',
  '        # seaworthy: ignore[x] y\n',
  'FROM a AS a\\nUSER root',
  '\r\n',
  '"',
  "'",
  '$',
  '\n',
  '\t',
  ' ',
  '{',
  '}',
  '\\',
  '$$',
  '${',
  '\\n',
];

const ALL = new Set([...RULES, 'moving-tag', 'root-user', 'recommended-packages-installed', 'unbounded-logs']);

function written(dockerfile: string, style: string): string {
  if (style === '"') return service(`dockerfile_inline: ${JSON.stringify(dockerfile)}`);
  if (style === "'")
    return service(`dockerfile_inline: '${dockerfile.replaceAll("'", "''").replaceAll('\n', '\n\n  ')}'`);
  if (style === '>') return service(`dockerfile_inline: >\n${indented(dockerfile.replaceAll('\n', '\n\n'), 2)}`);
  if (style === ' ') return service('dockerfile_inline: FROM debian AS x');
  return service(`dockerfile_inline: ${style}\n${indented(dockerfile, 2)}`, 'init: true');
}

function editsOf(text: string, drafts: readonly (readonly [number, number, string, boolean])[]): readonly Edit[] {
  const starts = [0, ...[...text.matchAll(/\n/g)].map((it) => it.index + 1)];
  const edits = drafts.map(([at, length, inserted, whole]) => {
    const start = whole ? (starts[at % starts.length] ?? 0) : at % (text.length + 1);
    const end = whole ? (starts[(at % starts.length) + (length % 3)] ?? text.length) : start + length;
    return { range: { start, end: Math.min(text.length, end) }, text: inserted };
  });
  const sorted = edits.sort((a, b) => a.range.start - b.range.start);
  return sorted.filter((it, index) => index === 0 || it.range.start > (sorted[index - 1]?.range.end ?? 0));
}
