import { createServer } from 'node:net';

/**
 * The ports are below the range that systems give to outgoing connections. Such a connection could take the port of
 * a restarting process.
 */
const FIRST_PORT = 20_000;
const PORTS = 10_000;

/** A free port on loopback. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}
