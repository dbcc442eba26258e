import { type Hover, type HoverParams, MarkupKind } from 'vscode-languageserver';
import type { ReportedFinding } from '../rules/core/analyze.js';
import { paragraphsOf } from '../rules/core/message.js';
import type { RegisteredRule } from '../rules/core/rule.js';
import { standardsOf } from '../rules/core/standards.js';
import { overlaps } from '../rules/core/text.js';
import type { Judge, Judged } from './judge.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';
import { pageOf } from './to-diagnostic.js';

/** Why what is under the cursor matters and who asks for it; the message itself is shown by the editor. */
export function findingHover(
  session: Session,
  judge: Judge,
  { textDocument, position }: HoverParams,
): Hover | undefined {
  const document = session.documents.get(textDocument.uri);
  const judged = document ? judge.document(document) : undefined;
  if (!judged) return undefined;
  const offset = judged.positions.toOffset(position);
  const found = judged.findings.filter((it) => overlaps(it.range, { start: offset, end: offset }));
  const first = found[0];
  if (!first) return undefined;
  const rules = [...new Map(found.map((it) => [it.rule.id, it])).values()];
  return {
    contents: {
      kind: session.client.markdown ? MarkupKind.Markdown : MarkupKind.PlainText,
      value: rules.map((it) => explanation(session, judged, it)).join('\n\n---\n\n'),
    },
    range: judged.positions.toRange(first.range),
  };
}

function explanation(session: Session, { file }: Judged, { rule, confidence }: ReportedFinding): string {
  const say = (template: string, data: Readonly<Record<string, string>> = {}): string =>
    session.say({ template, data }, file);
  const { markdown } = session.client;
  const page = pageLink(session, rule, file);
  const standards = standardsOf(rule.standards);
  return [
    markdown ? `**${say(rule.summary)}** \`${rule.id}\`` : `${say(rule.summary)} (${rule.id})`,
    ...paragraphsOf(rule.why).map((it) => say(it)),
    ...(confidence === 'low' ? [say(TEXTS.lowConfidence)] : []),
    ...(standards.length > 0 ? [`${say(TEXTS.askedForBy)}: ${standards.join(', ')}`] : []),
    ...(markdown && page ? [`[${say(TEXTS.moreAbout, { rule: rule.id })}](${page})`] : []),
  ].join('\n\n');
}

/** Editors take other schemes than those of files, of the web and of commands for unsafe in hovers. */
function pageLink(session: Session, rule: RegisteredRule, file: string | undefined): string | undefined {
  const { pages } = session.options;
  if (!pages) return pageOf(session, rule, file);
  return `command:${pages.command}?${encodeURIComponent(JSON.stringify([rule.id]))}`;
}
