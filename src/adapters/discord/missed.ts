/** What was said while Parley was not connected: read from the history of the channels that it is used in. */
import { type APIGuildMember, type APIMessage, type REST, Routes } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { Notebook } from '../../core/ports.ts';
import type { Directory } from './directory.ts';
import type { IncomingMessage } from './incoming.ts';

export interface Missed {
  /** A message of that channel was taken. */
  seen(channelId: string, messageId: string): Promise<void>;
  /** What came after the last that was seen and is young enough, channel by channel, oldest first. */
  read(): AsyncGenerator<IncomingMessage>;
}

export interface MissedOptions {
  rest: REST;
  notebook: Notebook;
  directory: Directory;
  /** Older messages are left. */
  youngestMs: number;
}

/** A channel that was not used for so long is not looked into. */
const KEPT_MS = 7 * 24 * 3_600_000;
/** Of one channel; Discord gives no more at once. */
const MOST_MESSAGES = 100;
const MOST_CHANNELS = 10_000;

export function createMissed({ rest, notebook, directory, youngestMs }: MissedOptions): Missed {
  const prefix = 'seen|';
  /** A message sent again does not set the clock back. */
  const newest = new LRUCache<string, bigint>({ max: MOST_CHANNELS });

  /** History says less of a message than its event does. */
  async function asEvent(message: APIMessage, guild: string | undefined): Promise<IncomingMessage> {
    if (guild === undefined) return message;
    const member = (await rest.get(Routes.guildMember(guild, message.author.id)).catch(() => undefined)) as
      | APIGuildMember
      | undefined;
    return { ...message, guild_id: guild, ...(member && { member }) };
  }

  return {
    async seen(channelId, messageId) {
      const id = BigInt(messageId);
      if (id <= (newest.get(channelId) ?? 0n)) return;
      newest.set(channelId, id);
      await notebook.write(prefix + channelId, messageId, KEPT_MS);
    },

    async *read() {
      for (const key of await notebook.keys(prefix)) {
        const channelId = key.slice(prefix.length);
        const after = await notebook.read<string>(key);
        if (after === undefined) continue;
        const query = new URLSearchParams({ after, limit: String(MOST_MESSAGES) });
        const found = (await rest
          .get(Routes.channelMessages(channelId), { query })
          .catch(() => [])) as APIMessage[];
        const guild = found.length === 0 ? undefined : (await directory.channel(channelId))?.guild;
        // Discord lists the newest first.
        for (const message of found.toReversed()) {
          if (Date.parse(message.timestamp) < Date.now() - youngestMs || message.author.bot) continue;
          yield await asEvent(message, guild);
        }
      }
    },
  };
}
