import path from 'node:path';
import { parseConfiguration } from '../rules/configuration/parse.js';
import {
  type Analysis,
  type AnalyzeOptions,
  analyze,
  type Notice,
  type RelatedPlace,
  type ReportedFinding,
  type ReportedFix,
  verifiedFixes,
  verifyTogether,
} from '../rules/core/analyze.js';
import { render, type Translations } from '../rules/core/message.js';
import { STANDALONE } from '../rules/core/project.js';
import { lineStarts, positionAt, type Range } from '../rules/core/text.js';
import type { FileKind } from '../rules/project/kind.js';
import { createListings, type Listings } from '../workspace/listings.js';
import { absolutePath, createProjects, type Projects, type ProjectsOptions } from '../workspace/project.js';
import { readText } from '../workspace/read.js';
import { isWithin } from '../workspace/repository.js';
import { createSettings, type Settings } from '../workspace/settings.js';
import { loadTranslations } from '../workspace/translations.js';
import { excerptOf, maskedLines } from './excerpt.js';
import { createFingerprints } from './fingerprint.js';
import { MASK, maskText } from './mask.js';
import type {
  ErrorReport,
  FilePlace,
  FileReport,
  FindingReport,
  FixReport,
  NoticeReport,
  RangeReport,
  RelatedReport,
} from './report.js';
import { shownPath } from './shown-path.js';
import { TEXTS } from './texts.js';

/** Everything that decides how files are judged; plain data, so that a worker gets the same. */
export interface JudgeOptions {
  readonly cwd: string;
  /** Absolute. */
  readonly config?: string;
  readonly profile?: 'recommended' | 'strict';
  /** Rule ids; only these run. */
  readonly only?: readonly string[];
  /** False: each file alone. */
  readonly project: boolean;
  readonly locale?: string;
  readonly l10n: string;
  /** Verifying costs an analysis for each fix; `listed` ones nearly all hold. */
  readonly fixes: 'none' | 'listed' | 'verified';
}

export interface Judge {
  readonly file: (file: string, kind: FileKind) => FileReport;
  readonly text: (file: string, kind: FileKind, text: string) => FileReport;
  readonly options: (file: string) => AnalyzeOptions;
  readonly settings: Settings;
  readonly projects: Projects;
  readonly listings: Listings;
  readonly translations: Translations;
}

/** What is known already where the files were looked for, and texts that count instead of what is on disk. */
export type Known = Partial<Pick<Judge, 'settings' | 'listings'>> & Pick<ProjectsOptions, 'unsaved'>;

export function createJudge(
  options: JudgeOptions,
  { unsaved, listings = createListings(), ...known }: Known = {},
): Judge {
  const settings = known.settings ?? settingsFor(options, listings);
  const projects = createProjects({
    ...(unsaved ? { unsaved } : {}),
    listings,
    folderOf: (file) => (isWithin(file, options.cwd) ? options.cwd : undefined),
  });
  const translations = loadTranslations(options.locale, options.l10n);
  const only = options.only && new Set(options.only);

  const optionsFor = (file: string, text?: string): AnalyzeOptions => ({
    config: settings.inFolder(path.dirname(file)).config,
    project: options.project ? projects.of(file, text) : STANDALONE,
    clock: () => performance.now(),
    ...(only ? { only } : {}),
  });

  const text = (file: string, kind: FileKind, text: string): FileReport => {
    const empty = emptyReport(file, kind, options.cwd);
    if (kind === 'config') return { ...empty, ...noticesOf(parseConfiguration(text).notices, text, translations) };
    const analyzeOptions = optionsFor(file, text);
    const analysis = analyze({ kind, text }, analyzeOptions);
    if (options.fixes === 'verified') verifyTogether(analysis, analyzeOptions);
    return {
      ...empty,
      ...reportOf(analysis, { file, cwd: options.cwd, fixes: options.fixes }, translations, (it) =>
        offered(analysis, it, analyzeOptions, options.fixes),
      ),
    };
  };

  /** One file that nobody thought of costs its own report only. */
  const guarded: typeof text = (file, kind, content) => {
    try {
      return text(file, kind, content);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = render({ template: TEXTS.crashed, data: { error: reason.replace(/\s+/g, ' ') } }, translations);
      return failedReport(file, kind, options.cwd, message);
    }
  };

  return {
    file: (file, kind) => {
      const read = readText(file);
      return 'text' in read
        ? guarded(file, kind, read.text)
        : failedReport(file, kind, options.cwd, render(read.problem, translations));
    },
    text: guarded,
    options: optionsFor,
    settings,
    projects,
    listings,
    translations,
  };
}

export function settingsFor({ config, cwd, profile }: JudgeOptions, listings: Listings): Settings {
  return createSettings({
    listings,
    ...(config === undefined ? {} : { file: config, fileBase: cwd }),
    ...(profile === undefined ? {} : { overrides: { profile } }),
  });
}

function emptyReport(file: string, kind: FileReport['kind'], cwd: string): FileReport {
  return { path: shownPath(file, cwd), file, kind, findings: [], notices: [], errors: [], suppressed: 0 };
}

