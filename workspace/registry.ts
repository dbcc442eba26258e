import { createHash } from 'node:crypto';
import type { Text } from '../rules/core/message.js';
import { type FullName, readFullName } from '../rules/images/full-name.js';
import { DOCKER_HUB } from '../rules/images/reference.js';
import { TEXTS } from './texts.js';

export type DigestAnswer = { readonly digest: string } | { readonly problem: Text };

/** Registries, asked as nobody in particular: no credentials are read or sent. */
export interface Registry {
  /**
   * The digest that the tag has now.
   * @param image as `fullName` writes it.
   */
  readonly digestOf: (image: string) => Promise<DigestAnswer>;
}

export interface RegistryOptions {
  readonly signal: AbortSignal;
  /** Milliseconds until an image has to be answered for. */
  readonly patience?: number;
}

/** Docker Hub answers under another name than that of its images. */
const HUB_HOST = 'registry-1.docker.io';
const AT_ONCE = 4;
/** Redirects and one refusal for want of a token. */
const MAX_STEPS = 6;
/** The most that registries have to take as a manifest. */
const MAX_BYTES = 4 * 2 ** 20;
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

const inTurn = createTurns();

/**
 * The only place from which anything leaves the machine, and only for who asks: `fix --ask-registry` or the setting `askRegistry`.
 * Follows https://github.com/opencontainers/distribution-spec; a host that cannot be reached is not tried again.
 */
export function createRegistry({ signal, patience = 10_000 }: RegistryOptions): Registry {
  const unreachable = new Map<string, DigestAnswer>();
  const answer = async (image: string): Promise<DigestAnswer> => {
    const name = readFullName(image);
    if (!name) return problem(TEXTS.noImageName);
    const known = unreachable.get(name.host);
    if (known) return known;
    const limit = deadline(signal, patience);
    const send: Send = (url, method, headers) => {
      const all = { 'user-agent': 'seaworthy', ...headers };
      return fetch(url, { method, redirect: 'manual', headers: all, signal: limit.signal });
    };
    try {
      return await askedFor(name, send);
    } catch (error) {
      if (signal.aborted) return problem(TEXTS.notAsked);
      const failed = limit.isOver() ? problem(TEXTS.noAnswer, { seconds: String(patience / 1000) }) : unreached(error);
      unreachable.set(name.host, failed);
      return failed;
    } finally {
      limit.clear();
    }
  };

  return { digestOf: (image) => inTurn(() => answer(image)) };
}

type Send = (url: URL, method: 'GET' | 'HEAD', headers: Readonly<Record<string, string>>) => Promise<Response>;
type Problem = { readonly problem: Text };

/**
 * Aborts when the user does, or when the time is over. `AbortSignal.any` and `.timeout` would do it, but in Node 20 they can be lost
 * with the next collection of garbage.
 */
function deadline(signal: AbortSignal, milliseconds: number) {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    abort();
  }, milliseconds);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  return {
    signal: stop.signal,
    isOver: () => isOver,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}

/** @throws what `fetch` throws. */
async function askedFor(name: FullName, send: Send): Promise<DigestAnswer> {
  const url = manifestUrl(name);
  if (!url) return problem(TEXTS.noImageName);
  const request = createRequests(name, send);
  const head = await request(url, 'HEAD');
  if ('problem' in head) return head;
  const told = head.headers.get('docker-content-digest') ?? '';
  if (head.ok && isDigest(told)) return { digest: told };
  // Some know HEAD only by its name, and the digest is optional.
  if (!head.ok && head.status !== 405 && head.status !== 501) return refusal(head);
  const got = await request(url, 'GET');
  if ('problem' in got) return got;
  return got.ok ? digestOfBody(got) : refusal(got);
}

