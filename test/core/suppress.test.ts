import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import type { Analysis } from '../../rules/core/analyze.js';
import { applyEdits } from '../../rules/core/edit.js';
import { readMarks } from '../../rules/core/example.js';
import { render } from '../../rules/core/message.js';
import { PRACTICES } from '../../rules/core/practice.js';
import type { RegisteredRule, Target } from '../../rules/core/rule.js';
import { AS_OF } from '../../rules/images/lifetimes.generated.js';
import { analyzed, fakeRule, findsWord } from './fake.js';

const UUID = 'a1b2c3d4-0000-4000-8000-000000000001';
const OTHER_UUID = 'a1b2c3d4-0000-4000-8000-000000000002';

/** Each flags its own word. `bad` and `worse` have equivalents in every tool, `odd` in none, `token` is about secrets. */
const RULES: readonly RegisteredRule[] = [
  fakeRule('bad-word', findsWord('BAD'), {
    equivalents: {
      hadolint: ['DL3001', 'SC2001'],
      buildkit: ['BadWord'],
      checkov: ['CKV_DOCKER_1'],
      trivy: ['DS-0002'],
      kics: [UUID],
      semgrep: ['dockerfile.security.bad-word.bad-word'],
      dclint: ['bad-word-rule'],
      tally: ['bad-words'],
    },
  }),
  fakeRule('worse-word', findsWord('WORSE'), {
    equivalents: {
      hadolint: ['DL3002'],
      buildkit: ['WorseWord'],
      checkov: ['CKV_DOCKER_2'],
      trivy: ['DS-0026'],
      kics: [OTHER_UUID],
      semgrep: ['worse-word'],
      dclint: ['worse-word-rule'],
      tally: ['worse-words'],
    },
  }),
  fakeRule('odd-word', findsWord('ODD')),
  fakeRule('token-word', findsWord('TOKEN'), { practice: PRACTICES[3] }),
];

type Case = readonly [title: string, text: string];

