import { UNKNOWN } from '../core/text.js';
import type { ComposeDocument, ServiceVolume } from './model.js';

/**
 * The path of the host that a mount shows: absolute, or under `~`; one slash where several are, no `.`, `..` or slash at the
 * end, `/var/run` as `/run` (a link on every Linux of today). Undefined for volumes that Docker keeps itself and for
 * paths relative to the compose file. What a variable hides stays as {@link UNKNOWN}, except `$HOME`.
 */
export function hostPathOf(volume: ServiceVolume, document: ComposeDocument): string | undefined {
  const written = volume.type === 'bind' ? bindSource(volume, document) : volume.device;
  if (written === undefined || !/^[/~\uFFFC]/.test(written)) return undefined;
  return normalized(written);
}

function bindSource({ source }: ServiceVolume, { text }: ComposeDocument): string | undefined {
  if (!source) return undefined;
  if (!source.value.startsWith(UNKNOWN)) return source.value;
  const home = /^\$(?:HOME|\{HOME\})(?=\/|$)/.exec(
    text.slice(source.range.start, source.range.end).replace(/:.*$/s, ''),
  );
  return home ? `~${source.value.slice(UNKNOWN.length)}` : source.value;
}

function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const whole = path.startsWith('/') ? `/${parts.join('/')}` : parts.join('/');
  return whole.replace(/^\/var\/run(?=\/|$)/, '/run');
}
