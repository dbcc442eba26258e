import { describe, expect, it } from 'vitest';
import type { Format } from '../../cli/args.js';
import { githubPrinter } from '../../cli/formats/github.js';
import { gitlabPrinter } from '../../cli/formats/gitlab.js';
import { jsonPrinter, ndjsonPrinter } from '../../cli/formats/json.js';
import { junitPrinter } from '../../cli/formats/junit.js';
import type { Printer, PrinterContext } from '../../cli/formats/printer.js';
import { textPrinter } from '../../cli/formats/text.js';
import { createTally, type FileReport, type FindingReport, type RangeReport } from '../../cli/report.js';
import { sayIn } from '../../cli/say.js';

const place = (line: number, column: number, endLine: number, endColumn: number): RangeReport => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
});

const ROOT_USER: FindingReport = {
  rule: 'root-user',
  practice: 6,
  level: 'warning',
  confidence: 'high',
  message: 'The last USER is root, so 100% of it: root.',
  range: place(3, 6, 3, 10),
  related: [
    { message: 'node sets another user here.', range: place(1, 6, 1, 10) },
    {
      message: 'The service says so too.',
      range: place(4, 5, 4, 15),
      place: { path: 'compose.yaml', file: '/work/compose.yaml' },
    },
  ],
  fixes: [
    {
      title: 'Change it to USER node',
      applicability: 'unsafe',
      edits: [{ range: place(3, 6, 3, 10), text: 'node' }],
      elsewhere: [
        {
          place: { path: 'compose.yaml', file: '/work/compose.yaml' },
          edits: [{ range: place(4, 1, 5, 1), text: '' }],
        },
      ],
    },
  ],
  fingerprint: '0123456789abcdef:1',
  excerpt: { text: 'USER root # 日本語', start: 5, end: 9 },
};

const WIDE: FindingReport = {
  ...ROOT_USER,
  rule: 'package-cache-kept',
  level: 'info',
  range: place(12, 9, 13, 2),
  related: [],
  fixes: [{ title: 'Clean up', applicability: 'safe', elsewhere: [] }],
  fingerprint: 'fedcba9876543210:1',
  excerpt: { text: 'RUN\t日本 && apt \u001b[2J', start: 4, end: 6 },
};

const FILES: readonly FileReport[] = [
  {
    path: 'a, b/Dockerfile',
    file: '/work/a, b/Dockerfile',
    kind: 'dockerfile',
    findings: [ROOT_USER, WIDE],
    notices: [{ code: 'unused-suppression', level: 'info', message: 'It silences nothing.', range: place(2, 1, 2, 9) }],
    errors: [],
    suppressed: 2,
  },
  {
    path: 'clean/Dockerfile',
    file: '/work/clean/Dockerfile',
    kind: 'dockerfile',
    findings: [],
    notices: [],
    errors: [],
    suppressed: 0,
  },
  {
    path: 'compose.yaml',
    file: '/work/compose.yaml',
    kind: 'compose',
    findings: [],
    notices: [],
    errors: [{ code: 'unreadable', level: 'error', message: 'It is <binary> & "bad".\nExclude it.' }],
    suppressed: 0,
  },
];

const PRINTERS: Readonly<Record<Exclude<Format, 'sarif'>, (context: PrinterContext) => Printer>> = {
  text: textPrinter,
  json: jsonPrinter,
  ndjson: ndjsonPrinter,
  github: githubPrinter,
  gitlab: gitlabPrinter,
  junit: junitPrinter,
};

function printed(format: keyof typeof PRINTERS, files: readonly FileReport[], options: Partial<PrinterContext> = {}) {
  let all = '';
  const printer = PRINTERS[format]({
    write: (text) => {
      all += text;
    },
    say: sayIn({}),
    translations: {},
    color: false,
    quiet: false,
    cwd: '/work',
    version: '1.2.3',
    rules: [],
    ...options,
  });
  const tally = createTally();
  printer.start();
  for (const it of files) {
    tally.add(it);
    printer.file(it);
  }
  printer.end(tally.summary({ known: 3, stale: 0, verified: true }));
  return all;
}

