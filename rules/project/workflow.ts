import type { ComposeMap } from '../compose/model.js';
import type { LineEnd, Range } from '../core/text.js';

/** A GitHub Actions workflow. The generic YAML nodes of the compose model carry its values and ranges. */
export interface WorkflowDocument {
  readonly kind: 'ci';
  readonly text: string;
  readonly eol: LineEnd;
  readonly root?: ComposeMap;
  readonly errors: readonly { readonly range: Range; readonly message: string }[];
}
