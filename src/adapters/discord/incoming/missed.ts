/** What was said on Discord while Parley was not connected, read from the history of its channels. */
import { type APIGuildMember, type APIMessage, ChannelType, type REST, Routes } from 'discord.js';
import { isLater, type Marks, type Progress } from '../../../chat/catch-up.ts';
import { type ShardName, shardOf } from '../ids.ts';
import { type Directory, isThread, type KnownChannel } from '../reading/directory.ts';
import { inTime } from './in-time.ts';
import type { IncomingMessage } from './incoming.ts';

export interface Missed {
  /**
   * What is for Parley after the marks, channel by channel, oldest first, of what a shard hears: of the channels it was
   * used in lately, and of those where the servers say that something was said since. Discord gives a bot no list of its
   * direct messages.
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
  /** As of the connection that the marks are of. */
  directory: Directory;
  isForParley(message: IncomingMessage): Promise<boolean>;
}

/** Discord gives no more at once (message.mdx). */
const PAGE_MESSAGES = 100;
/** Of one channel. */
const MOST_PAGES = 5;
const MOST_USED = 1_000;
/** Longest time that looking up an author's membership delays missed messages, ms. */
const MEMBER_MS = 3_000;
/** Of channels that Parley was not used in: many of them it may not even see. */
const MOST_OTHERS = 200;
/** Their last message is the name of a last thread. */
const WITHOUT_MESSAGES = new Set([ChannelType.GuildCategory, ChannelType.GuildForum, ChannelType.GuildMedia]);
/** Discord's ids begin with the milliseconds since 2015 (reference.mdx, Snowflakes). */
const EPOCH_MS = 1_420_070_400_000;

export function createMissed({ rest, directory, isForParley }: MissedOptions): Missed {
  /** Which channels are read, by their marks, the last used first. */
  function placesOf(marks: Marks, shard: ShardName): string[] {
    const isHeard = (guild: string | undefined) => shardOf(guild, shard.count) === shard.id;
    const used = marks.places.filter((place) => {
      const { channelId, guild } = channelIn(place);
      const channel = directory.known(channelId);
      // Discord tells no newest message of direct messages and archived threads.
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

  /** Oldest first; none where it may not be read. */
  async function* history(channelId: string, marked: string): AsyncGenerator<APIMessage> {
    let after = marked;
    for (let page = 0; page < MOST_PAGES; page++) {
      const query = new URLSearchParams({ after, limit: String(PAGE_MESSAGES) });
      const found = (await rest
        .get(Routes.channelMessages(channelId), { query })
        .catch(() => [])) as APIMessage[];
      // Discord lists the newest first, of those that come next after the id.
      yield* found.toReversed();
      if (found.length < PAGE_MESSAGES || !found[0]) return;
      after = found[0].id;
    }
  }

  return {
    async *read(marks, shard, signal, progress) {
      const members = new Map<string, Promise<APIGuildMember | undefined>>();
      const memberOf = (guild: string, user: string) => {
        const key = `${guild} ${user}`;
        const member =
          members.get(key) ??
          inTime(MEMBER_MS, rest.get(Routes.guildMember(guild, user)) as Promise<APIGuildMember>);
        members.set(key, member);
        return member;
      };
      const places = placesOf(marks, shard);
      progress.expect(places);
      for (const place of places) {
        const after = marks.after(place);
        if (after === undefined) continue;
        const { channelId } = channelIn(place);
        let isCalled = false;
        for await (const found of history(channelId, after)) {
          if (signal.aborted) return;
          const channel = await directory.channel(channelId);
          // Without its channel we cannot tell whether the message is for Parley.
          if (!channel) break;
          const { guild } = channel;
          // History says less of a message than its event does.
          const message: IncomingMessage = guild === undefined ? found : { ...found, guild_id: guild };
          const isFor = await isForParley(message);
          // Messages after a call into a thread may be for Parley once that call is taken. The reader decides
          // that.
          if (!isFor && !(isCalled && isThread(channel))) continue;
          isCalled ||= isFor;
          const member = guild && (await memberOf(guild, found.author.id));
          yield member ? { ...message, member } : message;
        }
        progress.done(place);
      }
    },
  };
}

/** A channel or thread as a place of marks: with its server, which says by which shard it is heard. */
export function markOf(channelId: string, guild: string | undefined): string {
  return guild === undefined ? channelId : `${channelId} ${guild}`;
}

function channelIn(place: string): { channelId: string; guild: string | undefined } {
  const [channelId = '', guild] = place.split(' ');
  return { channelId, guild };
}

/** A shard as it is named for what it has missed: `id/count`. */
export function shardIn(name: string): ShardName {
  const [id = 0, count = 1] = name.split('/').map(Number);
  return { id, count };
}

/** Whether something was said there after its mark. */
function hasMore(place: string, { type, lastMessage }: KnownChannel, marks: Marks): boolean {
  const after = marks.after(place);
  if (after === undefined || lastMessage === undefined || WITHOUT_MESSAGES.has(type)) return false;
  return isLater(lastMessage, after);
}

/** The id that a message of that time has, milliseconds since 1970. */
export function snowflakeAt(time: number): string {
  return String(BigInt(Math.max(0, Math.floor(time) - EPOCH_MS)) << 22n);
}
