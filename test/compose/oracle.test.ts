import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitCommand, wordOf } from '../../rules/compose/command.js';
import { expand } from '../../rules/compose/interpolate.js';
import type { ComposeDocument, ComposeNode, ComposeService } from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';
import {
  asMap,
  asScalar,
  at,
  environmentOf,
  isFalse,
  isTrue,
  itemsOf,
  portsOf,
  volumesOf,
} from '../../rules/compose/queries.js';
import { UNKNOWN } from '../../rules/core/text.js';
import { hasShared, SHARED } from '../shared.js';

/**
 * What `docker compose` (compose-go 2.14) makes of each compose file of the corpus, loaded alone with an empty
 * environment, against what we make of it. It calls every project `x`.
 */
const VARIABLES = {
  get: (name: string) => (name === 'COMPOSE_PROJECT_NAME' ? 'x' : undefined),
  complete: true,
};

/** Fields of a service that are not compared, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  build: 'paths and the short form are resolved with the files around',
  configs: 'refers to top-level keys; no rule asks yet',
  depends_on: 'refers to other services; no rule asks yet',
  deploy: 'numbers are normalised (`0.5` to nano CPUs); rules read the written text',
  develop: 'no rule asks',
  env_file: 'names files around the compose file',
  labels: 'no rule asks for the normalised form',
  mac_address: 'no rule asks',
  models: 'no rule asks',
  networks: 'compose-go adds the default network',
  post_start: 'no rule asks yet',
  pre_start: 'no rule asks yet',
  pre_stop: 'no rule asks yet',
  profiles: 'the oracle has all profiles on, and so have we',
  provider: 'no rule asks',
  scale: 'no rule asks',
  secrets: 'short form gets defaults that no rule asks for',
  sysctls: 'list and map form are normalised; no rule asks yet',
  ulimits: 'no rule asks',
  volumes_from: 'no rule asks',
};

const TEXTS = [
  'container_name',
  'hostname',
  'image',
  'ipc',
  'network_mode',
  'pid',
  'platform',
  'pull_policy',
  'restart',
  'runtime',
  'stop_signal',
  'user',
  'userns_mode',
  'uts',
  'working_dir',
];
const SWITCHES = ['init', 'privileged', 'read_only', 'stdin_open', 'tty'];
const LISTS = ['cap_add', 'cap_drop', 'devices', 'dns', 'expose', 'group_add', 'links', 'security_opt', 'tmpfs'];
/** No file of the corpus that compose accepts has them, so the agreement says nothing yet; our own tests stand for them. */
const NOT_IN_CORPUS = [
  'cap_drop',
  'devices',
  'dns',
  'group_add',
  'pid',
  'read_only',
  'security_opt',
  'tmpfs',
  'userns_mode',
  'uts',
];
const OTHERS = ['command', 'entrypoint', 'environment', 'healthcheck', 'logging', 'ports', 'volumes'];

