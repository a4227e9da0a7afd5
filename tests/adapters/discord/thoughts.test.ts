/** A model's reasoning never stays among what people read. */
import { expect, it } from 'vitest';
import { answers, done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import { startBot } from '../../harness/discord.ts';
import { answerTo, asks, says } from './said.ts';

const LONG = 'I have to think of ZEBRA here, and of much else. '.repeat(60);

it('an answer that a lone </think> tells to have been thoughts is taken back, in the same messages', async () => {
  await using bot = await startBot();
  const { discord, model } = bot;
  const slowly = LONG.split('. ').flatMap((sentence) => [text(`${sentence}. `), pause(40)]);
  model.respond(streams(...slowly, text('\n</think>\n\n'), text('It is '), text('42.'), finish(), done));
  asks(bot, discord.user('ada'), 'What is it?');
  await discord.waitFor(() => discord.botMessages(discord.channel('general')).length > 1);
  await says(bot, 'It is 42.');
  await discord.waitFor(() => discord.botMessages(discord.channel('general')).length === 1);

  // From then on the model's text is held back.
  model.respond(answers('ZEBRA again', '</think>', 'It is 43.'));
  await answerTo(bot, discord.user('ada'), 'Sure?', 'It is 43.');
  const contents = discord.botMessages(discord.channel('general')).map(({ content }) => content);
  expect(contents).toEqual(['It is 42.', 'It is 43.']);
  expect(JSON.stringify(model.requests.at(-1)?.body)).not.toContain('ZEBRA');
}, 30_000);
