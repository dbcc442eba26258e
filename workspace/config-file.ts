import { parse } from 'yaml';
import type { Config, ConfigLayer } from '../rules/config.js';
import type { Text } from '../rules/core/message.js';
import { readText } from './read.js';
import { TEXTS } from './texts.js';

/** Reads a `seaworthy.yaml`. What is right in it counts, the rest is a problem. Never throws. */
export function readConfig(file: string): { readonly config: ConfigLayer; readonly problems: readonly Text[] } {
  const read = readText(file);
  if ('problem' in read) return { config: {}, problems: [read.problem] };
  try {
    const value: unknown = parse(read.text);
    return { config: layerOf(value), problems: [] };
  } catch {
    return { config: {}, problems: [{ template: TEXTS.configSyntax, data: {} }] };
  }
}

function layerOf(value: unknown): ConfigLayer {
  const profile = field(value, 'profile');
  const exclude = strings(field(value, 'exclude'));
  const locale = field(value, 'locale');
  const allowed = strings(field(field(value, 'registries'), 'allowed'));
  const trusted = strings(field(field(value, 'registries'), 'trusted'));
  const dockerfile = strings(field(field(value, 'files'), 'dockerfile'));
  const compose = strings(field(field(value, 'files'), 'compose'));
  return {
    ...(profile === 'strict' || profile === 'recommended' ? { profile } : {}),
    rules: levels(field(value, 'rules')),
    ...(exclude ? { exclude } : {}),
    registries: { ...(allowed ? { allowed } : {}), ...(trusted ? { trusted } : {}) },
    files: { ...(dockerfile ? { dockerfile } : {}), ...(compose ? { compose } : {}) },
    ...(typeof locale === 'string' ? { locale } : {}),
  };
}

function levels(value: unknown): Config['rules'] {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([id, level]: [string, unknown]) =>
      level === 'off' || level === 'info' || level === 'warning' || level === 'error' ? [[id, level] as const] : [],
    ),
  );
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((it): it is string => typeof it === 'string') : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
