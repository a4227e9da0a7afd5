/** Messages that one person alone reads. */
import type { RespondFn, types } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Figures } from '../../../core/commands/figures.ts';
import { isDirect } from '../ids.ts';
import { beginningOf, TEXT_BYTES } from '../markdown/bytes.ts';
import { figureBlocks, figureList } from '../markdown/figures.ts';
import { mrkdwnOf, mrkdwnSections, sectionsOf } from '../markdown/mrkdwn.ts';
import type { CommandOrigin } from './modals/origin.ts';

export interface Whisper {
  text: string;
  /** Slack's types lag behind its blocks. */
  blocks?: types.AnyBlock[];
}

export function whisperOf(markdown: string): Whisper {
  return { text: beginningOf(mrkdwnOf(markdown), TEXT_BYTES), blocks: sectionsOf(markdown) };
}

/** A text with its figures as Slack draws them, and the same as text alone. */
export function whispersOf(markdown: string, figures: Figures): { drawn: Whisper; written: Whisper } {
  const mrkdwn = `${mrkdwnOf(markdown)}\n${figureList(figures)}`;
  const text = beginningOf(mrkdwn, TEXT_BYTES);
  return {
    drawn: { text, blocks: [...sectionsOf(markdown), ...figureBlocks(figures)] },
    written: { text, blocks: mrkdwnSections(mrkdwn) },
  };
}

/** Whispers to the person who used something, by the response that came with it. */
export const byResponse =
  (respond: RespondFn, { replaces = false } = {}) =>
  async (message: Whisper): Promise<void> => {
    await respond({ ...message, response_type: 'ephemeral', replace_original: replaces });
  };

/** Whispers where a command was used. A direct message is read by nobody else, so an ordinary message will do. */
export async function whisper(
  client: WebClient,
  { channel, thread }: CommandOrigin,
  user: string,
  message: Whisper,
): Promise<void> {
  if (!channel) return;
  const at = { channel, ...(thread !== undefined && { thread_ts: thread }) };
  const noPreviews = { unfurl_links: false, unfurl_media: false };
  if (isDirect(channel)) await client.chat.postMessage({ ...at, ...message, ...noPreviews });
  else await client.chat.postEphemeral({ ...at, user, ...message });
}
