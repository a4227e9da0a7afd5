/** The gateway: sessions that outlive their connection, a log to replay, and faults on demand. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { GatewayCloseCodes, GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Settings } from '../settings.ts';
import { guildEvent, userPayload } from '../world/payloads.ts';
import type { World } from '../world/world.ts';
import { needs, visible } from './intents.ts';

interface Session {
  id: string;
  intents: number;
  /** The shard's number, and the number of shards. */
  shard: [number, number];
  seq: number;
  log: { op: number; t: string; s: number; d: unknown }[];
  socket: WebSocket | undefined;
}

export interface GatewayStats {
  /** Connections that got a Hello. */
  hellos: number;
  identifies: number;
  resumes: number;
  /** Resumes refused with op 9. */
  invalidSessions: number;
  /** Identifies that came too soon after another identify of their bucket. */
  hurriedIdentifies: number;
}

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
  /** Stops reading from the open connections, as when the network is down. */
  freeze(): void;
  /** Number of connections that are identified or resumed. */
  readonly connected: number;
  /** Their shards as `id/count`, in the order of their identifies. */
  readonly shards: string[];
  close(): void;
}

interface Options {
  server: Server;
  world: World;
  token: string;
  settings: Pick<
    Settings,
    'messageContentAllowed' | 'leastShards' | 'maxConcurrency' | 'limitsIdentifies' | 'resumeUrl'
  >;
  stats: GatewayStats;
  /** Address of the gateway (`ws://…`), known when the server listens. */
  url: () => string;
}

const HEARTBEAT_INTERVAL = 41_250;
/** Each bucket allows one identify in this time, ms (gateway.mdx, Max Concurrency). */
const IDENTIFY_MS = 5_000;

