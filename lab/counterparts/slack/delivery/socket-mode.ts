/** Socket Mode (docs.slack.dev/apis/events-api/using-socket-mode): one-time addresses, envelopes, acknowledgements. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Settings, Stats } from '../settings.ts';
import type { World } from '../world/world.ts';
import type { Answer, Outgoing } from './outgoing.ts';

const CONNECTIONS_MOST = 10;
const PING_EVERY = 10_000;

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

export interface SocketMode {
  /** A new address, valid for one connection. */
  url(): string;
  /** Sends to one of the connections. Without a connection, an event waits for one. */
  send(outgoing: Outgoing): Promise<Answer>;
  readonly connections: number;
  /** Number of next addresses that are dead: the server accepts the connection and sends nothing. */
  dead: number;
  /** Sends a raw frame to every connection. */
  sendFrame(frame: string): void;
  /** Tells every client to disconnect. `warning` comes about 10 s before the client closes the connection. */
  disconnect(reason: DisconnectReason): void;
  /** Drops all connections, as a network failure does. */
  dropConnections(): void;
  close(): void;
}

interface Envelope {
  socket: WebSocket;
  settle(answer: Answer): void;
}

export interface SocketModeOptions {
  server: Server;
  world: World;
  settings: Settings;
  stats: Stats;
}

/**
 * Clients accept compression. A message of more than a megabyte is compressed; `ws` heeds this threshold only where
 * no context is taken over.
 */
const COMPRESSION = { threshold: 2 ** 20, serverNoContextTakeover: true, clientNoContextTakeover: true };

export function createSocketMode(options: SocketModeOptions): SocketMode {
  const { server, world, settings, stats } = options;
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: COMPRESSION });
  const addresses = createAddresses(world);
  const envelopes = createEnvelopes(settings);
  const connected: WebSocket[] = [];
  const waiting: (() => void)[] = [];
  let next = 0;
  let closed = false;

  server.on('upgrade', (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    if (addresses.isGood(request, raw)) sockets.handleUpgrade(request, raw, head, welcome);
  });

  function welcome(socket: WebSocket): void {
    if (connected.length >= CONNECTIONS_MOST) {
      refuse(socket);
      return;
    }
    stats.connections += 1;
    connected.push(socket);
    listen(socket, envelopes.acknowledged, () => gone(socket));
    socket.send(JSON.stringify(hello(world, connected.length)));
    for (const wake of waiting.splice(0)) wake();
  }

  function gone(socket: WebSocket): void {
    const index = connected.indexOf(socket);
    if (index >= 0) connected.splice(index, 1);
    envelopes.lost(socket);
  }

  async function send(outgoing: Outgoing): Promise<Answer> {
    while (connected.length === 0) {
      // An interaction fails at once, since its user waits. An event can wait.
      if (closed || settings.gap === 'lose' || outgoing.type !== 'events_api')
        return { ok: false, reason: 'no connection', final: true };
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    next += 1;
    return envelopes.send(connected[next % connected.length] as WebSocket, outgoing);
  }

  function close(): void {
    closed = true;
    for (const wake of waiting.splice(0)) wake();
    envelopes.close();
    addresses.close();
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  }

  const controls = createControls(connected, gone);
  return {
    get dead() {
      return addresses.dead;
    },
    set dead(count) {
      addresses.dead = count;
    },
    get connections() {
      return connected.length;
    },
    url: addresses.next,
    send,
    close,
    ...controls,
  };
}

function refuse(socket: WebSocket): void {
  socket.on('error', () => {});
  socket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets', debug_info: {} }));
  socket.close();
}

/** Pings a connection until it closes. */
function listen(socket: WebSocket, onMessage: (data: string) => void, onClose: () => void): void {
  socket.on('error', () => {});
  const pings = setInterval(() => socket.ping(), PING_EVERY);
  socket.on('message', (data) => onMessage(String(data)));
  socket.on('close', () => {
    clearInterval(pings);
    onClose();
  });
}

/** A test's control over the open connections. */
function createControls(connected: WebSocket[], gone: (socket: WebSocket) => void) {
  return {
    sendFrame(frame: string) {
      for (const socket of connected) socket.send(frame);
    },
    disconnect(reason: DisconnectReason) {
      const message = JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-1' } });
      for (const socket of connected) socket.send(message);
    },
    dropConnections() {
      for (const socket of [...connected]) {
        gone(socket);
        socket.terminate();
      }
    },
  };
}

const hello = (world: World, count: number) => ({
  type: 'hello',
  num_connections: count,
  connection_info: { app_id: world.appId },
  debug_info: { host: 'applink-1', build_number: 1, approximate_connection_time: 18_060 },
});

/** One-time addresses of connections. */
function createAddresses(world: World) {
  const tickets = new Set<string>();
  /** Connections to dead addresses. */
  const silent = new Set<Duplex>();
  const addresses = {
    dead: 0,
    next() {
      const origin = world.origin.replace('http', 'ws');
      if (addresses.dead > 0) {
        addresses.dead--;
        return `${origin}/dead/?ticket=${randomUUID()}`;
      }
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${origin}/link/?ticket=${ticket}&app_id=${world.appId}`;
    },
    /** Whether a request has a valid address. Another request is answered or left silent here. */
    isGood(request: IncomingMessage, raw: Duplex): boolean {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      if (pathname === '/dead/') {
        silent.add(raw);
        return false;
      }
      if (pathname === '/link/' && tickets.delete(searchParams.get('ticket') ?? '')) return true;
      raw.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
      return false;
    },
    close() {
      for (const raw of silent) raw.destroy();
    },
  };
  return addresses;
}

/** Envelopes that wait for their acknowledgements. */
function createEnvelopes(settings: Settings) {
  const sent = new Map<string, Envelope>();
  return {
    async send(socket: WebSocket, { type, payload, retry }: Outgoing): Promise<Answer> {
      const id = randomUUID();
      const { promise, resolve } = Promise.withResolvers<Answer>();
      sent.set(id, { socket, settle: resolve });
      const isEvent = type === 'events_api';
      const retried = isEvent
        ? { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' }
        : {};
      socket.send(
        JSON.stringify({ envelope_id: id, payload, type, accepts_response_payload: !isEvent, ...retried }),
      );
      const timer = setTimeout(() => {
        sent.delete(id);
        resolve({ ok: false, reason: 'timeout' });
      }, settings.ackWindow);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
    acknowledged(data: string): void {
      let message: { envelope_id?: string; payload?: unknown };
      try {
        message = JSON.parse(data);
      } catch {
        return;
      }
      const id = message.envelope_id ?? '';
      sent.get(id)?.settle({ ok: true, payload: message.payload });
      sent.delete(id);
    },
    /** Fails the deliveries that this socket did not acknowledge. */
    lost(socket: WebSocket): void {
      for (const [id, envelope] of sent) {
        if (envelope.socket !== socket) continue;
        sent.delete(id);
        envelope.settle({ ok: false, reason: 'timeout' });
      }
    },
    close() {
      for (const { settle } of sent.values()) settle({ ok: false, reason: 'closed', final: true });
      sent.clear();
    },
  };
}