const DOCKERFILE: Readonly<Record<string, readonly Case[]>> = {
  hadolint: [
    ['the line right above', '# hadolint ignore=DL3001\nRUN BAD «WORSE» «ODD»\nRUN «BAD»'],
    ['several ids and blanks', '#  hadolint  ignore = DL3001 , SC1000,DL3002\nRUN BAD WORSE «ODD»'],
    ['a further comment behind', '# hadolint ignore=DL3001 # it is needed\nRUN BAD'],
    ['every line of the instruction', '# hadolint ignore=DL3001\nRUN x && \\\n  BAD && \\\n  BAD'],
    ['no blank behind hadolint', '# hadolintignore=DL3001\nRUN «BAD»'],
    ['one bad id voids it', '# hadolint ignore=DL3001,rule\nRUN «BAD»'],
    ['an empty line between', '# hadolint ignore=DL3001\n\nRUN «BAD»'],
    ['a comment between', '# hadolint ignore=DL3001\n# why\nRUN «BAD»'],
    ['an id that we do not know', '# hadolint ignore=DL9999\nRUN «BAD»'],
    ['the stage', '# hadolint stage ignore=DL3001\nFROM BAD\nRUN BAD «WORSE»\nFROM «BAD»'],
    ['the stage, not above FROM', '# hadolint stage ignore=DL3001\nRUN «BAD»\nRUN «BAD»'],
    ['the file, anywhere', 'FROM BAD\nRUN BAD «WORSE»\n# hadolint global ignore=DL3001\nRUN BAD'],
    ['no suppression', '# hadolint shell=powershell\nRUN «BAD»'],
  ],
  buildkit: [
    ['one rule', '# check=skip=BadWord\nFROM BAD\nRUN «WORSE»'],
    [
      'several, any letter case, other parts',
      '# syntax=x\n# check=error=true;skip=badword, WorseWord\nFROM BAD\nRUN WORSE «ODD»',
    ],
    ['all', '# check=skip=all\nFROM BAD\nRUN WORSE ODD'],
    ['below a comment it is none', '# hello\n# check=skip=all\nFROM «BAD»'],
    ['below an instruction it is none', 'FROM «BAD»\n# check=skip=all\nRUN «BAD»'],
    ['no skip', '# check=error=true\nFROM «BAD»'],
    ['an id that we do not know', '# check=skip=JSONArgsRecommended\nFROM «BAD»'],
  ],
  checkov: [
    ['a reason, the whole file', 'FROM BAD\n#checkov:skip=CKV_DOCKER_1:it is needed\nRUN BAD «WORSE»'],
    ['a list', '# checkov:skip= CKV_DOCKER_1,CKV_DOCKER_2\nRUN BAD WORSE «ODD»'],
    ['its older names', '# bridgecrew:skip=CKV_DOCKER_1\n# cortex:skip=CKV_DOCKER_2: why\nRUN BAD WORSE'],
    ['an id that we do not know', '#checkov:skip=CKV_DOCKER_99\nRUN «BAD»'],
  ],
  trivy: [
    ['the instruction below', '#trivy:ignore:DS-0002\nRUN BAD «WORSE»\nRUN «BAD»'],
    [
      'its older spellings',
      '#trivy:ignore:AVD-DS-0002\nRUN BAD\n# tfsec:ignore:DS002\nRUN BAD\n#trivy:ignore:ds-0002\nRUN BAD',
    ],
    ['several on one line', '#trivy:ignore:DS-0002 trivy:ignore:DS-0026\nRUN BAD WORSE «ODD»'],
    ['stacked lines', '#trivy:ignore:DS-0002\n#trivy:ignore:DS-0026\n# why\nRUN BAD WORSE'],
    ['all', '#trivy:ignore:*\nRUN BAD WORSE ODD'],
    ['a wildcard', '#trivy:ignore:DS-*2\nRUN BAD «WORSE» «ODD»'],
    ['a wildcard of nothing', '#trivy:ignore:AWS-*\nRUN «BAD»'],
    ['not yet expired', `#trivy:ignore:DS-0002:exp:${AS_OF}\nRUN BAD\n#trivy:ignore:DS-0002:exp:2999-01-01\nRUN BAD`],
    ['expired', '#trivy:ignore:DS-0002:exp:2020-12-31\nRUN «BAD»'],
    ['no date', '#trivy:ignore:DS-0002:exp:soon\nRUN «BAD»'],
    ['a parameter that we cannot know', '#trivy:ignore:DS-0002[user=root]\nRUN «BAD»'],
    ['an empty line between', '#trivy:ignore:DS-0002\n\nRUN «BAD»'],
    ['the line in a continued instruction', 'RUN x && \\\n#trivy:ignore:DS-0002\n  BAD && \\\n  «BAD»'],
    ['another word before it', '# see trivy:ignore:DS-0002\nRUN «BAD»'],
  ],
  kics: [
    ['the file', '# kics-scan ignore\nFROM BAD\nRUN WORSE ODD'],
    ['the file, not at the top', 'FROM «BAD»\n# kics-scan ignore\nRUN «WORSE»'],
    ['ids', `# kics-scan disable=${UUID.toUpperCase()},x\nFROM BAD\nRUN «WORSE» «ODD»`],
    ['only these ids', `# kics-scan enable=${UUID}\nFROM «BAD»\nRUN WORSE «ODD»`],
    [
      'only ids that we do not know',
      '# kics-scan enable=00000000-0000-4000-8000-000000000000\nFROM «BAD»\nRUN «WORSE»',
    ],
    ['the instruction below', 'FROM a\n# KICS-SCAN ignore-line\nRUN x && \\\n BAD ODD\nRUN «BAD»'],
    ['the stage', '# kics-scan ignore-block\nFROM BAD\nRUN ODD\nFROM «BAD»'],
    ['another word', '# kics-scan ignore-nothing\nRUN «BAD»'],
  ],
  semgrep: [
    ['all, on the line above', '# nosemgrep\nRUN BAD WORSE ODD\nRUN «BAD»'],
    ['one id', '# nosemgrep: dockerfile.security.bad-word.bad-word\nRUN BAD «WORSE»'],
    ['the last part of an id', '# NOSEM: bad-word, worse-word\nRUN BAD WORSE «ODD»'],
    ['another sign', '# nosem=bad-word\nRUN BAD «WORSE»'],
    ['no blank before it', '#nosemgrep\nRUN «BAD»'],
    ['an empty line between', '# nosemgrep\n\nRUN «BAD»'],
    ['an id that we do not know', '# nosemgrep: other\nRUN «BAD»'],
    ['part of a word', '# nosemgrepping\nRUN «BAD»'],
  ],
  tally: [
    ['the next line', '# tally ignore=bad-words,max-lines;reason=needed\nRUN BAD «WORSE»\nRUN «BAD»'],
    ['ids of others', '# tally ignore=DL3001,buildkit/WorseWord\nRUN BAD WORSE «ODD»'],
    ['a namespace', '# tally ignore=tally/bad-words,hadolint/DL3002\nRUN BAD WORSE'],
    ['the file', 'RUN BAD\n# tally global ignore=bad-words\nRUN BAD «WORSE»'],
    ['all', '# tally ignore=all\nRUN BAD WORSE ODD'],
    ['an id that we do not know', '# tally ignore=max-lines\nRUN «BAD»'],
  ],
  gitleaks: [
    ['the line of a secret', 'RUN x TOKEN #gitleaks:allow\nRUN «TOKEN»'],
    ['no other finding', 'RUN «BAD» # gitleaks:allow'],
  ],
  'none that counts here': [
    ['NOSONAR alone on its line', '# NOSONAR\nRUN «BAD»'],
    ['dclint is for compose files', '# dclint disable-file\nRUN «BAD»'],
  ],
};

