/** Notices when more messages wait than are kept. */
import { expect, it } from 'vitest';
import { finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { startBot } from '../../harness/discord.ts';
import { asks, settle } from './said.ts';

it('too many waiting messages get one notice a person, in small print', async () => {
  await using bot = await startBot({ env: { MOST_WAITING: '3' } });
  const { discord, model } = bot;
  model.respond(streams(text('Slow'), pause(60_000), finish()));
  const [ada, ben] = [discord.user('ada'), discord.user('ben')];
  const notices = () =>
    discord
      .botMessages(discord.channel('general'))
      .filter(({ content }) => content.includes(en.notices.tooManyWaiting));
  for (let count = 0; count < 12; count++) asks(bot, ada, `question ${count}`);
  await discord.waitFor(() => notices().length > 0);
  await settle(1_000);
  expect(notices().map(({ content }) => content)).toEqual([`-# ${en.notices.tooManyWaiting}`]);
  for (let count = 0; count < 12; count++) asks(bot, ben, `another ${count}`);
  await discord.waitFor(() => notices().length === 2);
  await settle(1_000);
  expect(notices()).toHaveLength(2);
});

it('a command is told each time, as it waits for word', async () => {
  await using bot = await startBot({ env: { MOST_WAITING: '1' } });
  const { discord, model } = bot;
  model.respond(streams(text('Slow'), pause(60_000), finish()));
  const ada = discord.user('ada');
  for (let count = 0; count < 3; count++) await ada.runs('ask', { prompt: `question ${count}` });
  const calls = [
    await ada.runs('ask', { prompt: 'one more' }),
    await ada.runs('ask', { prompt: 'and more' }),
  ];
  for (const call of calls) {
    await discord.waitFor(async () => (await call.message()).content === `-# ${en.notices.tooManyWaiting}`);
  }
});