describe('text', () => {
  it('shows each finding on one line, with its line of source below', () => {
    expect(printed('text', FILES)).toBe(
      [
        'a, b/Dockerfile',
        '   2:1  info     It silences nothing. [unused-suppression]',
        '   3:6  warning  The last USER is root, so 100% of it: root. [root-user]',
        '        | USER root # 日本語',
        '        |      ^^^^',
        '        1:6  node sets another user here.',
        '        compose.yaml:4:5  The service says so too.',
        '        fix (unsafe): Change it to USER node',
        '  12:9  info     The last USER is root, so 100% of it: root. [package-cache-kept]',
        // Wide characters take two cells, and what could change the terminal is not printed.
        '        | RUN 日本 && apt \uFFFD[2J',
        '        |     ^^^^',
        '        fix: Clean up',
        '',
        '3 findings in 1 of 3 files: 1 warning, 2 infos.',
        'seaworthy fix repairs 1 of them, with --unsafe 1 more.',
        '2 silenced by comments.',
        '3 known from the baseline.',
        '1 could not be checked.',
        '',
      ].join('\n'),
    );
  });

  it('says when there is nothing', () => {
    expect(printed('text', FILES.slice(1, 2))).toContain('No findings in 1 file.\n');
  });

  it('says that numbers are not verified ones', () => {
    let all = '';
    const write = (text: string) => {
      all += text;
    };
    const tally = createTally();
    for (const it of FILES) tally.add(it);
    const context = {
      write,
      say: sayIn({}),
      translations: {},
      color: false,
      quiet: false,
      cwd: '/',
      version: '',
      rules: [],
    };
    textPrinter(context).end(tally.summary({ known: 0, stale: 0, verified: false }));
    expect(all).toContain('seaworthy fix repairs up to 1 of them, with --unsafe up to 1 more.\n');
  });

  it('is silent but for findings when asked to', () => {
    expect(printed('text', FILES.slice(1, 2), { quiet: true })).toBe('');
  });

  it('colours levels only where colours are wanted', () => {
    expect(printed('text', FILES, { color: true })).toContain('\u001b[33mwarning\u001b[39m');
    expect(printed('text', FILES)).not.toContain('\u001b');
  });
});

describe('json', () => {
  it('has the shape that scripts rely on', () => {
    expect(JSON.parse(printed('json', FILES))).toEqual({
      version: 1,
      files: [
        {
          path: 'a, b/Dockerfile',
          kind: 'dockerfile',
          findings: [
            {
              rule: 'root-user',
              practice: 6,
              level: 'warning',
              confidence: 'high',
              message: 'The last USER is root, so 100% of it: root.',
              range: { start: { line: 3, column: 6 }, end: { line: 3, column: 10 } },
              related: [
                {
                  path: 'a, b/Dockerfile',
                  message: 'node sets another user here.',
                  range: { start: { line: 1, column: 6 }, end: { line: 1, column: 10 } },
                },
                {
                  path: 'compose.yaml',
                  message: 'The service says so too.',
                  range: { start: { line: 4, column: 5 }, end: { line: 4, column: 15 } },
                },
              ],
              fixes: [
                {
                  title: 'Change it to USER node',
                  applicability: 'unsafe',
                  edits: [{ range: { start: { line: 3, column: 6 }, end: { line: 3, column: 10 } }, text: 'node' }],
                  elsewhere: [
                    {
                      path: 'compose.yaml',
                      edits: [{ range: { start: { line: 4, column: 1 }, end: { line: 5, column: 1 } }, text: '' }],
                    },
                  ],
                },
              ],
              fingerprint: '0123456789abcdef:1',
            },
            expect.objectContaining({
              rule: 'package-cache-kept',
              fixes: [{ title: 'Clean up', applicability: 'safe', edits: null, elsewhere: [] }],
            }),
          ],
          notices: [
            {
              code: 'unused-suppression',
              level: 'info',
              message: 'It silences nothing.',
              range: { start: { line: 2, column: 1 }, end: { line: 2, column: 9 } },
            },
          ],
          errors: [],
          suppressed: 2,
        },
        { path: 'clean/Dockerfile', kind: 'dockerfile', findings: [], notices: [], errors: [], suppressed: 0 },
        {
          path: 'compose.yaml',
          kind: 'compose',
          findings: [],
          notices: [],
          errors: [{ code: 'unreadable', level: 'error', message: 'It is <binary> & "bad".\nExclude it.' }],
          suppressed: 0,
        },
      ],
      summary: {
        files: 3,
        filesWithFindings: 1,
        findings: 3,
        error: 0,
        warning: 1,
        info: 2,
        fixable: { safe: 1, unsafe: 1, manual: 0 },
        suppressed: 2,
        known: 3,
        failed: 1,
      },
    });
  });

  it('is a document without files, too', () => {
    expect(JSON.parse(printed('json', []))).toMatchObject({ version: 1, files: [] });
  });
});