const COMPOSE: Readonly<Record<string, readonly Case[]>> = {
  dclint: [
    ['the file', '# dclint disable-file\na: BAD\nb: WORSE\nc: «ODD»'],
    ['the file without names', '# dclint disable\na: BAD\nb: WORSE\nc: «ODD»'],
    ['the file by names', '# dclint disable bad-word-rule other-rule\na: BAD\nb: «WORSE»'],
    ['below a key it is none', 'a: «BAD»\n# dclint disable-file\nb: «WORSE»'],
    ['the line', 'a: BAD # dclint disable-line\nb: «BAD»'],
    ['the line below', '# dclint disable-line bad-word-rule\na: BAD WORSE\nb: «BAD»'.replace('WORSE', '«WORSE»')],
    ['an id that we do not know', 'a: «BAD» # dclint disable-line other-rule'],
  ],
  kics: [
    ['the file', '# kics-scan ignore\na: BAD\nb: ODD'],
    ['ids', `# kics-scan disable=${UUID}\na: BAD\nb: «WORSE»`],
    ['the line below', 'a: «BAD»\n# kics-scan ignore-line\nb: ODD\nc: «BAD»'],
    ['its own line', 'a: BAD # kics-scan ignore-line\nb: ODD\nc: «BAD»'],
    ['the block below', 'a: «BAD»\n# kics-scan ignore-block\nb:\n  c: BAD\n  d: ODD\ne: «BAD»'],
    ['the document', '---\n# kics-scan ignore-block\na: BAD\nb: ODD\n---\nc: «BAD»'],
  ],
  semgrep: [
    ['the line', 'a: BAD ODD # nosemgrep\nb: «BAD»'],
    ['the line by id', 'a: BAD WORSE # nosemgrep: bad-word'.replace('WORSE', '«WORSE»')],
    ['the line below', '# nosemgrep\na: BAD\nb: «BAD»'],
  ],
  sonar: [
    ['the line', 'a: BAD ODD # NOSONAR\nb: «BAD»'],
    ['in small letters it is none', 'a: «BAD» # nosonar'],
  ],
  gitleaks: [['the line of a secret', 'a: TOKEN # gitleaks:allow\nb: «TOKEN»']],
  'none that counts here': [
    ['hadolint', '# hadolint ignore=DL3001\na: «BAD»'],
    ['Trivy', '# trivy:ignore:DS-0002\na: «BAD»'],
    ['Checkov', '# checkov:skip=CKV_DOCKER_1\na: «BAD»'],
    ['tally', '# tally ignore=all\na: «BAD»'],
  ],
};

