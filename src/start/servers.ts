/** Starts the servers: the public port, and the internal one where it is set. */
import type { Config } from '../config.ts';
import { type HttpOptions, type HttpServer, type Routes, startHttp } from '../http.ts';
import { type HealthOptions, internalHealth, publicHealth } from './health.ts';

export interface Servers extends HttpServer {
  /** The address of the internal port; undefined where none is set. */
  internalUrl: string | undefined;
}

/** @throws AdapterError, or the system's error, where an address cannot be listened on */
export async function startServers(
  config: Config,
  health: HealthOptions,
  routes: Routes[],
): Promise<Servers> {
  const { HOST, PORT, INTERNAL_HOST, INTERNAL_PORT, METRICS_TOKEN } = config;
  await using started = new AsyncDisposableStack();
  const start = async (options: HttpOptions) => started.adopt(await startHttp(options), ({ stop }) => stop());
  const { url } = await start({
    host: HOST,
    port: PORT,
    settings: { host: 'HOST', port: 'PORT' },
    routes: [publicHealth(health, METRICS_TOKEN), ...routes],
  });
  const internal =
    INTERNAL_PORT === undefined
      ? undefined
      : await start({
          host: INTERNAL_HOST,
          port: INTERNAL_PORT,
          settings: { host: 'INTERNAL_HOST', port: 'INTERNAL_PORT' },
          routes: [internalHealth(health, INTERNAL_HOST)],
        });
  const all = started.move();
  return { url, internalUrl: internal?.url, stop: () => all.disposeAsync() };
}
