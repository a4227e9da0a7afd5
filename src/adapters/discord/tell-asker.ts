/** Tells a person in a direct message why there is no answer where they asked. */
import { type APIDMChannel, RESTJSONErrorCodes as Code, type REST, Routes } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { unwritableNotice } from '../../core/notices.ts';
import type { AnswerRecord } from '../reply/records.ts';
import { loggable } from './failures.ts';
import { channelOf, homeOf, PLATFORM, tenantOfConversation } from './place.ts';

export type TellAsker = (record: AnswerRecord, code: string | undefined) => Promise<void>;

/** One person is told of one channel so often at most. */
const AGAIN_MS = 10 * 60_000;
const MOST_TOLD = 1_000;

/** The place is no more, or only Parley's way to it: nothing to ask anybody for. */
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
    const isThread = !homeOf(conversation).endsWith(channel);
    if (isDirect || code === undefined || GONE.has(Number(code)) || told.has(`${asker} ${channel}`)) return;
    told.set(`${asker} ${channel}`, true);
    try {
      const body = { recipient_id: asker };
      const { id } = (await rest.post(Routes.userChannels(), { body })) as APIDMChannel;
      const content = unwritableNotice(`<#${channel}>`, obstacleOf(code, isThread));
      await rest.post(Routes.channelMessages(id), { body: { content, allowed_mentions: { parse: [] } } });
    } catch (error) {
      // Who takes no direct messages from bots cannot be told.
      log.info({ conversation, code: loggable(error) }, 'asker not told by direct message');
    }
  };
}

/** By the names that Discord's settings show. In threads only the second permission counts (topics/threads.mdx). */
function obstacleOf(code: string, isThread: boolean) {
  switch (Number(code)) {
    case Code.MissingAccess:
      return { permission: 'View Channel' };
    case Code.MissingPermissions:
      return { permission: isThread ? 'Send Messages in Threads' : 'Send Messages' };
    case Code.ThreadLocked:
    // It could not be opened again.
    case Code.InvalidActionOnArchivedThread:
      return 'locked';
    default:
      return { code };
  }
}