const OWN: readonly (readonly [title: string, kind: Target, text: string])[] = [
  ['the next instruction', 'dockerfile', '# seaworthy: ignore[bad-word] it is needed\nRUN BAD «WORSE»\nRUN «BAD»'],
  ['several rules', 'dockerfile', '# seaworthy: ignore[bad-word, worse-word] needed\nRUN BAD WORSE «ODD»'],
  ['empty lines and comments between', 'dockerfile', '#seaworthy:ignore[bad-word]: needed\n\n# why\n\nRUN BAD'],
  ['every line of the instruction', 'dockerfile', '# seaworthy: ignore[bad-word] x\nRUN BAD && \\\n  BAD\nRUN «BAD»'],
  ['between continued lines', 'dockerfile', 'RUN BAD && \\\n  # seaworthy: ignore[bad-word] x\n  BAD\nRUN «BAD»'],
  ['two comments', 'dockerfile', '# seaworthy: ignore[bad-word] x\n# seaworthy: ignore[odd-word] y\nRUN BAD ODD'],
  ['the file', 'dockerfile', '# syntax=a\n# seaworthy: ignore-file[bad-word] x\nFROM BAD\nRUN BAD «ODD»'],
  [
    'the next key and its value',
    'compose',
    'a: «BAD»\n# seaworthy: ignore[bad-word] x\nb:\n  c: BAD\n  d: [BAD, «ODD»]\ne: «BAD»',
  ],
  ['an inner key', 'compose', 'a:\n  # seaworthy: ignore[bad-word] x\n  b: BAD\n  c: «BAD»'],
  ['a list item', 'compose', 'a:\n  # seaworthy: ignore[bad-word] x\n  - BAD\n  - «BAD»'],
  ['a list item with keys', 'compose', 'a:\n  # seaworthy: ignore[bad-word] x\n  - b: 1\n    c: BAD\n  - c: «BAD»'],
  ['behind a value', 'compose', 'a: BAD # seaworthy: ignore[bad-word] x\nb: «BAD»'],
  ['behind a key with a block', 'compose', 'a: # seaworthy: ignore[bad-word] x\n  b: BAD\nc: «BAD»'],
  ['the file', 'compose', '# seaworthy: ignore-file[bad-word] x\na: BAD\nb: «ODD»'],
  ['a workflow', 'ci', '# seaworthy: ignore[bad-word] x\non: BAD\njobs: «BAD»'],
];

describe.each([
  ['dockerfile', DOCKERFILE],
  ['compose', COMPOSE],
] as const)('comments of other tools in a %s', (kind, tools) => {
  describe.each(Object.entries(tools))('%s', (_, cases) => {
    it.each(cases)('%s', (_title, text) => expectLeft(kind, text));
  });
});

describe('our own comments', () => {
  it.each(OWN)('%s in a %s', (_, kind, text) => expectLeft(kind, text));

  it('counts what it silences', () => {
    const text = 'FROM scratch\n# seaworthy: ignore[bad-word] x\nRUN BAD BAD\nRUN BAD\n';
    expect(analyzed('dockerfile', text, RULES).suppressed).toBe(2);
  });
});

