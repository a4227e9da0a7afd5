/** The same question again on Discord: answered from the store where a server chose that. */
import { expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { startBot } from '../../harness/discord.ts';
import { costing, priced } from '../../harness/money/costing.ts';
import { asks, prompts, says, sentence, sets, settle } from './said.ts';

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

it('the same question is answered where a limit is reached, and any other is refused', async () => {
  await using bot = await startBot({ env: { ...(await priced()) } });
  const { discord, model } = bot;
  const [root, ada] = [discord.user('root', { permissions: 'admin' }), discord.user('ada')];
  await sets(root, 'cachedHours', '24');
  model.respond(costing(0.6, 'Forty-two.'));
  asks(bot, ada, 'what is it?');
  const first = await says(bot, 'Forty-two.');
  await settle();
  const panel = await (await root.runs('limits')).message();
  const form = await root.chooses(panel, 'v1:pick:limits', ['personDayLimit']);
  await (await root.submits(form, { personDayLimit: '0.6' })).message();
  const random = discord.channel('random');
  asks(bot, ada, 'what is it?', random);
  await discord.waitFor(() =>
    discord.botMessages(random).some(({ content }) => content.startsWith('Forty-two.\n\n-# Answered before')),
  );
  await settle();
  asks(bot, ada, 'what else?', random);
  await discord.waitFor(() =>
    discord.botMessages(random).some(({ content }) => content.includes('Your $0.60 for today')),
  );
  expect(await sentence(ada.clicks(first.id, 'Regenerate'))).toContain('Your $0.60 for today');
  expect(model.requests).toHaveLength(1);
});
