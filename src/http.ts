/** An HTTP server: the public one with the adapters' routes, or the internal one. */
import type { Server } from 'node:http';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { AdapterError } from './core/errors.ts';
import { en } from './core/sentences/en.ts';

export type Routes = Hono<{ Bindings: HttpBindings }>;

export interface HttpOptions {
  host: string;
  port: number;
  /** The first route with a matching path answers. */
  routes: Routes[];
  /** The names of the settings of host and port, for the sentence when the server cannot listen there. */
  settings: { host: string; port: string };
}

export interface HttpServer {
  /** The address for this machine, such as `http://127.0.0.1:3000`. */
  url: string;
  stop(): Promise<void>;
}

/** Time for a client to send its headers, and its whole request, ms. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Time for open connections when Parley ends, ms. Then they are cut. */
const CLOSING_MS = 1_000;

/** @throws AdapterError that names the way out if the address cannot be listened on; else the system's error */
export async function startHttp({ host, port, routes, settings }: HttpOptions): Promise<HttpServer> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  for (const route of routes) app.route('/', route);
  app.notFound((c) => c.json({ error: { code: 'not-found', message: en.setup.nothingHere } }, 404));

  const server = createAdaptorServer({
    fetch: app.fetch,
    // Node itself reads and drops the rest of a refused body. Closing the connection would lose the refusal.
    autoCleanupIncoming: false,
  }) as Server;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(wayOutOf(error, settings) ?? error));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const boundPort = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${nameOf(host)}:${boundPort}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      // Answers that just ended are still on their way to their readers.
      const idle = setInterval(() => server.closeIdleConnections(), 20);
      const late = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}

/** Reasons for which a server cannot listen, by the system's code. */
export function wayOutOf(
  error: Error,
  { host, port }: { host: string; port: string },
): AdapterError | undefined {
  const { listening } = en.setup;
  const says = {
    EADDRINUSE: listening.inUse(port),
    EACCES: listening.notPermitted(port),
    EADDRNOTAVAIL: listening.notHere(host),
    ENOTFOUND: listening.unknown(host),
  }[String('code' in error && error.code)];
  return says === undefined ? undefined : new AdapterError(says);
}

/** The host that a browser on this machine can open. The address that stands for all addresses cannot be opened. */
function nameOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return hostInUrl(host === '::' ? '::1' : host);
}

/** IPv6 stands in brackets (RFC 3986, 3.2.2). */
export const hostInUrl = (host: string) => (host.includes(':') ? `[${host}]` : host);
