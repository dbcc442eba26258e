import path from 'node:path';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { parseConfiguration } from '../rules/configuration/parse.js';
import {
  type Analysis,
  type AnalyzeOptions,
  analyze,
  type Notice,
  type ReportedFinding,
} from '../rules/core/analyze.js';
import { STANDALONE } from '../rules/core/project.js';
import { type FileKind, kindOf } from '../rules/project/kind.js';
import { type Positions, positionsOf } from './position.js';
import type { Session } from './session.js';
import { pathOf } from './uri.js';

/** A text with its verdict. */
export interface Judged {
  readonly uri: string;
  /** Absolute path; absent for a text that has never been saved. */
  readonly file?: string;
  readonly version?: number;
  readonly kind: FileKind;
  readonly text: string;
  readonly positions: Positions;
  readonly findings: readonly ReportedFinding[];
  readonly notices: readonly Notice[];
  /** Absent for configuration files, which no rule judges. */
  readonly analysis?: Analysis;
  readonly options: AnalyzeOptions;
}

export interface Judge {
  /** Undefined when the file is none of ours or excluded. Cached for open documents by version and revision. */
  readonly document: (document: TextDocument) => Judged | undefined;
  readonly text: (uri: string, text: string) => Judged | undefined;
}

export function createJudge(session: Session): Judge {
  const cache = new WeakMap<TextDocument, { version: number; revision: string; judged: Judged | undefined }>();
  return {
    text: (uri, text) => judge(session, { uri, text }),
    document: (document) => {
      const { uri, version, languageId } = document;
      const known = cache.get(document);
      const revision = session.revision(uri);
      if (known?.version === version && known.revision === revision) return known.judged;
      const judged = judge(session, { uri, version, languageId, text: document.getText() });
      cache.set(document, { version, revision, judged });
      return judged;
    },
  };
}

interface Given {
  readonly uri: string;
  readonly text: string;
  readonly version?: number;
  readonly languageId?: string;
}

function judge(session: Session, given: Given): Judged | undefined {
  const { uri, text, version, languageId } = given;
  const file = pathOf(uri);
  const place = file ?? path.join(path.sep, 'untitled');
  const { config, base } = session.settings.inFolder(path.dirname(place));
  const relative = path.relative(base, place).replaceAll('\\', '/');
  const kind = kindOf(relative, config, languageId);
  if (kind === undefined) return undefined;
  const project = file === undefined ? STANDALONE : session.projects.of(file, text);
  const options: AnalyzeOptions = { config, project, clock: () => performance.now() };
  const positions = positionsOf(text);
  const common = {
    uri,
    kind,
    text,
    positions,
    options,
    ...(file === undefined ? {} : { file }),
    ...(version === undefined ? {} : { version }),
  };
  if (kind === 'config') return { ...common, findings: [], notices: parseConfiguration(text).notices };
  const analysis = analyze({ kind, text }, options);
  return { ...common, analysis, findings: analysis.findings, notices: analysis.notices };
}
