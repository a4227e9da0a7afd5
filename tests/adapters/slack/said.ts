/** Reads messages to the bot and from it on Slack, in the words of the tests. */

import { sentMessages } from '../../../lab/counterparts/model-server.ts';
import type { MessageView } from '../../../lab/counterparts/slack/people/message-view.ts';
import type { SlackBot } from '../../harness/slack.ts';
import { settled } from '../../settled.ts';

/** So long that whatever should not happen would have. */
export const settle = (ms = 400) => settled(ms);

/** A mention of the bot with this question; its ts. */
export function asks({ slack }: SlackBot, name: string, question: string, channel = 'general'): string {
  return slack.user(name).says(channel, `<@${slack.botUserId}> ${question}`);
}

export const texts = ({ slack }: SlackBot, channel = 'general', thread?: string) =>
  slack.botMessages(channel, thread).map(({ shown }) => shown);

/** The labels of a message's buttons. */
export function labels({ blocks }: MessageView): string[] {
  const rows = blocks.filter(({ type }) => type === 'actions') as { elements?: object[] }[];
  return rows
    .flatMap(({ elements = [] }) => elements)
    .map((one) => (one as { text: { text: string } }).text.text);
}

export const isEnded = (message: MessageView) => labels(message).includes('Regenerate');

/** Whether a reader would think that it is still being written. */
export const isLive = (message: MessageView) =>
  labels(message).includes('Stop') || message.streaming === 'in_progress';

/** Resolves when a message of the bot's in that channel says so, whatever is under it. */
export function says({ slack }: SlackBot, said: string, channel = 'general'): Promise<MessageView> {
  return slack.waitFor(() => slack.botMessages(channel).find(({ shown }) => shown === said), {
    what: () => `"${said}" among ${JSON.stringify(slack.botMessages(channel).map(({ shown }) => shown))}`,
  });
}

/** Parley's own sentences below a message's text, in context blocks. */
export function notices({ blocks }: MessageView): string[] {
  const below = blocks.filter(({ type }) => type === 'context') as { elements?: { text?: string }[] }[];
  return below.flatMap(({ elements = [] }) => elements.map(({ text = '' }) => text));
}

/** Resolves when a message of the bot's says so, with that notice below it. */
export function saysWith(
  { slack }: SlackBot,
  said: string,
  notice: string,
  channel = 'general',
): Promise<MessageView> {
  const isIt = (one: MessageView) => one.shown === said && notices(one).includes(notice);
  return slack.waitFor(() => slack.botMessages(channel).find(isIt), {
    what: () =>
      `"${said}" with "${notice}" among ${JSON.stringify(slack.botMessages(channel).map((one) => [one.shown, notices(one)]))}`,
  });
}

/** Resolves with the bot's messages of a channel, or of a thread, when that many answers have ended there and none is live. */
export async function ended(
  { slack }: SlackBot,
  { channel = 'general', thread, count = 1 }: EndedOptions = {},
): Promise<MessageView[]> {
  const own = () => slack.botMessages(channel, thread);
  await slack.waitFor(() => own().filter(isEnded).length >= count && !own().some(isLive), {
    what: () =>
      `${count} answers in place of ${JSON.stringify(own().map(({ shown, streaming }) => [shown, streaming]))}`,
  });
  return own();
}

/**
 * Presses Regenerate under an answer that has ended; resolves when the model is asked. Slack shows the end a moment
 * before Parley knows that it does, and until then says that it is busy.
 */
export async function regenerates({ slack, model }: SlackBot, name: string, answer: MessageView | undefined) {
  const who = slack.user(name);
  const asked = model.requests.length;
  await slack.waitFor(async () => {
    const told = slack.ephemeral(who.id).length;
    await who.clicks(answer?.ts ?? '', 'Regenerate');
    await slack.waitFor(() => model.requests.length > asked || slack.ephemeral(who.id).length > told);
    return model.requests.length > asked;
  });
}

export interface EndedOptions {
  channel?: string;
  thread?: string;
  count?: number;
}

/** The messages of the newest request to the model, oldest first. */
export function prompts({ model }: SlackBot): string[] {
  return sentMessages(model.requests.at(-1)).map((message) => {
    const { content } = message as { content: unknown };
    return typeof content === 'string' ? content : JSON.stringify(content);
  });
}

/** The calls of a method, or of several, so far. */
export const calls = ({ slack }: SlackBot, ...methods: string[]) =>
  slack.requests.filter(({ method }) => methods.includes(method));

/** Methods that change what people read. */
export const WRITES = [
  'chat.postMessage',
  'chat.update',
  'chat.startStream',
  'chat.appendStream',
  'chat.stopStream',
  'chat.delete',
];

/** An admin changes a setting by the panel of `/parley settings`. */
export async function sets(
  { slack }: Pick<SlackBot, 'slack'>,
  setting: string,
  value: string | string[],
): Promise<void> {
  const root = slack.user('root', { isAdmin: true });
  const asked = await root.runs('/parley', 'settings');
  await root.chooses(await asked.opened(), 'parley_pick', setting);
  const form = await slack.waitFor(
    () => asked.view?.blocks.some(({ type }) => type === 'input') && asked.view,
  );
  const saved = await root.submits(form, { [setting]: value });
  await slack.waitFor(() => saved.acknowledged, { what: 'the form to be taken' });
}
