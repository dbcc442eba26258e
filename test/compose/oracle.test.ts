import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitCommand, wordOf } from '../../rules/compose/command.js';
import { effectiveCompose } from '../../rules/compose/effective.js';
import { envFilesOf, wholeEnvironmentOf } from '../../rules/compose/environment.js';
import { expand } from '../../rules/compose/interpolate.js';
import type { ComposeDocument, ComposeNode, ComposeService } from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';
import { asMap, asScalar, at, isFalse, isTrue, itemsOf, portsOf, volumesOf } from '../../rules/compose/queries.js';
import type { Project } from '../../rules/core/project.js';
import { UNKNOWN } from '../../rules/core/text.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';
import { hasShared, SHARED } from '../shared.js';

/**
 * What `docker compose` (compose-go 2.14) makes of each compose file of the corpus, loaded without its override and with an
 * empty environment, against what we make of it: with what it extends and includes, and its env files. It calls every project `x`.
 */
const VARIABLES = {
  get: (name: string) => (name === 'COMPOSE_PROJECT_NAME' ? 'x' : undefined),
  complete: true,
};

/** Fields of a service that are not compared, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  develop: 'no rule asks',
  provider: 'no rule asks; such a service is no container',
  ulimits: 'numbers are normalised, and compose drops zeros (`core: 0`); rules read the written text',
};

const TEXTS = [
  'container_name',
  'hostname',
  'image',
  'ipc',
  'mac_address',
  'network_mode',
  'pid',
  'platform',
  'pull_policy',
  'restart',
  'runtime',
  'scale',
  'stop_signal',
  'user',
  'userns_mode',
  'uts',
  'working_dir',
];
const SWITCHES = ['init', 'privileged', 'read_only', 'stdin_open', 'tty'];
const LISTS = [
  'cap_add',
  'cap_drop',
  'devices',
  'dns',
  'expose',
  'group_add',
  'links',
  'profiles',
  'security_opt',
  'tmpfs',
  'volumes_from',
];
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
const MAPS = ['labels', 'sysctls'];
/** What a service is in or needs, by name. */
const NAMES = ['depends_on', 'models', 'networks'];
const HOOKS = ['post_start', 'pre_start', 'pre_stop'];
const OTHERS = [
  'build',
  'command',
  'configs',
  'deploy',
  'entrypoint',
  'env_file',
  'environment',
  'healthcheck',
  'logging',
  'ports',
  'secrets',
  'volumes',
];
const COMPARED = [...TEXTS, ...SWITCHES, ...LISTS, ...MAPS, ...NAMES, ...HOOKS, ...OTHERS];
/** Of the file itself: the names of what it defines. */
const SECTIONS = ['networks', 'volumes', 'secrets', 'configs'];

interface Recorded {
  readonly file: string;
  readonly ok: boolean;
  readonly project?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>> | null>>>>;
}

describe.skipIf(!hasShared('oracle/compose-corpus.jsonl.gz'))('compose files as docker compose reads them', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-compose-'));
  const recorded = hasShared('oracle/compose-corpus.jsonl.gz') ? readRecorded() : [];
  const documents = new Map<string, ComposeDocument>();
  beforeAll(() => {
    execFileSync('tar', ['xzf', path.join(SHARED, 'corpus/files.tar.gz'), '-C', folder]);
    for (const { file } of recorded) {
      const project = projectAt(folder, file);
      documents.set(file, effectiveCompose(parseCompose(readFileSync(path.join(folder, file), 'utf8')), project));
    }
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

  const accepted = recorded.flatMap(({ file, ok, project }) =>
    ok && project ? [{ file, project, services: project['services'] ?? {} }] : [],
  );
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
    const other = accepted.filter(({ file, services }) => {
      const ours = read(file).services.map((it) => it.name.value);
      return JSON.stringify(ours.toSorted()) !== JSON.stringify(Object.keys(services).toSorted());
    });
    expect(other).toEqual([]);
  });

  it.each(SECTIONS)('define the same %s', (section) => {
    const other = accepted.flatMap(({ file, project }) => {
      const ours = read(file).roots.flatMap((it) => asMap(it.get(section)?.value)?.entries ?? []);
      const names = ours.map((it) => it.key.value);
      // Compose adds the default network where a service uses it.
      const theirs = Object.keys(project[section] ?? {}).filter((it) => it !== 'default' || names.includes(it));
      return stable(names.toSorted()) === stable(theirs.toSorted())
        ? []
        : [`${file}: ${names.join()} ${theirs.join()}`];
    });
    expect(other).toEqual([]);
  });

  it('have only services fields that are compared or left out for a reason', () => {
    const known = new Set([...COMPARED, ...Object.keys(LEFT_OUT)]);
    const fields = accepted.flatMap(({ services }) => Object.values(services).flatMap((it) => Object.keys(it ?? {})));
    expect([...new Set(fields)].filter((it) => !known.has(it))).toEqual([]);
  });

  it.each(COMPARED)('have the same %s', (field) => {
    const differences: string[] = [];
    let compared = 0;
    for (const { file, services } of accepted) {
      const document = read(file);
      for (const service of document.services) {
        const theirs = services[service.name.value];
        if (!theirs) continue;
        const mine = stable(ours(field, service, document, projectAt(folder, file)));
        const other = stable(theirsOf(field, theirs[field]));
        if (other !== undefined) compared++;
        if (mine !== other) differences.push(`${file} ${service.name.value}: ours ${mine}, theirs ${other}`);
      }
    }
    expect(differences).toEqual([]);
    expect(compared > 0).toBe(!NOT_IN_CORPUS.includes(field));
  });
});

