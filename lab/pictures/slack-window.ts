/** Messages of the counterpart's Slack, with the blocks that Parley sent, as a window draws them. */
import { z } from 'zod';
import type { MessageView } from '../counterparts/slack/people/message-view.ts';
import type { Slack } from '../counterparts/slack/start.ts';
import type { Drawn } from './chat-window.ts';

const label = z.object({ text: z.string() });

/** Blocks below an answer's text, as the labels of their buttons. Anything else fails, so that nothing is left out. */
const buttons = z.union([
  z
    .object({
      type: z.literal('actions'),
      elements: z.array(z.object({ type: z.literal('button'), text: label })),
    })
    .transform(({ elements }) => elements.map(({ text }) => text.text)),
  z
    .object({
      type: z.literal('context_actions'),
      elements: z.array(
        z.object({
          type: z.literal('feedback_buttons'),
          positive_button: z.object({ text: label }),
          negative_button: z.object({ text: label }),
        }),
      ),
    })
    .transform(({ elements }) =>
      elements.flatMap(({ positive_button: good, negative_button: bad }) => [good.text.text, bad.text.text]),
    ),
]);

export function drawnOfSlack(slack: Slack, channel: string, thread: string): Drawn[] {
  return slack.messages(channel, thread).map((message) => ({
    author: nameOf(slack, message.user),
    isBot: message.own,
    markdown: textOf(slack, message),
    buttons: message.own ? message.blocks.map((block) => buttons.parse(block)) : [],
  }));
}

const nameOf = (slack: Slack, id: string) => slack.world.workspaces.get(slack.id)?.users.get(id)?.name ?? id;

const textOf = (slack: Slack, { shown }: MessageView) =>
  shown.replaceAll(/<@(\w+)>/g, (_, id: string) => `@${nameOf(slack, id)}`);
