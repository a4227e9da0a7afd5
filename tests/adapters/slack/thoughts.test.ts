/** A model's reasoning never stays visible, even where it was streamed. */
import { expect, it } from 'vitest';
import { done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, ended } from './said.ts';

it('an answer that a lone </think> tells to have been thoughts is taken back', async () => {
  await using bot = await startSlackBot();
  const sentences = Array.from({ length: 30 }, (_, index) => `Sentence ${index} is about ZEBRA. `);
  const slowly = sentences.flatMap((sentence) => [text(sentence), pause(100)]);
  bot.model.respond(streams(...slowly, text('</think>'), text('It is '), text('42.'), finish(), done));
  const thread = asks(bot, 'ada', 'What is it?');
  await bot.slack.waitFor(() => JSON.stringify(bot.slack.botMessages('general', thread)).includes('ZEBRA'));
  const messages = await ended(bot, { thread });
  expect(messages.map(({ shown }) => shown)).toEqual(['It is 42.']);
});