/** The file as it was recorded: without its overrides and its `.env`. */
function projectAt(folder: string, file: string): Project {
  const read: Project['read'] = (it) => {
    const whole = path.join(folder, it);
    const leftOut = path.basename(it) === '.env' || (it !== file && /\.override\.ya?ml$/.test(it));
    return leftOut || !existsSync(whole) ? undefined : readFileSync(whole, 'utf8');
  };
  const compose: Project['compose'] = (it) => {
    const text = read(it);
    return text === undefined ? undefined : parseCompose(text);
  };
  return { ...projectOfTexts(file, {}), read, compose };
}

function readRecorded(): readonly Recorded[] {
  const lines = gunzipSync(readFileSync(path.join(SHARED, 'oracle/compose-corpus.jsonl.gz'))).toString();
  return lines
    .trim()
    .split('\n')
    .map((it) => JSON.parse(it) as Recorded);
}

function ours(field: string, service: ComposeService, document: ComposeDocument, project: Project): unknown {
  const entry = service.get(field);
  if (TEXTS.includes(field)) return known(asScalar(entry?.value)?.text ?? '') || undefined;
  if (SWITCHES.includes(field)) return isTrue(entry?.value) || undefined;
  if (LISTS.includes(field)) return entry && itemsOf(entry).map((it) => known(it.node.text));
  if (MAPS.includes(field)) return entry && pairsOf(entry.value);
  if (HOOKS.includes(field)) return entry && hooksOf(entry.value);
  switch (field) {
    case 'build':
      return entry && buildOf(entry.value);
    case 'configs':
    case 'secrets':
      return entry && mountsOf(field, entry.value);
    case 'depends_on':
      return needsOf(service);
    case 'deploy':
      return entry && deployOf(entry.value);
    case 'env_file':
      return (
        entry &&
        envFilesOf(service, document, project).map((it) => [
          known(asScalar(asMap(it.node)?.get('path')?.value ?? it.node)?.text ?? ''),
          it.optional,
        ])
      );
    case 'models':
      return entry && namesIn(entry.value);
    case 'networks':
      return networksOf(service);
    case 'command':
    case 'entrypoint':
      return wordsOf(entry?.value);
    case 'healthcheck':
      return healthOf(asMap(entry?.value)?.get('test')?.value, asMap(entry?.value)?.get('disable')?.value);
    case 'environment':
      return wholeOf(service, document, project);
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
  if (NAMES.includes(field)) return Object.keys(value).toSorted();
  if (HOOKS.includes(field)) return list.map((it) => it['command']);
  if (field === 'scale') return JSON.stringify(value);
  if (field === 'configs' || field === 'secrets') return list.map((it) => [it['source'], it['target']]);
  if (field === 'env_file') return list.map((it) => [it['path'], it['required'] === false]);
  if (field === 'build') return theirBuild(value as Readonly<Record<string, unknown>>);
  if (field === 'deploy') return theirDeploy(value);
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

function wholeOf(service: ComposeService, document: ComposeDocument, project: Project): unknown {
  const { variables } = wholeEnvironmentOf(service, document, project);
  if (!service.get('environment') && variables.length === 0) return undefined;
  return Object.fromEntries(variables.map((it) => [it.name.value, plain(it.value?.value) ?? null]));
}

/** A list of `NAME=value`, or a map. */
function pairsOf(node: ComposeNode): Readonly<Record<string, string>> {
  if (node.kind === 'map')
    return Object.fromEntries(node.entries.map((it) => [it.key.value, known(asScalar(it.value)?.text ?? '')]));
  const items = node.kind === 'list' ? node.items.flatMap((it) => asScalar(it)?.text ?? []) : [];
  return Object.fromEntries(
    items.map((it) => {
      const [name = '', ...value] = it.split('=');
      return [name, known(value.join('='))];
    }),
  );
}

function namesIn(node: ComposeNode | undefined): readonly string[] {
  if (node?.kind === 'map') return node.entries.map((it) => it.key.value).toSorted();
  return node?.kind === 'list' ? node.items.flatMap((it) => asScalar(it)?.text ?? []).toSorted() : [];
}

/** Compose adds those that other fields name. */
function needsOf(service: ComposeService): readonly string[] | undefined {
  const shared = ['network_mode', 'ipc', 'pid', 'uts'].flatMap((it) => {
    const text = asScalar(service.get(it)?.value)?.text ?? '';
    return text.startsWith('service:') ? [text.slice('service:'.length)] : [];
  });
  const linked = ['links', 'volumes_from'].flatMap((it) => namesIn(service.get(it)?.value));
  const names = new Set([
    ...namesIn(service.get('depends_on')?.value),
    ...shared,
    ...linked.map((it) => it.split(':')[0] ?? ''),
  ]);
  return names.size === 0 ? undefined : [...names].toSorted();
}

/** Compose adds the default network. */
function networksOf(service: ComposeService): readonly string[] | undefined {
  if (service.get('network_mode') || service.get('provider')) return undefined;
  const names = namesIn(service.get('networks')?.value);
  return names.length === 0 ? ['default'] : names;
}

function hooksOf(node: ComposeNode): unknown {
  return node.kind === 'list' ? node.items.map((it) => wordsOf(asMap(it)?.get('command')?.value)) : [];
}

function mountsOf(field: string, node: ComposeNode): unknown {
  const items = node.kind === 'list' ? node.items : [];
  return items.map((it) => {
    const source = known(asScalar(asMap(it)?.get('source')?.value ?? it)?.text ?? '');
    const target = asScalar(asMap(it)?.get('target')?.value)?.text;
    return [source, target ?? (field === 'secrets' ? `/run/secrets/${source}` : undefined)];
  });
}

function buildOf(node: ComposeNode): unknown {
  const text = (key: string): string | undefined => {
    const found = asScalar(asMap(node)?.get(key)?.value);
    return found && known(found.text);
  };
  const args = asMap(node)?.get('args')?.value;
  return {
    context: node.kind === 'scalar' ? known(node.text) : (text('context') ?? '.'),
    // One that a variable leaves empty is not written out.
    dockerfile: (text('dockerfile') ?? (text('dockerfile_inline') === undefined ? 'Dockerfile' : '')) || undefined,
    inline: text('dockerfile_inline'),
    target: text('target'),
    args: args && pairsOf(args),
  };
}

function theirBuild({
  context,
  dockerfile,
  dockerfile_inline,
  target,
  args,
}: Readonly<Record<string, unknown>>): unknown {
  return { context, dockerfile, inline: dockerfile_inline, target, args };
}

/** Numbers as compose writes them. */
function deployOf(node: ComposeNode): unknown {
  const memory = asScalar(at(asMap(node), 'resources', 'limits', 'memory')?.value)?.text;
  const cpus = asScalar(at(asMap(node), 'resources', 'limits', 'cpus')?.value)?.text;
  const replicas = asScalar(at(asMap(node), 'replicas')?.value)?.text;
  const unit = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[memory?.replace(/b$/i, '').at(-1)?.toLowerCase() ?? ''] ?? 1;
  return {
    memory: memory && String(Number.parseFloat(memory) * unit),
    cpus: cpus && Number(cpus),
    replicas: replicas && Number(replicas),
  };
}

interface Deploy {
  readonly replicas?: number;
  readonly resources?: { readonly limits?: { readonly memory?: string; readonly cpus?: number } };
}

function theirDeploy({ replicas, resources }: Deploy): unknown {
  return { memory: resources?.limits?.memory, cpus: resources?.limits?.cpus, replicas };
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