interface Recorded {
  readonly file: string;
  readonly ok: boolean;
  readonly project?: { readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

describe.skipIf(!hasShared('oracle/compose-corpus.jsonl.gz'))('compose files as docker compose reads them', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-compose-'));
  const recorded = hasShared('oracle/compose-corpus.jsonl.gz') ? readRecorded() : [];
  const documents = new Map<string, ComposeDocument>();
  beforeAll(() => {
    execFileSync('tar', ['xzf', path.join(SHARED, 'corpus/files.tar.gz'), '-C', folder]);
    for (const { file } of recorded) documents.set(file, parseCompose(readFileSync(path.join(folder, file), 'utf8')));
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

  const accepted = recorded.flatMap(({ file, ok, project }) => (ok && project ? [{ file, project }] : []));
  const read = (file: string): ComposeDocument => documents.get(file) ?? parseCompose('');

  it('are all there', () => {
    expect(recorded.length).toBeGreaterThan(700);
    expect(accepted.length).toBeGreaterThan(570);
  });

  it('have no errors of ours where compose accepts them', () => {
    const refused = accepted.flatMap(({ file }) => read(file).errors.map((it) => `${file}: ${it.message.template}`));
    expect(refused).toEqual([]);
  });

  it('have the same services', () => {
    const other = accepted.filter(({ file, project }) => {
      const ours = read(file).services.map((it) => it.name.value);
      return JSON.stringify(ours.toSorted()) !== JSON.stringify(Object.keys(project.services).toSorted());
    });
    expect(other).toEqual([]);
  });

  it('have only services fields that are compared or left out for a reason', () => {
    const known = new Set([...TEXTS, ...SWITCHES, ...LISTS, ...OTHERS, ...Object.keys(LEFT_OUT)]);
    const fields = accepted.flatMap(({ project }) => Object.values(project.services).flatMap((it) => Object.keys(it)));
    expect([...new Set(fields)].filter((it) => !known.has(it))).toEqual([]);
  });

  it.each([...TEXTS, ...SWITCHES, ...LISTS, ...OTHERS])('have the same %s', (field) => {
    const differences: string[] = [];
    let compared = 0;
    for (const { file, project } of accepted) {
      const document = read(file);
      for (const service of document.services) {
        const theirs = project.services[service.name.value];
        // What another file adds is not ours to know here.
        if (!theirs || service.get('extends') || (field === 'environment' && service.get('env_file'))) continue;
        const mine = stable(ours(field, service, document));
        const other = stable(theirsOf(field, theirs[field]));
        if (other !== undefined) compared++;
        if (mine !== other) differences.push(`${file} ${service.name.value}: ours ${mine}, theirs ${other}`);
      }
    }
    expect(differences).toEqual([]);
    expect(compared > 0).toBe(!NOT_IN_CORPUS.includes(field));
  });
});

function readRecorded(): readonly Recorded[] {
  const lines = gunzipSync(readFileSync(path.join(SHARED, 'oracle/compose-corpus.jsonl.gz'))).toString();
  return lines
    .trim()
    .split('\n')
    .map((it) => JSON.parse(it) as Recorded);
}

function ours(field: string, service: ComposeService, document: ComposeDocument): unknown {
  const entry = service.get(field);
  if (TEXTS.includes(field)) return known(asScalar(entry?.value)?.text ?? '') || undefined;
  if (SWITCHES.includes(field)) return isTrue(entry?.value) || undefined;
  if (LISTS.includes(field)) return entry && itemsOf(entry).map((it) => known(it.node.text));
  switch (field) {
    case 'command':
    case 'entrypoint':
      return wordsOf(entry?.value);
    case 'healthcheck':
      return healthOf(asMap(entry?.value)?.get('test')?.value, asMap(entry?.value)?.get('disable')?.value);
    case 'environment':
      return (
        entry && Object.fromEntries(environmentOf(service).map((it) => [it.name.value, plain(it.value?.value) ?? null]))
      );
    case 'logging':
      return entry && loggingOf(service);
    case 'ports':
      return entry && portsOf(service).flatMap(eachPort);
    case 'volumes':
      return (
        entry &&
        volumesOf(service, document).map((it) => [
          it.type,
          plain(it.source?.value) || undefined,
          plain(it.target),
          it.readOnly,
        ])
      );
    default:
      throw new Error(field);
  }
}

/** In the shape of {@link ours}. */
function theirsOf(field: string, value: unknown): unknown {
  if (value === null) return undefined;
  if (value === undefined) return undefined;
  const list = value as readonly Readonly<Record<string, unknown>>[];
  if (field === 'ports') return list.map((it) => [it['host_ip'], it['published'], it['target'], it['protocol']]);
  if (field === 'volumes') return list.map((it) => [it['type'], it['source'], it['target'], it['read_only'] === true]);
  if (field === 'healthcheck') {
    const { test, disable } = value as { readonly test?: unknown; readonly disable?: boolean };
    return disable === true ? 'off' : test;
  }
  return value;
}

function known(text: string): string {
  return expand(text, VARIABLES).value;
}

/** Nothing is set where the oracle was recorded but the name of the project. */
function plain(text: string | undefined): string | undefined {
  return text?.replace(`${UNKNOWN}-runner`, 'x-runner').replaceAll(UNKNOWN, '');
}

function wordsOf(node: ComposeNode | undefined): readonly string[] | undefined {
  if (node?.kind === 'list') return node.items.map((it) => (it.kind === 'scalar' ? known(it.text) : ''));
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  // Compose replaces variables before it splits; we leave them in the words.
  return splitCommand(known(node.text), (offset) => offset).map((it) => it.value);
}

function healthOf(test: ComposeNode | undefined, disable: ComposeNode | undefined): unknown {
  if (isTrue(disable) && !isFalse(disable)) return 'off';
  if (test?.kind === 'list') return test.items.map((it) => (it.kind === 'scalar' ? known(it.text) : ''));
  return test?.kind === 'scalar' && test.value !== null ? ['CMD-SHELL', known(wordOf(test).value)] : undefined;
}

function loggingOf(service: ComposeService): unknown {
  const driver = asScalar(at(service.node, 'logging', 'driver')?.value)?.text;
  const options = asMap(at(service.node, 'logging', 'options')?.value)?.entries ?? [];
  return {
    driver,
    options: Object.fromEntries(options.map((it) => [it.key.value, known(asScalar(it.value)?.text ?? '')])),
  };
}

/** Compose has an element for each container port of a range. */
function eachPort({
  hostAddress,
  published,
  target,
  protocol,
}: ReturnType<typeof portsOf>[number]): readonly unknown[] {
  if (!target) return [];
  const count = target.last - target.first + 1;
  const whole = published && count === 1 && published.last > published.first;
  return Array.from({ length: count }, (_, index) => [
    plain(hostAddress) || undefined,
    whole ? `${published.first}-${published.last}` : published && String(published.first + index),
    target.first + index,
    protocol,
  ]);
}

function stable(value: unknown): string | undefined {
  return JSON.stringify(value, (_, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
}
