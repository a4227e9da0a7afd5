/** The HTTP server: health for whoever watches over Parley, and the routes of the adapters. */
import type { Server } from 'node:http';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Trouble } from './core/troubles.ts';
import type { Metrics } from './metrics.ts';

export interface HttpOptions {
  host: string;
  port: number;
  /** Undefined when ready, else the reason why not. */
  whyNotReady: () => Promise<string | undefined>;
  /** Lasting troubles, although Parley as a whole works. */
  troubles: () => Trouble[];
  metrics: Metrics;
  routes: Hono<{ Bindings: HttpBindings }>[];
}

export interface HttpServer {
  /** Where this machine reaches it, such as `http://127.0.0.1:3000`. */
  url: string;
  stop(): Promise<void>;
}

/** What a slow client has to send its headers, and then its whole request. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** What is still open after so long when Parley ends is cut. */
const CLOSING_MS = 1_000;

/** @throws the system's error, such as EADDRINUSE */
export async function startHttp({
  host,
  port,
  whyNotReady,
  troubles,
  metrics,
  routes,
}: HttpOptions): Promise<HttpServer> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/healthz', (c) => c.json({ status: 'alive' }));
  app.get('/readyz', async (c) => {
    const reason = await whyNotReady();
    const lasting = troubles();
    const more = lasting.length > 0 ? { troubles: lasting } : {};
    if (reason === undefined) return c.json({ status: 'ready', ...more });
    return c.json({ status: 'not ready', reason, ...more }, 503);
  });
  app.get('/metrics', async (c) => {
    const { text, type } = await metrics.read();
    return c.body(text, 200, { 'content-type': type });
  });
  for (const route of routes) app.route('/', route);
  app.notFound((c) =>
    c.json({ error: { code: 'not-found', message: 'There is nothing at this address.' } }, 404),
  );

  const server = createAdaptorServer({
    fetch: app.fetch,
    // Node itself reads and drops the rest of a body that is refused; cutting it off would lose the refusal.
    autoCleanupIncoming: false,
  }) as Server;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const boundPort = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${nameOf(host)}:${boundPort}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      // Answers that end now are still on their way to their readers.
      const idle = setInterval(() => server.closeIdleConnections(), 20);
      const late = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}

/** The host as a browser on this machine can open it: an address that stands for all of them is none to go to. */
function nameOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