export function createGateway({ server, world, token, settings, stats, url }: Options): Gateway {
  // Clients accept compression. A message of more than a megabyte is compressed.
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 2 ** 20 } });
  const sessions = new Map<string, Session>();
  /** Time of the last identify, by bucket. */
  const identified = new Map<number, number>();
  let repeats = 0;

  server.on('upgrade', (request, socket, head) => {
    if (!request.url?.startsWith('/gateway') || gateway.refusing) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, greet);
  });

  function greet(socket: WebSocket): void {
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
  }

  function identify(socket: WebSocket, data: Record<string, unknown>): Session | undefined {
    stats.identifies += 1;
    if (data.token !== token) {
      socket.close(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.');
      return undefined;
    }
    const intents = Number(data.intents ?? -1);
    if (!Number.isInteger(intents) || intents < 0) {
      socket.close(GatewayCloseCodes.InvalidIntents, 'Invalid intent(s).');
      return undefined;
    }
    // This application's portal has the members and presences intents switched off.
    const allowed = settings.messageContentAllowed ? 0 : GatewayIntentBits.MessageContent;
    if (intents & (GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | allowed)) {
      socket.close(GatewayCloseCodes.DisallowedIntents, 'Disallowed intent(s).');
      return undefined;
    }
    const shard = shardOf(data.shard);
    if (!shard) {
      socket.close(GatewayCloseCodes.InvalidShard, 'Invalid shard.');
      return undefined;
    }
    if (shard[1] < settings.leastShards) {
      socket.close(GatewayCloseCodes.ShardingRequired, 'Sharding required.');
      return undefined;
    }
    const bucket = shard[0] % settings.maxConcurrency;
    const isHurried = performance.now() - (identified.get(bucket) ?? -IDENTIFY_MS) < IDENTIFY_MS;
    identified.set(bucket, performance.now());
    if (isHurried) stats.hurriedIdentifies += 1;
    if (isHurried && settings.limitsIdentifies) {
      send(socket, { op: GatewayOpcodes.InvalidSession, d: false, s: null, t: null });
      return undefined;
    }
    const session: Session = {
      id: randomUUID().replaceAll('-', ''),
      intents,
      shard,
      seq: 0,
      log: [],
      socket,
    };
    sessions.set(session.id, session);
    const guilds = [...world.guilds.values()].filter(
      (guild) => guild.presence !== 'removed' && isOf(session, guild.id),
    );
    record(session, 'READY', {
      v: 10,
      user: { ...userPayload(world.bot), verified: true, mfa_enabled: false, email: null, flags: 0 },
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: session.id,
      session_type: 'normal',
      resume_gateway_url: settings.resumeUrl ?? url(),
      shard,
      application: { id: world.applicationId, flags: settings.messageContentAllowed ? 1 << 19 : 0 },
      private_channels: [],
      relationships: [],
      user_settings: {},
    });
    for (const guild of guilds) {
      if (guild.presence === 'joined') record(session, 'GUILD_CREATE', guildEvent(world, guild));
    }
    return session;
  }

  function resume(socket: WebSocket, data: Record<string, unknown>): Session | undefined {
    if (data.token !== token) {
      socket.close(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.');
      return undefined;
    }
    const session = sessions.get(String(data.session_id));
    if (!session || Number(data.seq) > session.seq) {
      stats.invalidSessions += 1;
      send(socket, { op: GatewayOpcodes.InvalidSession, d: false, s: null, t: null });
      return undefined;
    }
    stats.resumes += 1;
    session.socket?.terminate();
    session.socket = socket;
    for (const past of session.log) if (past.s > Number(data.seq)) send(socket, past);
    record(session, 'RESUMED', { _trace: [] });
    return session;
  }

  function record(session: Session, t: string, d: unknown): void {
    session.seq += 1;
    const payload = { op: GatewayOpcodes.Dispatch, t, s: session.seq, d };
    session.log.push(payload);
    if (session.socket) send(session.socket, payload);
  }

  const connected = () => [...sessions.values()].filter((session) => session.socket);

  const gateway: Gateway = {
    duplicates: false,
    refusing: false,
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
    dropConnections({ resumable = true } = {}) {
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
      for (const { socket } of open) {
        if (socket) send(socket, { op: GatewayOpcodes.InvalidSession, d: false, s: null, t: null });
      }
    },
    requestReconnect() {
      for (const { socket } of sessions.values()) {
        if (socket) send(socket, { op: GatewayOpcodes.Reconnect, d: null, s: null, t: null });
      }
    },
    sendFrame(frame) {
      for (const { socket } of sessions.values()) socket?.send(frame);
    },
    freeze() {
      for (const socket of sockets.clients) socket.pause();
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

/** The requested shard; undefined if there is no such shard. */
function shardOf(given: unknown): Session['shard'] | undefined {
  if (given === undefined) return [0, 1];
  const [id, count] = Array.isArray(given) ? given.map(Number) : [];
  if (id === undefined || count === undefined) return undefined;
  return Number.isInteger(id) && Number.isInteger(count) && id >= 0 && id < count ? [id, count] : undefined;
}

/**
 * Whether the shard receives events of this guild. Events without a guild go to the first shard (gateway.mdx,
 * Sharding).
 */
function isOf({ shard: [id, count] }: Session, guild: string | undefined): boolean {
  return (guild === undefined ? 0 : Number((BigInt(guild) >> 22n) % BigInt(count))) === id;
}

function guildOf(event: string, data: object): string | undefined {
  if ('guild_id' in data && typeof data.guild_id === 'string') return data.guild_id;
  return /^GUILD_(?:CREATE|UPDATE|DELETE)$/.test(event) && 'id' in data ? String(data.id) : undefined;
}

function send(socket: WebSocket, payload: object): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(payload));
}

function parse(text: string): { op: number; d: Record<string, unknown> } | undefined {
  try {
    const { op, d } = JSON.parse(text);
    return typeof op === 'number' ? { op, d: d ?? {} } : undefined;
  } catch {
    return undefined;
  }
}
