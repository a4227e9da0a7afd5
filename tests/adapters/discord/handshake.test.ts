/** A gateway that takes a connection and does not answer the WebSocket's handshake. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import pino from 'pino';
import { expect, it } from 'vitest';
import { connectShard } from '../../../src/adapters/discord/gateway/shard/shard-connection.ts';

it('ends the process neither when the connection is given up, nor when it breaks later', async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => void uncaught.push(error);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', note);
  const taken = Promise.withResolvers<Socket>();
  const server = createServer((socket) => taken.resolve(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  try {
    const connection = connectShard({
      id: 0,
      count: 1,
      token: 'token',
      intents: () => 0,
      information: {
        url: `ws://127.0.0.1:${port}`,
        shards: 1,
        session_start_limit: { total: 1_000, remaining: 1_000, reset_after: 0, max_concurrency: 1 },
      },
      waitForIdentify: async () => {},
      log: pino({ level: 'silent' }),
      onConnected() {},
      onDisconnected() {},
      onReady() {},
      onEvent() {},
    });
    const socket = await taken.promise;
    await connection.close();
    socket.resetAndDestroy();
    await once(socket, 'close');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(uncaught).toEqual([]);
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
    server.close();
  }
});
