/** Reads messages said on Discord while Parley was not connected, from the history of its channels. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type APIGuildMember, type APIMessage, ChannelType, type REST, Routes } from 'discord.js';
import type { CatchUpOptions } from '../../../chat/catch-up/catch-up.ts';
import { isLater } from '../../../chat/catch-up/later-id.ts';
import type { Marks } from '../../../chat/catch-up/marks.ts';
import type { Progress } from '../../../chat/catch-up/reading.ts';
import { type ShardName, shardOf } from '../ids.ts';
import { inTime } from '../in-time.ts';
import { isThread, type KnownChannel } from '../reading/channels.ts';
import type { Directory } from '../reading/directory.ts';
import type { IncomingMessage } from './callers.ts';

export interface Missed {
  /**
   * Messages for Parley after the marks, in the channels of a shard. They come channel by channel, oldest first: from
   * channels where Parley was used lately, and from those that have a newer message by the servers' data. Discord gives a
   * bot no list of its direct messages.
   */
  read(
    marks: Marks,
    shard: ShardName,
    signal: AbortSignal,
    progress: Progress,
  ): AsyncGenerator<IncomingMessage>;
}

export interface MissedOptions {
  rest: REST;
  /** The channels as the present connection tells them. */
  directory: Directory;
  isForParley(message: IncomingMessage): Promise<boolean>;
}

/** Discord: 100 messages a page at most (message.mdx). */
const PAGE_MESSAGES = 100;
/** Most pages read of one channel. */
const MOST_PAGES = 5;
const MOST_USED = 1_000;
/** Longest time that looking up an author's membership delays missed messages, ms. */
const MEMBER_MS = 3_000;
/** Most channels read where Parley was not used. Discord may not even let it see them. */
const MOST_OTHERS = 200;
/** Kinds of channels without messages. Their `last_message_id` names a thread, if anything. */
const WITHOUT_MESSAGES = new Set([ChannelType.GuildCategory, ChannelType.GuildForum, ChannelType.GuildMedia]);
/** Longest wait for Discord's list of servers, which it sends right after a connection is ready, ms. */
const SERVERS_MS = 15_000;
const SERVERS_EVERY_MS = 100;
/** Discord's ids begin with the milliseconds since 2015 (reference.mdx, Snowflakes). */
const EPOCH_MS = 1_420_070_400_000;

export function createMissed(options: MissedOptions): Missed {
  const { rest, directory } = options;

  return {
    async *read(marks, shard, signal, progress) {
      const members = createMembers(rest);
      const places = placesOf(directory, marks, shard);
      progress.expect(places);
      for (const place of places) {
        const after = marks.after(place);
        if (after === undefined) continue;
        for await (const message of readPlace(options, channelIn(place).channelId, after)) {
          if (signal.aborted) return;
          const { guild_id: guild, author } = message;
          const member = guild && (await members.find(guild, author.id));
          yield member ? { ...message, member } : message;
        }
        progress.done(place);
      }
    },
  };
}

/** Takes the missed messages of a shard; resolves when all of them are taken. */
export function takeMissedOf(
  { directory }: Pick<MissedOptions, 'directory'>,
  missed: Missed,
  take: (message: IncomingMessage) => Promise<void>,
): CatchUpOptions['read'] {
  return async (marks, signal, part, progress) => {
    const shard = shardIn(part);
    // Discord first sends the servers with their channels and roles, which decide who may ask.
    const isWhole = () => directory.isWhole((guild) => shardOf(guild, shard.count) === shard.id);
    for (let waited = 0; !isWhole() && waited < SERVERS_MS; waited += SERVERS_EVERY_MS)
      await sleep(SERVERS_EVERY_MS, undefined, { signal });
    const taking: Promise<void>[] = [];
    for await (const message of missed.read(marks, shard, signal, progress)) taking.push(take(message));
    await Promise.all(taking);
  };
}

