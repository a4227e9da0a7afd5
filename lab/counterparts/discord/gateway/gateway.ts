/** The gateway: sessions that outlive their connection, a log to replay, and faults on demand. */
import type { Server } from 'node:http';
import { GatewayCloseCodes, GatewayOpcodes } from 'discord-api-types/v10';
import { type WebSocket, WebSocketServer } from 'ws';
import { needs, visible } from './intents.ts';
import { guildOf, invalidate, isOf, record, type Session, send } from './session.ts';
import { createSignIn, type GatewayStats, type SignInOptions } from './sign-in.ts';

export interface Gateway {
  /** Sends an event to every session whose intents include it, now or when the session resumes. */
  dispatch(event: string, data: object): void;
  /** Cuts the connections without a close code. `resumable: false` also forgets the sessions. */
  dropConnections(options?: { resumable?: boolean }): void;
  /** Sends op 9, not resumable, to all connections. */
  invalidateSession(): void;
  /** Sends op 7, which asks clients to reconnect and resume. */
  requestReconnect(): void;
  /** Sends the next `count` dispatches twice. */
  duplicateNext(count: number): void;
  /** Sends a raw frame to every session. */
  sendFrame(frame: string): void;
  /** Whether every dispatch is sent twice. */
  duplicates: boolean;
  /** Whether new connections are refused with 503. */
  refusing: boolean;
  /** Number of connections that were refused so far. */
  readonly refused: number;
  /** Stops reading from the open connections, as when the network is down. */
  freeze(): void;
  /** Number of connections that are identified or resumed. */
  readonly connected: number;
  /** Their shards as `id/count`, in the order of their identifies. */
  readonly shards: string[];
  close(): void;
}

const HEARTBEAT_INTERVAL = 41_250;

/**
 * Clients accept compression. A message of more than a megabyte is compressed; `ws` heeds this threshold only where
 * no context is taken over.
 */
const COMPRESSION = { threshold: 2 ** 20, serverNoContextTakeover: true, clientNoContextTakeover: true };

export function createGateway(options: SignInOptions & { server: Server }): Gateway {
  const { server, stats, world } = options;
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: COMPRESSION });
  const sessions = new Map<string, Session>();
  const greet = createGreeting(sessions, createSignIn(options, sessions), stats);
  let repeats = 0;
  let refused = 0;

  server.on('upgrade', (request, socket, head) => {
    if (!request.url?.startsWith('/gateway') || gateway.refusing) {
      refused++;
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, greet);
  });

  const connected = () => [...sessions.values()].filter((session) => session.socket);

  const gateway: Gateway = {
    ...createConnectionFaults(sessions, sockets),
    duplicates: false,
    refusing: false,
    get refused() {
      return refused;
    },
    get connected() {
      return connected().length;
    },
    get shards() {
      return connected().map(({ shard }) => shard.join('/'));
    },
    dispatch(event, data) {
      const twice = gateway.duplicates || repeats > 0;
      if (repeats > 0) repeats -= 1;
      for (const session of sessions.values()) {
        if (!isOf(session, guildOf(event, data))) continue;
        const needed = needs(event, data);
        if (needed !== 0 && (session.intents & needed) === 0) continue;
        const seen = visible(event, data, session.intents, world.bot.id);
        record(session, event, seen);
        if (twice) record(session, event, seen);
      }
    },
    duplicateNext(count) {
      repeats += count;
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
  return gateway;
}

/** Returns what happens on a new connection: Hello, then the opcodes of the client. */
function createGreeting(
  sessions: Map<string, Session>,
  { identify, resume }: ReturnType<typeof createSignIn>,
  stats: GatewayStats,
) {
  return (socket: WebSocket): void => {
    stats.hellos += 1;
    let session: Session | undefined;
    send(socket, {
      op: GatewayOpcodes.Hello,
      d: { heartbeat_interval: HEARTBEAT_INTERVAL },
      s: null,
      t: null,
    });
    socket.on('error', () => {});
    socket.on('close', (code) => {
      if (session?.socket !== socket) return;
      session.socket = undefined;
      // Discord: closing with 1000 or 1001 ends the session.
      if (code === 1000 || code === 1001) sessions.delete(session.id);
    });
    socket.on('message', (raw) => {
      const message = parse(String(raw));
      if (!message) return socket.close(GatewayCloseCodes.DecodeError, 'Error while decoding payload.');
      switch (message.op) {
        case GatewayOpcodes.Heartbeat:
          return send(socket, { op: GatewayOpcodes.HeartbeatAck, s: null, t: null, d: null });
        case GatewayOpcodes.Identify:
          if (session && sessions.has(session.id))
            return socket.close(GatewayCloseCodes.AlreadyAuthenticated, 'Already authenticated.');
          session = identify(socket, message.d);
          return;
        case GatewayOpcodes.Resume:
          session = resume(socket, message.d);
          return;
        case GatewayOpcodes.PresenceUpdate:
        case GatewayOpcodes.VoiceStateUpdate:
        case GatewayOpcodes.RequestGuildMembers:
          if (!session) socket.close(GatewayCloseCodes.NotAuthenticated, 'Not authenticated.');
          return;
        default:
          return socket.close(GatewayCloseCodes.UnknownOpcode, 'Unknown opcode.');
      }
    });
  };
}

function createConnectionFaults(sessions: Map<string, Session>, sockets: WebSocketServer) {
  return {
    dropConnections({ resumable = true }: { resumable?: boolean } = {}) {
      const open = [...sessions.values()];
      if (!resumable) sessions.clear();
      for (const session of open) {
        session.socket?.terminate();
        session.socket = undefined;
      }
    },
    invalidateSession() {
      const open = [...sessions.values()];
      sessions.clear();
      for (const { socket } of open) if (socket) invalidate(socket);
    },
    requestReconnect() {
      for (const { socket } of sessions.values()) {
        if (socket) send(socket, { op: GatewayOpcodes.Reconnect, d: null, s: null, t: null });
      }
    },
    sendFrame(frame: string) {
      for (const { socket } of sessions.values()) socket?.send(frame);
    },
    freeze() {
      for (const socket of sockets.clients) socket.pause();
    },
  };
}

function parse(text: string): { op: number; d: Record<string, unknown> } | undefined {
  try {
    const { op, d } = JSON.parse(text);
    return typeof op === 'number' ? { op, d: d ?? {} } : undefined;
  } catch {
    return undefined;
  }
}
