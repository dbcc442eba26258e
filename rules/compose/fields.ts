import { interpolate } from './expanded.js';
import type { ComposeMap, ComposeNode } from './model.js';
import { readPort } from './ports.js';
import { targetOf } from './volumes.js';

/** How the values of several files become one. Without more: maps by key, lists one behind the other, the last scalar. */
export interface Field {
  /**
   * `replace`: the last one counts. `pairs`: a list of `NAME=value` or a map. `names`: a list of names or a map.
   * `join`: one text or a list of them. `build`: a context or a map. `logging`: options of one driver only.
   */
  readonly how?: 'replace' | 'pairs' | 'names' | 'join' | 'build' | 'logging';
  /** What an item of the list is the value of; of several with one key the last counts. */
  readonly keyOf?: (item: ComposeNode) => string | undefined;
  readonly keys?: Readonly<Record<string, Field>>;
  /** Of every key that `keys` does not name. */
  readonly each?: Field;
}

export function fieldBelow({ keys, each }: Field, key: string): Field {
  return (keys && Object.hasOwn(keys, key) ? keys[key] : each) ?? PLAIN;
}

const PLAIN: Field = {};
const REPLACED: Field = { how: 'replace' };
const PAIRS: Field = { how: 'pairs', keyOf: nameOf };
const UNIQUE: Field = { keyOf: nameOf };
const JOINED: Field = { how: 'join', keyOf: nameOf };
const LABELLED: Field = { keys: { labels: PAIRS } };

/** A service: of an override, or of `extends`. */
export const SERVICE: Field = {
  keys: {
    annotations: PAIRS,
    build: {
      how: 'build',
      keys: {
        additional_contexts: PAIRS,
        args: PAIRS,
        extra_hosts: { how: 'pairs', keyOf: textOf },
        labels: PAIRS,
        platforms: UNIQUE,
        tags: UNIQUE,
      },
    },
    cap_add: UNIQUE,
    cap_drop: UNIQUE,
    command: REPLACED,
    configs: { keyOf: mountKey('/') },
    depends_on: { how: 'names' },
    deploy: LABELLED,
    devices: { keyOf: deviceKey },
    dns: JOINED,
    dns_opt: UNIQUE,
    dns_search: JOINED,
    entrypoint: REPLACED,
    env_file: { how: 'join', keyOf: envFileKey },
    environment: PAIRS,
    expose: UNIQUE,
    extra_hosts: { how: 'pairs', keyOf: textOf },
    healthcheck: { keys: { test: REPLACED } },
    label_file: JOINED,
    labels: PAIRS,
    links: UNIQUE,
    logging: { how: 'logging' },
    models: { how: 'names' },
    networks: { how: 'names', each: { keys: { aliases: UNIQUE, link_local_ips: UNIQUE } } },
    ports: { keyOf: portKey },
    profiles: UNIQUE,
    secrets: { keyOf: mountKey('/run/secrets/') },
    sysctls: PAIRS,
    tmpfs: JOINED,
    ulimits: { each: REPLACED },
    volumes: { keyOf: volumeKey },
  },
};

/** A whole file. */
export const FILE: Field = {
  keys: {
    networks: { each: LABELLED },
    services: { each: SERVICE },
    volumes: { each: LABELLED },
  },
};

/** What stands before the equals sign. */
function nameOf(node: ComposeNode): string | undefined {
  const text = textOf(node);
  const equals = text?.indexOf('=') ?? -1;
  return equals < 0 ? text : text?.slice(0, equals);
}

function textOf(node: ComposeNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? interpolate(node.text, node).value : undefined;
}

/** Address, port of the host, port of the container and protocol: the same port twice is one, with another address two. */
function portKey(node: ComposeNode): string | undefined {
  const port = readPort(node);
  if (!port?.known || !port.target) return textOf(node);
  const { hostAddress = '0.0.0.0', published, target, protocol } = port;
  return [hostAddress, published?.first, published?.last, target.first, target.last, protocol].join(' ');
}

/** One place of the container has one mount. */
function volumeKey(node: ComposeNode): string | undefined {
  return targetOf(node);
}

/** The path in the container. */
function deviceKey(node: ComposeNode): string | undefined {
  if (node.kind === 'map') return textOf(node.get('target')?.value) ?? textOf(node.get('source')?.value);
  const [source, target] = textOf(node)?.split(':') ?? [];
  return target ?? source;
}

function mountKey(folder: string): (node: ComposeNode) => string | undefined {
  const inFolder = (name: string): string => (name.startsWith('/') ? name : folder + name);
  const named = (map: ComposeMap): string | undefined =>
    textOf(map.get('target')?.value) ?? textOf(map.get('source')?.value);
  return (node) => {
    const name = node.kind === 'map' ? named(node) : textOf(node);
    return name === undefined ? undefined : inFolder(name);
  };
}

function envFileKey(node: ComposeNode): string | undefined {
  return node.kind === 'map' ? textOf(node.get('path')?.value) : textOf(node);
}
