/** Sessions of the gateway, which outlive their connections and keep a log to replay. */
import { GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';

export interface Session {
  id: string;
  intents: number;
  /** The shard's number, and the number of shards. */
  shard: [number, number];
  seq: number;
  log: { op: number; t: string; s: number; d: unknown }[];
  socket: WebSocket | undefined;
}

/** Logs an event in the session, and sends it if the session is connected. */
export function record(session: Session, t: string, d: unknown): void {
  session.seq += 1;
  const payload = { op: GatewayOpcodes.Dispatch, t, s: session.seq, d };
  session.log.push(payload);
  if (session.socket) send(session.socket, payload);
}

/** Op 9, not resumable. */
export function invalidate(socket: WebSocket): void {
  send(socket, { op: GatewayOpcodes.InvalidSession, d: false, s: null, t: null });
}

/**
 * Whether the shard receives events of this guild. Events without a guild go to the first shard (gateway.mdx,
 * Sharding).
 */
export function isOf({ shard: [id, count] }: Session, guild: string | undefined): boolean {
  return (guild === undefined ? 0 : Number((BigInt(guild) >> 22n) % BigInt(count))) === id;
}

export function guildOf(event: string, data: object): string | undefined {
  if ('guild_id' in data && typeof data.guild_id === 'string') return data.guild_id;
  return /^GUILD_(?:CREATE|UPDATE|DELETE)$/.test(event) && 'id' in data ? String(data.id) : undefined;
}

export function send(socket: WebSocket, payload: object): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(payload));
}
