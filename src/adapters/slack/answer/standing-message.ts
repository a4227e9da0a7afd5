/** Changes the buttons of a message whose content Slack sent with a press. */
import type { types } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Button } from '../../../chat/answer/surface.ts';
import { codeOf } from '../api/error-codes.ts';
import { refusesContent } from '../api/errors.ts';
import { mrkdwnSections } from '../markdown/mrkdwn.ts';
import { summaryOf } from '../markdown/summary.ts';
import { decode } from '../reading/text.ts';
import { holdsText, withButtons } from './blocks.ts';

/** A message as Slack sends it with a press. Slack does not send the content of ephemeral messages. */
export interface StandingMessage {
  ts: string;
  text?: string;
  blocks?: unknown;
}

/**
 * @returns false if Slack does not accept its own blocks, which then stay as they are
 * @throws the error of Slack's client
 */
export async function setButtonsOf(
  message: StandingMessage,
  at: { client: Pick<WebClient, 'chat'>; channel: string; turn: string },
  buttons: Button[],
  note?: string,
): Promise<boolean> {
  const { client, channel, turn } = at;
  const { ts, text = '' } = message;
  const given: types.AnyBlock[] = Array.isArray(message.blocks) ? message.blocks : [];
  // A streamed message may come back as text only; blocks of buttons alone would replace that text.
  const blocks = given.some(holdsText) ? given : [...mrkdwnSections(text), ...given];
  const request = {
    channel,
    ts,
    text: summaryOf(decode(text)),
    blocks: withButtons(blocks, buttons, turn, note),
  };
  try {
    await client.chat.update(request);
  } catch (error) {
    if (refusesContent(error)) return false;
    // The message is a stream that is still open, and no process writes to it any more.
    if (codeOf(error) !== 'streaming_state_conflict') throw error;
    await client.chat.stopStream({ channel, ts });
    await client.chat.update(request);
  }
  return true;
}
