/** Answers that Discord refuses in part: bots with roomy limits, long answers, and how such an answer ends. */
import { expect } from 'vitest';
import type { MessageView } from '../../../lab/counterparts/discord/people/view.ts';
import { done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { faultsOf, wordsOf } from './long-markdown.ts';
import { asks, labels } from './said.ts';

const QUICK = { create: { limit: 20, window: 500 }, edit: { limit: 20, window: 500 } };
export const quickBot = (env: Record<string, string> = {}) => startBot({ limits: QUICK, env });

/** An answer of `words` words that takes about `ms` milliseconds. */
function slowly(words: number, ms: number) {
  const { some } = wordsOf('w');
  const steps = 20;
  const pieces = Array.from({ length: steps }, () => `${some(Math.ceil(words / steps))} `);
  const markdown = pieces.join('').trim();
  return {
    markdown,
    behaviour: streams(...pieces.flatMap((piece) => [text(piece), pause(ms / steps)]), finish(), done),
  };
}

const shown = ({ discord }: Bot, channel: string) =>
  discord
    .botMessages(channel)
    .map(({ content }) => content)
    .join('\n');
const isEnded = (message: MessageView | undefined) =>
  message !== undefined && labels(message).includes('Regenerate');
export const ended = (bot: Bot, channel: string) =>
  bot.discord.waitFor(() => isEnded(bot.discord.botMessages(channel).at(-1)), {
    what: () => `an end under ${shown(bot, channel)}`,
  });

/** Expects the whole answer with its final buttons, without a Stop button. */
export async function expectWhole(bot: Bot, channel: string, markdown: string): Promise<void> {
  await bot.discord.waitFor(() => faultsOf(shown(bot, channel), markdown) === '', {
    what: 'the whole answer',
  });
  await ended(bot, channel);
  await bot.discord.waitFor(
    () => !bot.discord.botMessages(channel).some((one) => labels(one).includes('Stop')),
    { what: 'no button to stop it' },
  );
  expect(shown(bot, channel)).not.toContain('rules');
}

export async function begun(bot: Bot, channel: string, words = 300, ms = 1_500): Promise<string> {
  const { markdown, behaviour } = slowly(words, ms);
  bot.model.respond(behaviour);
  asks(bot, bot.discord.user('ada'), 'go on', channel);
  await bot.discord.waitFor(() => bot.discord.botMessages(channel).length > 0);
  return markdown;
}

export const thread = ({ discord }: Bot) =>
  discord.user('ada').startsThread(discord.channel('general'), 'A talk');

/** Parley's direct messages to a person. */
export const toldTo = ({ discord }: Bot, name: string) =>
  discord.botMessages(discord.user(name).dmChannel).map(({ content }) => content);
