import type { Finding } from '../core/finding.js';
import type { ComposeDocument, ComposeService } from './model.js';
import type { SecurityOption } from './queries.js';
import { placeIn, removeFrom } from './service.js';

/** Reports an element of `security_opt` that a service is better off without; the fix takes it out. */
export function unwantedOption(
  document: ComposeDocument,
  service: ComposeService,
  { item }: SecurityOption,
): Finding<'service', 'remove', never> {
  const option = item.text.value;
  const edit = removeFrom(document, service, 'security_opt', item);
  return {
    message: 'service',
    data: { service: service.name.value, option },
    range: placeIn(service, item),
    fixes: edit ? [{ title: 'remove', data: { option }, applicability: 'unsafe', edits: [edit] }] : [],
  };
}
