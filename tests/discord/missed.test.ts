/** What people say on Discord while Parley is not there. */
import { expect, it } from 'vitest';
import { answers } from '../counterparts/model-server.ts';
import { type Bot, startBot } from './bot.ts';

const shown = ({ discord }: Bot, channel: string) =>
  discord.botMessages(channel).map(({ content }) => content);

it('questions asked while it is down are answered after the start, once and in order', async () => {
  await using bot = await startBot();
  const { discord, model } = bot;
  const channel = discord.channel('general');
  const ada = discord.user('ada');
  model.respond(answers('One.'), answers('Two.'), answers('Three.'), answers('Four.'));
  ada.says(channel, `<@${discord.botId}> one`);
  await discord.waitFor(() => shown(bot, channel).includes('One.'));
  await bot.restart(() => {
    ada.says(channel, `<@${discord.botId}> two`);
    ada.says(channel, 'not for the bot');
    ada.says(channel, `<@${discord.botId}> three`);
  });
  await discord.waitFor(() => shown(bot, channel).includes('Three.'), { timeout: 10_000 });
  expect(shown(bot, channel)).toEqual(['One.', 'Two.', 'Three.']);
  // Nothing is answered again after another start.
  await bot.restart();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(model.requests).toHaveLength(3);
});

it('what is older than asked for is left', async () => {
  await using bot = await startBot({ env: { MISSED_MINUTES: '0' } });
  const { discord, model } = bot;
  const channel = discord.channel('general');
  const ada = discord.user('ada');
  model.respond(answers('One.'));
  ada.says(channel, `<@${discord.botId}> one`);
  await discord.waitFor(() => shown(bot, channel).includes('One.'));
  await bot.restart(() => void ada.says(channel, `<@${discord.botId}> two`));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(model.requests).toHaveLength(1);
});

it('what was said during a gap in the connection is answered when it could not be resumed', async () => {
  await using bot = await startBot();
  const { discord, model } = bot;
  const channel = discord.channel('general');
  const ada = discord.user('ada');
  model.respond(answers('One.'), answers('Two.'));
  ada.says(channel, `<@${discord.botId}> one`);
  await discord.waitFor(() => shown(bot, channel).includes('One.'));
  discord.gateway.refusing = true;
  discord.gateway.dropConnections({ resumable: false });
  ada.says(channel, `<@${discord.botId}> two`);
  discord.gateway.refusing = false;
  await discord.waitFor(() => shown(bot, channel).includes('Two.'), { timeout: 20_000 });
  expect(shown(bot, channel)).toEqual(['One.', 'Two.']);
});
