import { effectiveCompose } from '../compose/effective.js';
import { parseCompose } from '../compose/parse.js';
import type { Config } from '../config.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import { parseEngine } from '../engine/parse.js';
import { parsePipeline } from '../pipeline/parse.js';
import { shippedVariants } from '../project/shipped-variants.js';
import { RULES } from '../registry.generated.js';
import type { Analysis, AnalyzeOptions, Notice, Source } from './analysis.js';
import { type InlineResult, withInlineDockerfiles } from './inline-dockerfiles.js';
import { withoutHalfTyped } from './places.js';
import type { Project } from './project.js';
import { remembered } from './remembered.js';
import type { Document, RegisteredRule } from './rule.js';
import { contextOf, isEnabled, notice, oneLine } from './run.js';
import { runOnVariants } from './run-variants.js';
import { suppress } from './suppress/suppress.js';
import { TEXTS } from './texts.js';

/** UTF-16 code units of the largest text that is judged: hand-written files stay far below. */
export const SIZE_LIMIT = 2_000_000;

/** Parses, runs the rules, suppresses. Never throws: a rule that does is a notice. */
export function analyze(source: Source, options: AnalyzeOptions): Analysis {
  if (source.text.length > SIZE_LIMIT) return unjudged(source, options, [tooLarge()]);
  const parsed = parse(source, options.project);
  if ('failure' in parsed) return unjudged(source, options, [unreadable(source, parsed.failure)]);
  return judge(source, parsed.document, options);
}

function judge(source: Source, document: Document, options: AnalyzeOptions): Analysis {
  const context = contextOf(options);
  const rules = options.rules ?? RULES;
  const seen =
    document.kind === 'compose' ? effectiveCompose(document, options.project, options.config.compose.sets) : document;
  const alone = runOnVariants(variantsOf(seen, options), context, enabledFor(source.kind, options), options.clock);
  const { run, ...inline }: InlineResult =
    seen.kind === 'compose'
      ? withInlineDockerfiles(alone, seen, enabledFor('dockerfile', options), options)
      : { run: alone, notices: [], suppressed: 0 };
  const whole = withoutHalfTyped(document, run.findings);
  const complete = document.errors.length === 0 && run.notices.length === 0;
  const { findings, notices, suppressed } = suppress(document, whole, { ran: run.ran, rules, complete });
  return {
    source,
    document,
    findings,
    notices: [...syntax(document), ...filesNotRead(seen), ...run.notices, ...inline.notices, ...notices],
    suppressed: suppressed + inline.suppressed,
    context,
  };
}

function enabledFor(kind: Source['kind'], { rules = RULES, config, only }: AnalyzeOptions): readonly RegisteredRule[] {
  if (rules === RULES && only === undefined) return enabledByConfig(config)[kind];
  return rules.filter((it) => it.check[kind] && isEnabled(it, config, only));
}

/** A workspace has thousands of files and few configurations. */
const enabledByConfig = remembered((config: Config): Readonly<Record<Source['kind'], readonly RegisteredRule[]>> => {
  const enabled = RULES.filter((it) => isEnabled(it, config, undefined));
  const of = (kind: Source['kind']): readonly RegisteredRule[] => enabled.filter((it) => it.check[kind]);
  return { dockerfile: of('dockerfile'), compose: of('compose'), ci: of('ci'), engine: of('engine') };
});

/** A Dockerfile counts once for each stage that is built from it. */
function variantsOf(document: Document, { project, config }: AnalyzeOptions): readonly [Document, ...Document[]] {
  return document.kind === 'dockerfile' ? shippedVariants(document, project, config) : [document];
}

function unjudged(source: Source, options: AnalyzeOptions, notices: readonly Notice[]): Analysis {
  return {
    source,
    document: parseAs(source.kind, '', options.project.path),
    findings: [],
    notices,
    suppressed: 0,
    context: contextOf(options),
  };
}

function parse(source: Source, project: Project): { readonly document: Document } | { readonly failure: string } {
  try {
    return { document: knownAs(source, project) ?? parseAs(source.kind, source.text, project.path) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** The document that the files around it are given, where they have the same text. */
function knownAs({ kind, text }: Source, project: Project): Document | undefined {
  const { path } = project;
  if (path === undefined || kind === 'engine') return undefined;
  const of = { dockerfile: project.dockerfile, compose: project.compose, ci: project.pipeline }[kind];
  const known = of(path);
  return known?.text === text ? known : undefined;
}

function parseAs(kind: Source['kind'], text: string, path: string | undefined): Document {
  if (kind === 'dockerfile') return parseDockerfile(text);
  if (kind === 'compose') return parseCompose(text);
  return kind === 'ci' ? parsePipeline(text, path) : parseEngine(text);
}

/** The first error only: those behind it often follow from it. */
function syntax({ errors }: Document): readonly Notice[] {
  const [first] = errors;
  return first ? [{ code: 'syntax', message: first.message, range: first.range, severity: 'warning', fixes: [] }] : [];
}

/** What of the files around is missing or goes round in circles, so that rules stay silent about it. */
function filesNotRead(document: Document): readonly Notice[] {
  if (document.kind !== 'compose') return [];
  return (document.notes ?? []).map((it) => ({ code: 'files', ...it, severity: 'info', fixes: [] }));
}

function tooLarge(): Notice {
  return notice('size', { template: TEXTS.tooLarge, data: { limit: SIZE_LIMIT.toLocaleString('en') } });
}

function unreadable({ kind }: Source, error: string): Notice {
  return notice('rule-failed', { template: TEXTS.unreadable, data: { kind, error: oneLine(error) } });
}
