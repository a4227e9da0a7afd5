/** The same question again on Discord: answered from the store where a server chose that. */
import { expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { startBot } from '../../harness/discord.ts';
import { asks, prompts, says, sets, settle } from './said.ts';

it('the same question of the same person is answered again for nothing, in another channel too', async () => {
  await using bot = await startBot();
  const { discord, model } = bot;
  await sets(discord.user('root', { permissions: 'admin' }), 'cachedHours', '24');
  const ada = discord.user('ada');
  model.respond(answers('Forty-two.'), answers('For ben.'));
  asks(bot, ada, 'what is it?');
  await says(bot, 'Forty-two.');
  await settle();
  asks(bot, ada, 'what is it?', discord.channel('random'));
  const again = await discord.waitFor(() => discord.botMessages(discord.channel('random'))[0]);
  await discord.waitFor(() => discord.message(again.id).content.includes('Answered before'));
  expect(discord.message(again.id).content).toMatch(/^Forty-two\.\n\n-# Answered before, on /);
  expect(model.requests).toHaveLength(1);
  // The speaker's name is part of the request.
  asks(bot, discord.user('ben'), 'what is it?', discord.addChannel('third'));
  await discord.waitFor(() => model.requests.length === 2);
  expect(prompts(bot).at(-1)).toContain('"Ben"');
});

it('an answer that was forgotten is not given again, and another server never gets it', async () => {
  await using bot = await startBot({ guilds: [{ name: 'one' }, { name: 'two' }] });
  const { discord, model } = bot;
  const root = discord.user('root', { permissions: 'admin' });
  const [one, two] = [
    discord.channel('general'),
    discord.channel('general', [...discord.world.guilds.keys()][1]),
  ];
  await sets(root, 'cachedHours', '24', one);
  await sets(root, 'cachedHours', '24', two);
  model.respond(answers('For one.'), answers('For two.'), answers('Anew.'));
  const ada = discord.user('ada');
  asks(bot, ada, 'what is it?', one);
  await says(bot, 'For one.', one);
  asks(bot, ada, 'what is it?', two);
  const told = await says(bot, 'For two.', two);
  await settle();
  await ada.clicks(told.id, 'Delete');
  await settle();
  asks(bot, ada, 'what is it?', two);
  await says(bot, 'Anew.', two);
  expect(model.requests).toHaveLength(3);
});
