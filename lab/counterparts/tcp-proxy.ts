/**
 * A proxy to a server that can go dead: connections stay open and new ones are accepted, but no byte passes. It can also
 * cut its client off for good, as when the client dies.
 */
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  port: number;
  freeze(): void;
  /** Forwards the bytes that were held back. */
  thaw(): void;
  /** Cuts the client off before it sends its `count`th message with these words. */
  cutOff(words: RegExp, count: number): void;
  /** Whether the client was cut off. */
  readonly isCutOff: boolean;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  let isCutOff = false;
  let awaited: { words: RegExp; count: number } | undefined;
  const server = createServer((near) => {
    if (isCutOff) return void near.destroy();
    const far = connect(targetPort, '127.0.0.1');
    near.on('data', (bytes) => {
      if (!awaited?.words.test(bytes.toString('latin1')) || --awaited.count > 0) return;
      isCutOff = true;
      for (const socket of sockets) socket.destroy();
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => void (isCutOff || to.write(bytes)));
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isFrozen) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    cutOff(words, count) {
      awaited = { words, count };
    },
    get isCutOff() {
      return isCutOff;
    },
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      isFrozen = false;
      for (const socket of sockets) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
