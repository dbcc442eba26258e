import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RegistryServer {
  /** As it stands before the name of an image: `localhost:49152`. */
  readonly host: string;
  /** `HEAD /v2/acme/app/manifests/1.4.2`, in the order they came. */
  readonly asked: readonly string[];
}

/** A registry on this machine, as HTTP sees it, until the test is over. */
export async function registryServer(
  answer: (request: IncomingMessage, response: ServerResponse, host: string) => void,
): Promise<RegistryServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response, host);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve);
  });
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { host, asked };
}

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Has every image, and a digest of its own for each. */
export function hasAll({ url = '' }: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'docker-content-digest': digestOf(url) }).end();
}
