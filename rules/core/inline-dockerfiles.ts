import type { ComposeDocument, ComposeScalar } from '../compose/model.js';
import { asMap } from '../compose/queries.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import { buildOf, type ServiceBuild, withBuilders } from '../project/build-links.js';
import { shippedVariants } from '../project/shipped-variants.js';
import type { AnalyzeOptions, Notice, RelatedPlace, ReportedFinding, ReportedFix } from './analysis.js';
import type { Edit } from './edit.js';
import { fileNumbers, isElsewhere, ownRange } from './elsewhere.js';
import { type InlineText, inlineText } from './inline-text.js';
import { withoutHalfTyped } from './places.js';
import { type Project, STANDALONE } from './project.js';
import type { RegisteredRule } from './rule.js';
import { contextOf, notice, type RunResult, TIME_LIMIT } from './run.js';
import { runOnVariants } from './run-variants.js';
import { suppress } from './suppress/suppress.js';
import { overlaps, type Range } from './text.js';
import { TEXTS } from './texts.js';

export interface InlineResult {
  /** That of the compose file, with what the Dockerfiles in it add, at the places of the compose file. */
  readonly run: RunResult;
  /** About the Dockerfiles: what cannot be read, comments that silence nothing. */
  readonly notices: readonly Notice[];
  /** How many findings comments in them silenced. */
  readonly suppressed: number;
}

/**
 * Judges the Dockerfiles that services have in `build.dockerfile_inline`, each once for all services that build it. One
 * that another file writes is reported there.
 *
 * @param run what the rules found in the compose file.
 * @param document as compose sees it.
 * @param rules those for Dockerfiles that are enabled.
 */
export function withInlineDockerfiles(
  run: RunResult,
  document: ComposeDocument,
  rules: readonly RegisteredRule[],
  options: AnalyzeOptions,
): InlineResult {
  if (!document.text.includes('dockerfile_inline')) return { run, notices: [], suppressed: 0 };
  const project = projectOf(document, options.project);
  const started = options.clock?.() ?? 0;
  const results: InlineResult[] = [];
  for (const it of inlineDockerfiles(document, project)) {
    const late = options.clock && options.clock() - started > TIME_LIMIT;
    results.push(late ? unjudged(it.node) : judge(it, document, project, rules, options));
    if (late) break;
  }
  if (results.length === 0) return { run, notices: [], suppressed: 0 };
  const found = results.flatMap((it) => it.run.findings).filter((it) => !isToldBy(run.findings, it));
  return {
    run: {
      findings: [...run.findings, ...found].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end),
      notices: [...run.notices, ...results.flatMap((it) => it.run.notices)],
      ran: new Set([...run.ran, ...rules.filter((rule) => results.every((it) => it.run.ran.has(rule)))]),
    },
    notices: results.flatMap((it) => it.notices),
    suppressed: results.reduce((sum, it) => sum + it.suppressed, 0),
  };
}

/** The project that inline Dockerfiles are in: they name places of the compose file, whose text is the judged one. */
interface InlineProject extends Project {
  readonly path: string;
}

function projectOf({ text }: ComposeDocument, project: Project): InlineProject {
  const { path } = project;
  const read =
    (name: string): Project['read'] =>
    (it) =>
      it === name ? text : project.read(it);
  return path === undefined
    ? { ...STANDALONE, ...fileNumbers(), path: ALONE, read: read(ALONE) }
    : { ...project, path, read: read(path) };
}

/** The name of a compose file that stands alone. */
const ALONE = 'compose.yaml';

interface InlineDockerfile {
  readonly node: ComposeScalar;
  readonly builds: readonly ServiceBuild[];
}

/** Those that the judged file writes, by the place of the text: an anchor gives one to several services. */
function inlineDockerfiles(document: ComposeDocument, project: InlineProject): readonly InlineDockerfile[] {
  const found = new Map<number, { node?: ComposeScalar; readonly builds: ServiceBuild[] }>();
  for (const service of document.services) {
    const build = buildOf(document, service, project);
    const node = build?.inline?.value;
    if (!build || node?.kind !== 'scalar' || node.text.trim() === '') continue;
    if (isElsewhere(node.range) && project.fileAt(node.range.start) !== project.path) continue;
    const { start } = ownRange(node.range);
    const same = found.get(start) ?? { builds: [] };
    found.set(start, same);
    same.builds.push(build);
    if (!isElsewhere(node.range)) same.node ??= node;
  }
  return [...found.values()].flatMap(({ node, builds }) => (node ? [{ node, builds }] : []));
}

