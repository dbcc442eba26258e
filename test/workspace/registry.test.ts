import type { ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { render } from '../../rules/core/message.js';
import { createRegistry, type DigestAnswer } from '../../workspace/registry.js';
import { digestOf, hasAll, registryServer } from './registry-server.js';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const BODY = '{"schemaVersion":2}';
const PATH = '/v2/acme/app/manifests/1.4.2';
const NAME = 'acme/app:1.4.2';

/** The digest, or what a user reads instead. */
function said(answer: DigestAnswer): string {
  return 'digest' in answer ? answer.digest : render(answer.problem, {});
}

async function ask(image: string, options: { patience?: number; signal?: AbortSignal } = {}): Promise<string> {
  return said(await createRegistry({ signal: new AbortController().signal, ...options }).digestOf(image));
}

/** What is said of an image whose registry answers everything in this way. */
async function answered(answer: (response: ServerResponse, host: string) => void, patience?: number): Promise<string> {
  const { host } = await registryServer((_, response, own) => answer(response, own));
  return ask(`${host}/${NAME}`, patience === undefined ? {} : { patience });
}

function challenge(realm: string): Readonly<Record<string, string>> {
  return { 'www-authenticate': `Bearer realm="${realm}",service="registry.test",scope="repository:acme/app:pull"` };
}

describe('a registry', () => {
  it('tells a digest by HEAD, and is asked for an index', async () => {
    let accept = '';
    const { host, asked } = await registryServer((request, response) => {
      accept = request.headers.accept ?? '';
      hasAll(request, response);
    });
    expect(await ask(`${host}/${NAME}`)).toBe(digestOf(PATH));
    expect(asked).toEqual([`HEAD ${PATH}`]);
    expect(accept.split(', ')[0]).toBe(INDEX);
  });

  it('gives a token to nobody in particular, and is asked again with it', async () => {
    const { host, asked } = await registryServer((request, response, own) => {
      if (request.url?.startsWith('/token?')) response.end('{"token":"abc.def"}');
      else if (request.headers.authorization === 'Bearer abc.def') hasAll(request, response);
      else response.writeHead(401, challenge(`http://${own}/token?account=none`)).end();
    });
    expect(await ask(`${host}/${NAME}`)).toBe(digestOf(PATH));
    const query = 'account=none&service=registry.test&scope=repository%3Aacme%2Fapp%3Apull';
    expect(asked).toEqual([`HEAD ${PATH}`, `GET /token?${query}`, `HEAD ${PATH}`]);
  });

  it.each([
    ['is missing', {}],
    ['is malformed', { 'docker-content-digest': 'sha256:abc' }],
    ['is hostile', { 'docker-content-digest': `sha256:${'a'.repeat(64)} AS x; RUN curl evil` }],
    ['is of another kind', { 'docker-content-digest': `sha512:${'a'.repeat(128)}` }],
  ])('is asked for the manifest itself where the digest %s', async (_, headers) => {
    const { host, asked } = await registryServer((request, response) => {
      response.writeHead(200, { ...headers, 'content-type': `${INDEX}; charset=utf-8` });
      response.end(request.method === 'GET' ? BODY : undefined);
    });
    expect(await ask(`${host}/${NAME}`)).toBe(digestOf(BODY));
    expect(asked).toEqual([`HEAD ${PATH}`, `GET ${PATH}`]);
  });

  it('that does not know HEAD is asked with GET', async () => {
    const { host } = await registryServer((request, response) => {
      if (request.method === 'GET') response.setHeader('content-type', INDEX).end(BODY);
      else response.writeHead(405).end();
    });
    expect(await ask(`${host}/${NAME}`)).toBe(digestOf(BODY));
  });

  it('that says one digest and sends another manifest is not believed', async () => {
    const { host } = await registryServer((request, response) => {
      if (request.method === 'GET') response.setHeader('docker-content-digest', digestOf('another'));
      response.setHeader('content-type', INDEX).end(BODY);
    });
    expect(await ask(`${host}/${NAME}`)).toMatch(/^The registry answered with something else than was asked for\./);
  });

  it('may lead to another address, with https or on the same machine', async () => {
    const { host, asked } = await registryServer((request, response) => {
      if (request.url === PATH) response.writeHead(307, { location: '/elsewhere' }).end();
      else hasAll(request, response);
    });
    expect(await ask(`${host}/${NAME}`)).toBe(digestOf('/elsewhere'));
    expect(asked).toEqual([`HEAD ${PATH}`, 'HEAD /elsewhere']);
  });

  it('has each token for its own address only', async () => {
    let seen: string | undefined;
    const other = await registryServer((request, response) => {
      seen = request.headers.authorization;
      hasAll(request, response);
    });
    const { host } = await registryServer((request, response, own) => {
      if (request.url?.startsWith('/token?')) response.end('{"access_token":"secret"}');
      else if (request.headers.authorization) response.writeHead(302, { location: `http://${other.host}/x` }).end();
      else response.writeHead(401, challenge(`http://${own}/token`)).end();
    });
    expect(await ask(`${host}/${NAME}`)).toBe(digestOf('/x'));
    expect(seen).toBeUndefined();
  });
});

describe('an answer without a digest', () => {
  it.each<readonly [string, number, Readonly<Record<string, string>>, RegExp]>([
    ['not found', 404, {}, /^The registry has no such image or tag\./],
    ['no token to be had', 401, {}, /^The registry shows it after a login only/],
    [
      'a password demanded',
      401,
      { 'www-authenticate': 'Basic realm="x"' },
      /^The registry shows it after a login only/,
    ],
    ['forbidden', 403, {}, /^The registry shows it after a login only/],
    ['too many requests', 429, { 'retry-after': '60' }, /too many requests \(429\)/],
    ['broken', 500, {}, /^The registry answered with status 500\./],
    ['another redirect each time', 302, { location: '/v2/' }, /^The registry leads from one address to the next\./],
    ['a redirect without an address', 302, {}, /^The registry answered with status 302\./],
    ['a redirect out of https', 302, { location: 'http://registry.test/' }, /without https/],
    ['a redirect to a file', 302, { location: 'file:///etc/passwd' }, /without https/],
    ['a redirect with a password', 302, { location: 'https://me:it@registry.test/' }, /without https/],
    ['a realm without https', 401, challenge('http://registry.test/token'), /without https/],
    ['a realm that is no address', 401, challenge('http://['), /without https/],
    ['a challenge without end', 401, { 'www-authenticate': `Bearer ${'a'.repeat(9000)}` }, /after a login only/],
    ['a page', 200, { 'content-type': 'text/html' }, /^The registry answered with something else/],
  ])('%s: one line says why', async (_, status, headers, line) => {
    const text = await answered((response) => response.writeHead(status, headers).end());
    expect(text).toMatch(line);
    expect(text).not.toContain('\n');
  });

  it('a token is refused', async () => {
    const { host } = await registryServer((request, response, own) => {
      if (request.url?.startsWith('/token?')) response.writeHead(403).end();
      else response.writeHead(401, challenge(`http://${own}/token`)).end();
    });
    expect(await ask(`${host}/${NAME}`)).toMatch(/after a login only/);
  });

  it.each([
    'no JSON',
    '[]',
    '{"token":5}',
    '{"token":"a\\r\\nx: y"}',
    JSON.stringify({ token: 'a'.repeat(5_000_000) }),
  ])('a token that is none', async (token) => {
    const { host } = await registryServer((request, response, own) => {
      if (request.url?.startsWith('/token?')) response.end(token);
      else response.writeHead(401, challenge(`http://${own}/token`)).end();
    });
    expect(await ask(`${host}/${NAME}`)).toMatch(/^The registry answered with something else/);
  });

  it('a token that does not help is not asked for again', async () => {
    const { host, asked } = await registryServer((request, response, own) => {
      if (request.url?.startsWith('/token?')) response.end('{"token":"x"}');
      else response.writeHead(401, challenge(`http://${own}/token`)).end();
    });
    expect(await ask(`${host}/${NAME}`)).toMatch(/after a login only/);
    expect(asked).toHaveLength(3);
  });

  it('a manifest without end is not read to its end', async () => {
    const chunk = Buffer.alloc(2 ** 20, 'x');
    let sent = 0;
    const { host } = await registryServer((request, response) => {
      response.setHeader('content-type', INDEX);
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent++;
      };
      response.on('drain', more);
      more();
    });
    expect(await ask(`${host}/${NAME}`)).toMatch(/^The registry answered with something else/);
    expect(sent).toBeLessThan(100);
  });

  it('none at all', async () => {
    expect(await answered(() => {}, 50)).toBe(
      'The registry did not answer within 0.05 s. Check the connection and try again.',
    );
  });

  it('none at all, while the memory is tidied up', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    expect(await answered(() => setTimeout(collect), 200)).toMatch(/^The registry did not answer within 0\.2 s\./);
  });

  it('one that stops in the middle', async () => {
    const text = await answered((response) => {
      response.writeHead(200, { 'content-type': INDEX });
      response.write('{');
    }, 200);
    expect(text).toMatch(/^The registry did not answer within 0\.2 s\./);
  });

  it('a connection that breaks', async () => {
    expect(await answered((response) => response.destroy())).toMatch(/^The registry could not be reached \(\w+\)\./);
  });

  it('headers without end', async () => {
    const text = await answered((response) => response.writeHead(200, { x: 'y'.repeat(100_000) }).end());
    expect(text).toMatch(/^The registry could not be reached \(\w+\)\./);
  });

  it.each(['localhost/App:1', 'localhost/a/../b:1', 'localhost:99999/app:1', 'app:1', 'localhost/app', 'a b/c:1\n'])(
    'a name that no registry can have: %j',
    async (image) => {
      expect(await ask(image)).toBe('It is no name that a registry can have. Check it.');
    },
  );

  it('because it was stopped', async () => {
    const stop = new AbortController();
    const { host } = await registryServer(() => stop.abort());
    expect(await ask(`${host}/${NAME}`, { signal: stop.signal })).toMatch(/^It was stopped before/);
  });
});

describe('several images', () => {
  it('are asked for at most four at once', async () => {
    const held: (() => void)[] = [];
    let most = 0;
    const { host, asked } = await registryServer((request, response) => {
      held.push(() => hasAll(request, response));
      most = Math.max(most, held.length);
      // The first four are answered together, the others as they come.
      if (held.length === 4 || asked.length > 4) for (const answer of held.splice(0)) answer();
    });
    const { digestOf: digest } = createRegistry({ signal: new AbortController().signal });
    const names = Array.from({ length: 9 }, (_, index) => `${host}/acme/app:1.4.${index}`);
    const answers = await Promise.all(names.map(digest));
    expect(answers.map(said)).toEqual(names.map((_, index) => digestOf(`/v2/acme/app/manifests/1.4.${index}`)));
    expect(most).toBe(4);
  });

  it('of a host that cannot be reached are not tried one by one', async () => {
    const { host, asked } = await registryServer((_, response) => response.destroy());
    const { digestOf: digest } = createRegistry({ signal: new AbortController().signal });
    const first = said(await digest(`${host}/${NAME}`));
    expect(said(await digest(`${host}/acme/other:1.4.2`))).toBe(first);
    expect(asked.every((it) => it.endsWith(PATH))).toBe(true);
  });
});
