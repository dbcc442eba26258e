import type { Expanded } from '../core/text.js';
import type { ComposeEntry, ComposeMap, ComposeService } from './model.js';
import { asMap, textOf } from './queries.js';

/** How a service's output is kept: its `logging` block, or the older `log_driver` and `log_opt`. */
export interface ServiceLogging {
  /** The key of the block, or of the driver. */
  readonly entry: ComposeEntry;
  /** The block, where there is one. */
  readonly map?: ComposeMap;
  readonly driver?: { readonly entry: ComposeEntry; readonly name: Expanded };
  readonly options?: ComposeMap;
}

export function loggingOf(service: ComposeService): ServiceLogging | undefined {
  const entry = service.get('logging');
  const map = asMap(entry?.value);
  if (!entry || !map) return olderLogging(service);
  const options = asMap(map.get('options')?.value);
  return { entry, map, ...driverOf(map.get('driver')), ...(options ? { options } : {}) };
}

/** The keys of compose file format 1. */
function olderLogging(service: ComposeService): ServiceLogging | undefined {
  const entry = service.get('log_driver') ?? service.get('log_opt');
  if (!entry) return undefined;
  const options = asMap(service.get('log_opt')?.value);
  return { entry, ...driverOf(service.get('log_driver')), ...(options ? { options } : {}) };
}

function driverOf(entry: ComposeEntry | undefined): Pick<ServiceLogging, 'driver'> {
  const name = textOf(entry);
  return entry && name && name.value.trim() !== ''
    ? { driver: { entry, name: { ...name, value: name.value.trim().toLowerCase() } } }
    : {};
}