/** The messages of a channel that are for Parley, or may be. */
async function* readPlace(
  { rest, directory, isForParley }: MissedOptions,
  channelId: string,
  after: string,
): AsyncGenerator<IncomingMessage> {
  let isCalled = false;
  for await (const found of history(rest, channelId, after)) {
    const channel = await directory.channel(channelId);
    // Without its channel we cannot tell whether the message is for Parley.
    if (!channel) break;
    const { guild } = channel;
    // A message from history lacks the server that its event has.
    const message: IncomingMessage = guild === undefined ? found : { ...found, guild_id: guild };
    const isFor = await isForParley(message);
    // Messages after a call into a thread may be for Parley once that call is taken. The reader decides
    // that.
    if (!isFor && !(isCalled && isThread(channel))) continue;
    isCalled ||= isFor;
    yield message;
  }
}

/** The marks of the channels to read, the last used first. */
function placesOf(directory: Directory, marks: Marks, shard: ShardName): string[] {
  const isHeard = (guild: string | undefined) => shardOf(guild, shard.count) === shard.id;
  const used = marks.places.filter((place) => {
    const { channelId, guild } = channelIn(place);
    const channel = directory.known(channelId);
    // Discord does not tell the newest message of direct messages and archived threads.
    return isHeard(guild) && (channel?.guild === undefined || hasMore(place, channel, marks));
  });
  const usedOnes = new Set(marks.places);
  const others = [...directory.all()]
    .map(([id, channel]) => ({ place: markOf(id, channel.guild), channel }))
    .filter(({ place, channel }) => isHeard(channel.guild) && !usedOnes.has(place))
    .filter(({ place, channel }) => hasMore(place, channel, marks))
    .sort((a, b) => (isLater(a.channel.lastMessage ?? '', b.channel.lastMessage ?? '') ? -1 : 1))
    .map(({ place }) => place);
  return [...used.slice(0, MOST_USED), ...others.slice(0, MOST_OTHERS)];
}

/** Messages of a channel, oldest first; none if Parley may not read them. */
async function* history(rest: REST, channelId: string, marked: string): AsyncGenerator<APIMessage> {
  let after = marked;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = new URLSearchParams({ after, limit: String(PAGE_MESSAGES) });
    const found = (await rest
      .get(Routes.channelMessages(channelId), { query })
      .catch(() => [])) as APIMessage[];
    // Discord returns the messages next after the id, newest first.
    yield* found.toReversed();
    if (found.length < PAGE_MESSAGES || !found[0]) return;
    after = found[0].id;
  }
}

/** Memberships of authors, each looked up once. */
function createMembers(rest: REST) {
  const members = new Map<string, Promise<APIGuildMember | undefined>>();
  return {
    find(guild: string, user: string): Promise<APIGuildMember | undefined> {
      const key = `${guild} ${user}`;
      const member =
        members.get(key) ??
        inTime(MEMBER_MS, rest.get(Routes.guildMember(guild, user)) as Promise<APIGuildMember>);
      members.set(key, member);
      return member;
    },
  };
}

/** A channel or thread as a place of marks. Its server is part of it, since that decides the shard. */
export function markOf(channelId: string, guild: string | undefined): string {
  return guild === undefined ? channelId : `${channelId} ${guild}`;
}

function channelIn(place: string): { channelId: string; guild: string | undefined } {
  const [channelId = '', guild] = place.split(' ');
  return { channelId, guild };
}

/** Reads the name of a shard in the marks: `id/count`. */
export function shardIn(name: string): ShardName {
  const [id = 0, count = 1] = name.split('/').map(Number);
  return { id, count };
}

/** Whether the channel has a message after its mark. */
function hasMore(place: string, { type, lastMessage }: KnownChannel, marks: Marks): boolean {
  const after = marks.after(place);
  if (after === undefined || lastMessage === undefined || WITHOUT_MESSAGES.has(type)) return false;
  return isLater(lastMessage, after);
}

/** The id that a message of that time has, milliseconds since 1970. */
export function snowflakeAt(time: number): string {
  return String(BigInt(Math.max(0, Math.floor(time) - EPOCH_MS)) << 22n);
}