function manifestUrl({ host, repository, tag }: FullName): URL | undefined {
  const address = `https://${host === DOCKER_HUB ? HUB_HOST : host}/v2/${repository}/manifests/${tag}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  // Docker, too, takes a registry on its own machine without a certificate.
  return isLoopback(url) ? new URL(address.replace('https:', 'http:')) : url;
}

/** Requests for one image, which follow redirects and get a token where one is demanded. */
function createRequests(name: FullName, send: Send) {
  const tokens = new Map<string, string>();
  return async (first: URL, method: 'GET' | 'HEAD'): Promise<Response | Problem> => {
    let url = first;
    for (let step = 0; step < MAX_STEPS; step++) {
      const token = tokens.get(url.origin);
      const response = await send(url, method, {
        accept: MANIFESTS.join(', '),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null && (response.status !== 401 || token !== undefined)) return response;
      await response.body?.cancel();
      if (location === null) {
        const granted = await tokenFor(name, url, response, send);
        if ('problem' in granted) return granted;
        tokens.set(url.origin, granted.token);
        continue;
      }
      const next = allowedUrl(location, url);
      if (!next) return problem(TEXTS.insecureAddress);
      url = next;
    }
    return problem(TEXTS.noEnd);
  };
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
async function tokenFor(
  { repository }: FullName,
  from: URL,
  { headers }: Response,
  send: Send,
): Promise<{ readonly token: string } | Problem> {
  const challenge = challengeIn(headers.get('www-authenticate') ?? '');
  const realm = challenge.get('realm');
  if (realm === undefined) return problem(TEXTS.loginNeeded);
  const url = allowedUrl(realm, from);
  if (!url) return problem(TEXTS.insecureAddress);
  const service = challenge.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', challenge.get('scope') ?? `repository:${repository}:pull`);
  const response = await send(url, 'GET', { accept: 'application/json' });
  if (!response.ok) return refusal(response);
  const token = tokenIn(await bytesOf(response));
  return token === undefined ? problem(TEXTS.notUnderstood) : { token };
}

const LONGEST_CHALLENGE = 4000;

/** The parameters of `Bearer realm="…",service="…",scope="…"`; none where something else is demanded. */
function challengeIn(header: string): ReadonlyMap<string, string> {
  if (header.length > LONGEST_CHALLENGE || !/^bearer /i.test(header)) return new Map();
  const parameters = header.matchAll(/(?<!\w)(\w+)="([^"]*)"/g);
  return new Map([...parameters].map(([, name = '', value = '']) => [name.toLowerCase(), value]));
}

function tokenIn(bytes: Uint8Array | undefined): string | undefined {
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof answer !== 'object' || answer === null) return undefined;
    const { token, access_token: other }: { token?: unknown; access_token?: unknown } = answer;
    // It becomes part of a header.
    return [token, other].find((it): it is string => typeof it === 'string' && /^[\x21-\x7e]{1,16384}$/.test(it));
  } catch {
    return undefined;
  }
}

async function digestOfBody(response: Response): Promise<DigestAnswer> {
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  const bytes = MANIFESTS.includes(type.trim().toLowerCase()) ? await bytesOf(response) : undefined;
  if (!bytes) {
    await response.body?.cancel();
    return problem(TEXTS.notUnderstood);
  }
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const told = response.headers.get('docker-content-digest') ?? '';
  return isDigest(told) && told !== digest ? problem(TEXTS.notUnderstood) : { digest };
}

/** Undefined where there is more than anything that is asked for can have. */
async function bytesOf({ body }: Response): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What a registry names, in full; undefined where that may be overheard, or reaches from outside into this machine. */
function allowedUrl(address: string, from: URL): URL | undefined {
  if (!URL.canParse(address, from.href)) return undefined;
  const url = new URL(address, from);
  if (url.username !== '' || url.password !== '') return undefined;
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && isLoopback(url) && isLoopback(from) ? url : undefined;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}

function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

function refusal({ status, body }: Response): Problem {
  body?.cancel().catch(() => {});
  if (status === 401 || status === 403) return problem(TEXTS.loginNeeded);
  if (status === 404) return problem(TEXTS.noSuchImage);
  if (status === 429) return problem(TEXTS.rateLimit);
  return problem(TEXTS.refused, { status: String(status) });
}

function unreached(error: unknown): Problem {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return problem(TEXTS.unreachable, { code: /^\w{1,40}$/.test(code) ? code : 'fetch failed' });
}

function problem(template: string, data: Readonly<Record<string, string>> = {}): Problem {
  return { problem: { template, data } };
}

/** Lets a few work at once, the others in the order they came. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (busy === AT_ONCE)
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    else busy++;
    try {
      return await work();
    } finally {
      // Who waits takes over the place.
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
