/** Tells a person in a direct message why there is no answer where they asked. */
import { type APIDMChannel, RESTJSONErrorCodes as Code, type REST, Routes } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { AnswerRecord } from '../../../chat/answer/answer-records.ts';
import { channelOf, PLATFORM, partitionOf, tenantOfConversation } from '../ids.ts';
import { loggable } from '../rest/failures.ts';
import { en } from '../sentences/en.ts';
import { DISCORD_WORDS } from '../vocabulary.ts';

export type TellAsker = (record: AnswerRecord, code: string | undefined) => Promise<void>;

/** A person is told about a channel at most once in this time, ms. */
const AGAIN_MS = 10 * 60_000;
const MOST_TOLD = 1_000;

/** Codes that mean that the channel or the token is gone. The person cannot help. */
const GONE = new Set<number>([
  Code.UnknownChannel,
  Code.UnknownWebhook,
  Code.UnknownInteraction,
  Code.InvalidWebhookToken,
]);

export function createTellAsker(rest: REST, log: Logger): TellAsker {
  const told = new LRUCache<string, true>({ max: MOST_TOLD, ttl: AGAIN_MS });
  return async ({ conversation, asker }, code) => {
    const channel = channelOf(conversation);
    const isDirect = tenantOfConversation(conversation) === `${PLATFORM}:@${asker}`;
    const isThread = !partitionOf(conversation).endsWith(channel);
    if (isDirect || code === undefined || GONE.has(Number(code)) || told.has(`${asker} ${channel}`)) return;
    told.set(`${asker} ${channel}`, true);
    try {
      await writeDirectly(
        rest,
        asker,
        en.telling.unwritable(`<#${channel}>`, obstacleOf(code, isThread), DISCORD_WORDS),
      );
    } catch (error) {
      // People who refuse direct messages from bots cannot be told.
      log.info({ conversation, code: loggable(error) }, 'asker not told by direct message');
    }
  };
}

/** Writes to a person in direct messages. @throws the client's error if the person takes none */
export async function writeDirectly(
  rest: REST,
  user: string,
  content: string,
  signal?: AbortSignal,
): Promise<void> {
  const inTime = signal ? { signal } : {};
  const body = { recipient_id: user };
  const { id } = (await rest.post(Routes.userChannels(), { body, ...inTime })) as APIDMChannel;
  const message = { content, allowed_mentions: { parse: [] } };
  await rest.post(Routes.channelMessages(id), { body: message, ...inTime });
}

/**
 * The missing permission. In threads only the second one counts
 * (topics/threads.mdx).
 */
function obstacleOf(code: string, isThread: boolean) {
  switch (Number(code)) {
    case Code.MissingAccess:
      return { permission: 'view' as const };
    case Code.MissingPermissions:
      return { permission: isThread ? ('sendInThreads' as const) : ('send' as const) };
    case Code.ThreadLocked:
    // The thread could not be unarchived.
    case Code.InvalidActionOnArchivedThread:
      return 'locked';
    default:
      return { code };
  }
}