/** The report of a file or folder that could not be judged. */
export function failedReport(file: string, kind: FileReport['kind'], cwd: string, message: string): FileReport {
  return { ...emptyReport(file, kind, cwd), errors: [{ code: 'unreadable', level: 'error', message }] };
}

type Judged = Pick<FileReport, 'findings' | 'notices' | 'errors' | 'suppressed'>;

function offered(
  analysis: Analysis,
  finding: ReportedFinding,
  options: AnalyzeOptions,
  fixes: JudgeOptions['fixes'],
): readonly ReportedFix[] {
  if (fixes === 'none') return [];
  return fixes === 'listed' ? finding.fixes : verifiedFixes(analysis, finding, options);
}

function reportOf(
  analysis: Analysis,
  { file, cwd, fixes }: { readonly file: string } & Pick<JudgeOptions, 'cwd' | 'fixes'>,
  translations: Translations,
  fixesOf: (finding: ReportedFinding) => readonly ReportedFix[],
): Judged {
  const { text } = analysis.source;
  const starts = lineStarts(text);
  const place = (range: Range): RangeReport => rangeOf(starts, range);
  const { project } = analysis.context;
  const otherPlace = (other: string): FilePlace => {
    const absolute = absolutePath(file, project, other);
    return { path: shownPath(absolute, cwd), file: absolute };
  };
  const otherStarts = (other: string): readonly number[] => lineStarts(project.read(other) ?? '');
  const secretLines = new Set(
    analysis.findings.filter(isAboutSecrets).map((it) => positionAt(starts, it.range.start).line),
  );
  const fingerprints = createFingerprints();

  const lineAt = maskedLines(text);
  const finding = (it: ReportedFinding): FindingReport => {
    const line = lineAt(it.range.start);
    // A line that is known to hold a secret, with nothing hidden in it: better not shown at all.
    const hidden = line.masked === line.text && secretLines.has(positionAt(starts, it.range.start).line);
    const excerpt = hidden ? undefined : excerptOf(line, it.range);
    const fingerprint = fingerprints(it.rule.id, hidden ? MASK : line.masked);
    return {
      rule: it.rule.id,
      practice: it.rule.practice.number,
      level: it.severity,
      confidence: it.confidence,
      message: render(it.message, translations),
      range: place(it.range),
      related: it.related.map(related),
      fixes: fixesOf(it).map(fix),
      get fingerprint() {
        return fingerprint();
      },
      ...(excerpt ? { excerpt } : {}),
    };
  };

  const related = ({ message, range, path: other }: RelatedPlace): RelatedReport => ({
    message: render(message, translations),
    range: other === undefined ? place(range) : rangeOf(otherStarts(other), range),
    ...(other === undefined ? {} : { place: otherPlace(other) }),
  });

  const fix = (it: ReportedFix): FixReport => ({
    title: render(it.title, translations),
    applicability: it.applicability,
    // Who only lists fixes does not show what they write.
    ...(fixes === 'listed' ? { elsewhere: [] } : editsOf(it)),
  });

  const editsOf = ({ edits, elsewhere = [] }: ReportedFix): Pick<FixReport, 'edits' | 'elsewhere'> => {
    const written = [...edits, ...elsewhere.flatMap((it) => it.edits)];
    if (written.some((it) => maskText(it.text) !== it.text)) return { elsewhere: [] };
    return {
      edits: edits.map((it) => ({ range: place(it.range), text: it.text })),
      elsewhere: elsewhere.map((it) => {
        const lines = otherStarts(it.path);
        const made = it.edits.map(({ range, text: inserted }) => ({ range: rangeOf(lines, range), text: inserted }));
        return { place: otherPlace(it.path), edits: made };
      }),
    };
  };

  return {
    findings: analysis.findings.map(finding),
    ...noticesOf(analysis.notices, text, translations),
    suppressed: analysis.suppressed,
  };
}

/** What the engine itself says: about suppressions and settings, or why a file was not judged wholly. */
function noticesOf(
  all: readonly Notice[],
  text: string,
  translations: Translations,
): Pick<FileReport, 'notices' | 'errors'> {
  const starts = all.length > 0 ? lineStarts(text) : [];
  const notices: NoticeReport[] = [];
  const errors: ErrorReport[] = [];
  for (const { code, severity, message, range } of all) {
    const report = {
      level: severity,
      message: render(message, translations),
      range: rangeOf(starts, range),
    };
    if (code === 'syntax' || code === 'size' || code === 'time' || code === 'rule-failed')
      errors.push({ code, ...report });
    else notices.push({ code, ...report });
  }
  return { notices, errors };
}

function isAboutSecrets({ rule }: ReportedFinding): boolean {
  return rule.practice.folder === 'no-secrets-in-images';
}

function rangeOf(starts: readonly number[], { start, end }: Range): RangeReport {
  return { start: position(starts, start), end: position(starts, end) };
}

function position(starts: readonly number[], offset: number): RangeReport['start'] {
  const { line, column } = positionAt(starts, offset);
  return { line: line + 1, column: column + 1 };
}