describe('ndjson', () => {
  it('is one file a line, as in json', () => {
    const lines = printed('ndjson', FILES).trimEnd().split('\n');
    const whole = JSON.parse(printed('json', FILES)) as { files: unknown[] };
    expect(lines.map((it) => JSON.parse(it) as unknown)).toEqual(whole.files);
  });
});

describe('github', () => {
  it('escapes what would end a value', () => {
    expect(printed('github', FILES, { quiet: true }).split('\n')).toEqual([
      '::warning file=a%2C b/Dockerfile,line=3,endLine=3,col=6,endColumn=10,title=seaworthy root-user::The last USER is root, so 100%25 of it: root.',
      '::notice file=a%2C b/Dockerfile,line=12,endLine=13,title=seaworthy package-cache-kept::The last USER is root, so 100%25 of it: root.',
      '::notice file=a%2C b/Dockerfile,line=2,endLine=2,col=1,endColumn=9,title=seaworthy unused-suppression::It silences nothing.',
      '::error file=compose.yaml,title=seaworthy unreadable::It is <binary> & "bad".%0AExclude it.',
      '',
    ]);
  });
});

describe('gitlab', () => {
  it('is a code quality report', () => {
    const entries = JSON.parse(printed('gitlab', FILES)) as Record<string, unknown>[];
    expect(entries).toHaveLength(4);
    expect(entries[0]).toEqual({
      description: 'The last USER is root, so 100% of it: root.',
      check_name: 'root-user',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      severity: 'major',
      location: { path: 'a, b/Dockerfile', lines: { begin: 3 } },
    });
    expect(new Set(entries.map((it) => it['fingerprint'])).size).toBe(4);
    expect(JSON.parse(printed('gitlab', []))).toEqual([]);
  });
});

describe('junit', () => {
  it('is XML with one failed test a finding', () => {
    const xml = printed('junit', FILES);
    expect(xml).toContain('<testsuites name="seaworthy" tests="5" failures="4" errors="0">');
    expect(xml).toContain('<testcase classname="clean/Dockerfile" name="seaworthy"/>');
    expect(xml).toContain('name="root-user a, b/Dockerfile:3:6"');
    expect(xml).toContain('message="It is &lt;binary&gt; &amp; &quot;bad&quot;.&#10;Exclude it."');
  });

  it('holds no character that XML has not', () => {
    const strange = [{ ...ROOT_USER, message: 'a\u0000b\u001bc\uD800d\uFFFE' }];
    expect(printed('junit', [{ ...FILES[0], findings: strange } as FileReport])).toContain('message="a?b?c?d?"');
  });
});
