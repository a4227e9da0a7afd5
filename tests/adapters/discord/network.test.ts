/** A network between Parley and Discord that is down for a while. */
import { createConnection, createServer, type Socket } from 'node:net';
import { GatewayOpcodes } from 'discord.js';
import { expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { startDiscord } from '../../../lab/counterparts/discord/start.ts';
import { answers, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { startParley } from '../../harness/web.ts';

/** Passes connections on to a port of this machine, and can be taken away. */
async function startWire(to: number) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = createConnection(to, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket.on('close', () => sockets.delete(socket)));
      socket.on('error', () => {});
    }
    near.pipe(far).pipe(near);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, cut, mend: () => listen(port) };
}

it.concurrent('the session is resumed when the network comes back, and what was said meanwhile is answered', async () => {
  await using discord = await startDiscord();
  await using model = await startModelServer();
  const wire = await startWire(discord.port);
  // Where the gateway says that it is.
  discord.world.origin = `http://127.0.0.1:${wire.port}`;
  model.respond(answers('Still here.'));
  const parley = await startParley({
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: `${discord.world.origin}/api`,
    OPENAI_BASE_URL: model.url,
    WEB: 'off',
  });
  await discord.waitFor(() => discord.gateway.connected > 0);
  wire.cut();
  await discord.waitFor(() => discord.gateway.connected === 0);
  const channel = discord.channel('general');
  discord.user('ada').says(channel, `<@${discord.botId}> are you there?`);
  // Long enough for attempts that are refused.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await wire.mend();
  await discord.waitFor(() => discord.botMessages(channel).some(({ content }) => content === 'Still here.'));
  expect(discord.stats.resumes).toBe(1);
  expect(discord.stats.identifies).toBe(1);
  expect(parley.log.filter((line) => line.includes('trying again'))).toHaveLength(1);
  await parley.app.stop();
  wire.cut();
});

async function startSocket(greet: (socket: WebSocket) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', greet);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

function sayHello(socket: WebSocket): void {
  socket.send(JSON.stringify({ op: GatewayOpcodes.Hello, d: { heartbeat_interval: 41_250 } }));
}

/** Dead addresses. */
const DEAD: [string, () => Promise<{ port: number; close(): void }>][] = [
  ['refuses', async () => ({ port: 1, close() {} })],
  [
    'takes connections and says nothing',
    async () => {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket.on('error', () => {}));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
      const address = server.address();
      return {
        port: typeof address === 'object' && address ? address.port : 0,
        close() {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      };
    },
  ],
  ['opens the connection and never says hello', () => startSocket(() => {})],
  ['closes the connection at once, with a code', () => startSocket((socket) => socket.close(1011))],
  [
    'says hello and breaks the connection when resumed',
    () =>
      startSocket((socket) => {
        sayHello(socket);
        socket.on('message', () => socket.terminate());
      }),
  ],
  ['says hello and nothing more', () => startSocket(sayHello)],
];

it.concurrent.each(DEAD)(
  'an address for resuming that %s: the session is resumed at the gateway itself',
  async (_, start) => {
    const dead = await start();
    await using discord = await startDiscord();
    discord.settings.resumeUrl = `ws://127.0.0.1:${dead.port}/gateway`;
    await using model = await startModelServer();
    model.respond(answers('Still here.'), answers('Here again.'));
    const parley = await startParley({
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      OPENAI_BASE_URL: model.url,
      WEB: 'off',
    });
    await discord.waitFor(() => discord.gateway.connected > 0);
    const channel = discord.channel('general');
    for (const answer of ['Still here.', 'Here again.']) {
      discord.gateway.dropConnections();
      discord.user('ada').says(channel, `<@${discord.botId}> are you there?`);
      await discord.waitFor(() => discord.botMessages(channel).some(({ content }) => content === answer));
    }
    expect(discord.stats).toMatchObject({ resumes: 2, identifies: 1 });
    await parley.app.stop();
    dead.close();
  },
);
