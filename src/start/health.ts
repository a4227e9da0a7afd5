/**
 * Routes for monitoring. The public port tells strangers a status alone. Reasons, troubles and figures are for the
 * internal port, and for requests with METRICS_TOKEN.
 */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { isSameSecret } from '../core/access/same-secret.ts';
import type { Trouble } from '../core/reports/troubles.ts';
import { en } from '../core/sentences/en.ts';
import type { Routes } from '../http.ts';
import { isLoopback, isLoopbackHost } from '../loopback.ts';
import type { Metrics } from '../metrics.ts';

export interface HealthOptions {
  /** Undefined: ready. Otherwise the reason why not. */
  whyNotReady: () => Promise<string | undefined>;
  /** Lasting troubles, although Parley as a whole works. */
  troubles: () => Trouble[];
  metrics: Metrics;
}

/** @param token METRICS_TOKEN; undefined: everybody is a stranger */
export function publicHealth(options: HealthOptions, token: string | undefined): Routes {
  return createHealth(options, (c) => {
    const [, given = ''] = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    return token !== undefined && isSameSecret(given, token);
  });
}

/**
 * Tells every caller everything. On loopback, a page in a browser must not reach it under a name of its own (DNS
 * rebinding).
 */
export function internalHealth(options: HealthOptions, host: string): Routes {
  const isOnMachine = isLoopback(host);
  const guard: MiddlewareHandler = async (c, next) =>
    isOnMachine && !isLoopbackHost(c.req.header('host') ?? '') ? c.text(en.setup.wrongHost, 403) : next();
  const app: Routes = new Hono();
  app.use(guard);
  return app.route(
    '/',
    createHealth(options, () => true),
  );
}

/** Keeps answers out of all caches on the way. */
const NOT_KEPT = { 'cache-control': 'no-store' };

function createHealth(
  { whyNotReady, troubles, metrics }: HealthOptions,
  isKnown: (c: Context) => boolean,
): Routes {
  const app: Routes = new Hono();
  app.get('/healthz', (c) => c.json({ status: 'alive' }));
  app.get('/readyz', async (c) => {
    const reason = await whyNotReady();
    const status = reason === undefined ? 'ready' : 'not ready';
    const lasting = troubles();
    const details = {
      ...(reason !== undefined && { reason }),
      ...(lasting.length > 0 && { troubles: lasting }),
    };
    return c.json({ status, ...(isKnown(c) && details) }, reason === undefined ? 200 : 503, NOT_KEPT);
  });
  app.get('/metrics', async (c) => {
    if (!isKnown(c)) return c.text(en.setup.metricsToken, 401, { 'www-authenticate': 'Bearer' });
    const { text, type } = await metrics.read();
    return c.body(text, 200, { 'content-type': type, ...NOT_KEPT });
  });
  return app;
}