/** The first of those for which no time is left. */
function unjudged({ range }: ComposeScalar): InlineResult {
  const message = { template: TEXTS.inlineTooSlow, data: { seconds: String(TIME_LIMIT / 1000) } };
  const notices = [{ ...notice('time', message), range }];
  return { run: { findings: [], notices, ran: new Set() }, notices: [], suppressed: 0 };
}

function judge(
  { node, builds }: InlineDockerfile,
  { text: file, eol }: ComposeDocument,
  around: InlineProject,
  rules: readonly RegisteredRule[],
  options: AnalyzeOptions,
): InlineResult {
  const inline = inlineText(node, { text: file, eol });
  const document = parseDockerfile(inline.text);
  const project = withBuilders({ ...around, path: `${around.path}#dockerfile_inline` }, builds);
  const context = contextOf({ ...options, project });
  const run = runOnVariants(shippedVariants(document, project, options.config), context, rules, options.clock);
  const contexts = namedContexts(builds);
  const given = document.stages.flatMap(({ from: { image } }) =>
    image && contexts.has(image.value.toLowerCase()) ? [image.range] : [],
  );
  const whole = withoutHalfTyped(document, run.findings).filter((it) => !given.some((one) => overlaps(one, it.range)));
  const complete = document.errors.length === 0 && run.notices.length === 0;
  const { findings, notices, suppressed } = suppress(document, whole, { ran: run.ran, rules, complete });
  const places: Places = { inline, path: around.path };
  const [error] = document.errors;
  return {
    run: { ...run, findings: findings.map((it) => findingIn(places, it)) },
    notices: [
      ...(error ? [{ ...notice('syntax', error.message), range: inline.rangeOf(error.range) }] : []),
      ...notices.map((it) => ({ ...it, range: inline.rangeOf(it.range), fixes: fixesIn(places, it.fixes) })),
    ],
    suppressed,
  };
}

/** Names that `additional_contexts` gives a meaning: a `FROM` of one of them gets what that says, often another service's image. */
function namedContexts(builds: readonly ServiceBuild[]): ReadonlySet<string> {
  const names = builds.flatMap(({ entry }) => {
    const value = asMap(entry.value)?.get('additional_contexts')?.value;
    if (value?.kind === 'map') return value.entries.map((it) => it.key.value);
    if (value?.kind !== 'list') return [];
    return value.items.flatMap((it) => (it.kind === 'scalar' ? [it.text.split('=', 1)[0] ?? ''] : []));
  });
  return new Set(names.map((it) => it.toLowerCase()));
}

/** Where an inline Dockerfile is: in the compose file of this path. */
interface Places {
  readonly inline: InlineText;
  readonly path: string;
}

function findingIn(places: Places, finding: ReportedFinding): ReportedFinding {
  return {
    ...finding,
    range: places.inline.rangeOf(finding.range),
    related: finding.related.map((it) => relatedIn(places, it)),
    fixes: fixesIn(places, finding.fixes),
  };
}

function relatedIn({ inline, path: compose }: Places, { message, range, path }: RelatedPlace): RelatedPlace {
  if (path === undefined) return { message, range: inline.rangeOf(range) };
  return path === compose ? { message, range } : { message, range, path };
}

function fixesIn(places: Places, fixes: readonly ReportedFix[]): readonly ReportedFix[] {
  return fixes.flatMap((it) => fixIn(places, it) ?? []);
}

function fixIn({ inline, path }: Places, { elsewhere = [], ...fix }: ReportedFix): ReportedFix | undefined {
  const own = inline.editsOf(fix.edits);
  if (!own) return undefined;
  const inCompose = elsewhere.filter((it) => it.path === path).flatMap((it) => it.edits);
  const edits = [...own, ...inCompose].sort((a, b) => a.range.start - b.range.start);
  if (!isDisjoint(edits)) return undefined;
  const others = elsewhere.filter((it) => it.path !== path);
  return others.length > 0 ? { ...fix, edits, elsewhere: others } : { ...fix, edits };
}

function isDisjoint(edits: readonly Edit[]): boolean {
  return edits.every(({ range }, index) => range.start >= (edits[index - 1]?.range.end ?? 0));
}

/** What the same rule says of the compose file, here or with this place beside it. */
function isToldBy(findings: readonly ReportedFinding[], inline: ReportedFinding): boolean {
  return findings.some(
    (it) =>
      it.rule === inline.rule &&
      [it.range, ...ownPlaces(it)].some((one) =>
        [inline.range, ...ownPlaces(inline)].some((two) => overlaps(one, two)),
      ),
  );
}

function ownPlaces({ related }: ReportedFinding): readonly Range[] {
  return related.flatMap((it) => (it.path === undefined ? [it.range] : []));
}
