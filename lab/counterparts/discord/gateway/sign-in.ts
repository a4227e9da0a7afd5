/** Op 2 and op 6: a connection identifies as a new session, or resumes an earlier one. */
import { randomUUID } from 'node:crypto';
import { GatewayCloseCodes, GatewayIntentBits } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import type { Settings } from '../settings.ts';
import { guildEvent, userPayload } from '../world/payloads.ts';
import type { World } from '../world/world.ts';
import { invalidate, isOf, record, type Session, send } from './session.ts';

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

export interface SignInOptions {
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

type Data = Record<string, unknown>;
type Refusal = [code: GatewayCloseCodes, reason: string];

/** Each bucket allows one identify in this time, ms (gateway.mdx, Max Concurrency). */
const IDENTIFY_MS = 5_000;

/** Both functions return the session, or undefined if they refused and closed the connection. */
export function createSignIn(options: SignInOptions, sessions: Map<string, Session>) {
  const { token, settings, stats } = options;
  /** Time of the last identify, by bucket. */
  const identified = new Map<number, number>();

  function isHurried(shard: Session['shard']): boolean {
    const bucket = shard[0] % settings.maxConcurrency;
    const hurried = performance.now() - (identified.get(bucket) ?? -IDENTIFY_MS) < IDENTIFY_MS;
    identified.set(bucket, performance.now());
    if (hurried) stats.hurriedIdentifies += 1;
    return hurried;
  }

  function identify(socket: WebSocket, data: Data): Session | undefined {
    stats.identifies += 1;
    const shard = shardOf(data.shard);
    const refusal = refusalOf(options, data, shard);
    if (refusal || !shard) {
      socket.close(...(refusal ?? INVALID_SHARD));
      return undefined;
    }
    if (isHurried(shard) && settings.limitsIdentifies) {
      invalidate(socket);
      return undefined;
    }
    const id = randomUUID().replaceAll('-', '');
    const session: Session = { id, intents: Number(data.intents), shard, seq: 0, log: [], socket };
    sessions.set(session.id, session);
    welcome(options, session);
    return session;
  }

  function resume(socket: WebSocket, data: Data): Session | undefined {
    if (data.token !== token) {
      socket.close(...WRONG_TOKEN);
      return undefined;
    }
    const session = sessions.get(String(data.session_id));
    if (!session || Number(data.seq) > session.seq) {
      stats.invalidSessions += 1;
      invalidate(socket);
      return undefined;
    }
    stats.resumes += 1;
    session.socket?.terminate();
    session.socket = socket;
    for (const past of session.log) if (past.s > Number(data.seq)) send(socket, past);
    record(session, 'RESUMED', { _trace: [] });
    return session;
  }

  return { identify, resume };
}

const WRONG_TOKEN: Refusal = [GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.'];
const INVALID_SHARD: Refusal = [GatewayCloseCodes.InvalidShard, 'Invalid shard.'];

/** The close code for an identify that Discord refuses. */
function refusalOf(
  { token, settings }: SignInOptions,
  data: Data,
  shard: Session['shard'] | undefined,
): Refusal | undefined {
  if (data.token !== token) return WRONG_TOKEN;
  const intents = Number(data.intents ?? -1);
  if (!Number.isInteger(intents) || intents < 0)
    return [GatewayCloseCodes.InvalidIntents, 'Invalid intent(s).'];
  // This application's portal has the members and presences intents switched off.
  const denied = settings.messageContentAllowed ? 0 : GatewayIntentBits.MessageContent;
  if (intents & (GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | denied))
    return [GatewayCloseCodes.DisallowedIntents, 'Disallowed intent(s).'];
  if (!shard) return INVALID_SHARD;
  if (shard[1] < settings.leastShards) return [GatewayCloseCodes.ShardingRequired, 'Sharding required.'];
  return undefined;
}

/** Sends READY, then GUILD_CREATE for each guild of the shard. */
function welcome({ world, settings, url }: SignInOptions, session: Session): void {
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
    shard: session.shard,
    application: { id: world.applicationId, flags: settings.messageContentAllowed ? 1 << 19 : 0 },
    private_channels: [],
    relationships: [],
    user_settings: {},
  });
  for (const guild of guilds) {
    if (guild.presence === 'joined') record(session, 'GUILD_CREATE', guildEvent(world, guild));
  }
}

/** The requested shard; undefined if there is no such shard. */
function shardOf(given: unknown): Session['shard'] | undefined {
  if (given === undefined) return [0, 1];
  const [id, count] = Array.isArray(given) ? given.map(Number) : [];
  if (id === undefined || count === undefined) return undefined;
  return Number.isInteger(id) && Number.isInteger(count) && id >= 0 && id < count ? [id, count] : undefined;
}