describe('what is wrong with our own comments', () => {
  const cases: readonly (readonly [title: string, text: string, notice: RegExp, fixed: string])[] = [
    ['no brackets', '# seaworthy: ignore bad-word\nRUN «BAD»', /^bad-suppression .*ignore\[rule\]/, 'RUN BAD'],
    ['no rule', '# seaworthy: ignore[ , ] why\nRUN «BAD»', /^bad-suppression .*names no rule/, 'RUN BAD'],
    ['no reason', '# seaworthy: ignore[bad-word] --\nRUN «BAD»', /^bad-suppression .*no reason/, 'RUN BAD'],
    ['another word', '# seaworthy: disable[bad-word] why\nRUN «BAD»', /^bad-suppression/, 'RUN BAD'],
    [
      'the file, below the top',
      'FROM a\n# seaworthy: ignore-file[bad-word] why\nRUN «BAD»',
      /^bad-suppression ignore-file stands below/,
      '# seaworthy: ignore-file[bad-word] why\nFROM a\nRUN BAD',
    ],
    [
      'a misspelled rule',
      '# seaworthy: ignore[bad-wrod] why\nRUN «BAD»',
      /^unknown-rule There is no rule bad-wrod.*Did you mean bad-word\?$/,
      '# seaworthy: ignore[bad-word] why\nRUN BAD',
    ],
    [
      'a rule that there is not',
      '# seaworthy: ignore[zzzzzz, bad-word] why\nRUN BAD',
      /^unknown-rule There is no rule zzzzzz, so/,
      '# seaworthy: ignore[bad-word] why\nRUN BAD',
    ],
    ['nothing to silence', '# seaworthy: ignore[odd-word] why\nRUN «BAD»', /^unused-suppression/, 'RUN BAD'],
    ['nothing below', 'RUN x\n# seaworthy: ignore[odd-word] why', /^unused-suppression/, 'RUN x'],
    [
      'one of two silences nothing',
      '# seaworthy: ignore[bad-word,odd-word] why\nRUN BAD',
      /^unused-suppression Nothing here is a finding of odd-word/,
      '# seaworthy: ignore[bad-word] why\nRUN BAD',
    ],
  ];

  it.each(cases)('%s', (_, marked, notice, fixed) => {
    const { text } = readMarks(staged(marked));
    const analysis = analyzed('dockerfile', text, RULES);
    expect(left(analysis)).toBe(staged(marked));
    expect(analysis.notices.map((it) => `${it.code} ${render(it.message, {})}`)).toEqual([
      expect.stringMatching(notice),
    ]);
    const [fix] = analysis.notices[0]?.fixes ?? [];
    expect(fix?.applicability).toBe('safe');
    const result = analyzed('dockerfile', applyEdits(text, fix?.edits ?? []), RULES);
    expect(result.source.text).toBe(staged(fixed));
    expect(result.notices).toEqual([]);
  });

  it('removes a comment behind a value with the blanks before it', () => {
    const analysis = analyzed('compose', 'a: b   # seaworthy: ignore[odd-word] why\n', RULES);
    const [fix] = analysis.notices[0]?.fixes ?? [];
    expect(applyEdits(analysis.source.text, fix?.edits ?? [])).toBe('a: b\n');
  });

  it.each<[string, Parameters<typeof analyzed>[3]]>([
    ['is off', { config: { ...DEFAULT_CONFIG, rules: { 'odd-word': 'off' } } }],
    ['was not asked for', { only: new Set(['bad-word']) }],
  ])('calls no comment unused whose rule %s', (_, options) => {
    const text = 'FROM scratch\n# seaworthy: ignore[odd-word] why\nRUN x\n';
    expect(analyzed('dockerfile', text, RULES, options).notices).toEqual([]);
  });

  it('calls no comment unused in a text that could not be read as written', () => {
    const { notices } = analyzed('compose', '# seaworthy: ignore[odd-word] why\na: b\nc: "\n', RULES);
    expect(notices.map((it) => it.code)).toEqual(['syntax']);
  });

  it('knows the rules of the registry, whichever run', () => {
    expect(analyzed('dockerfile', '# seaworthy: ignore[untagged-image] why\nFROM a\n', RULES).notices).toEqual([]);
  });
});

/** In a stage, where the text opens none itself. */
function staged(text: string): string {
  return `${/^FROM/m.test(text) ? '' : 'FROM scratch\n'}${text}\n`;
}

/** What is left of the findings in `marked` has to be what is marked. */
function expectLeft(kind: Target, marked: string): void {
  const text = kind === 'dockerfile' ? staged(marked) : `${marked}\n`;
  const analysis = analyzed(kind, readMarks(text).text, RULES);
  expect(left(analysis)).toBe(text);
  expect(analysis.notices.filter((it) => it.code !== 'syntax')).toEqual([]);
  expect(analysis.document.errors).toEqual([]);
  const findings = analysis.source.text.match(/BAD|WORSE|ODD|TOKEN/g)?.length ?? 0;
  expect(analysis.findings.length + analysis.suppressed).toBe(findings);
}

function left({ source, findings }: Analysis): string {
  let text = source.text;
  for (const { range } of findings.toReversed())
    text = `${text.slice(0, range.start)}«${text.slice(range.start, range.end)}»${text.slice(range.end)}`;
  return text;
}
