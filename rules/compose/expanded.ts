import type { Expanded } from '../core/text.js';
import { expand, NOTHING_KNOWN } from './interpolate.js';
import type { ComposeScalar } from './model.js';

/**
 * A text with `$X` and `${X:-default}` replaced (compose's interpolation; `$$` is `$`).
 *
 * @param node the scalar that the text is of, which may know its variables from the `.env` file of its project. Of the
 *   caller's environment nothing is known.
 */
export function interpolate(text: string, node?: Pick<ComposeScalar, 'variables'>): Expanded {
  return expand(text, node?.variables ?? NOTHING_KNOWN);
}
