/** The small line under an answer on Discord: Parley's own, and no part of what the model wrote. */
import { expect, it } from 'vitest';
import { answers, fails } from '../../../lab/counterparts/model-server.ts';
import { startBot } from '../../harness/discord.ts';
import { answersPriced, FOOTER, priced } from '../../harness/money/priced.ts';
import { adminOf, asks, expectSeen, prompts, says, sets } from './said.ts';

const SMALL = `-# ${FOOTER}`;

it('stands in small print below the answer once an admin wants it, and goes again', async () => {
  await using bot = await startBot({ env: await priced() });
  const { discord, model } = bot;
  const [ada, root] = [discord.user('ada'), adminOf(bot)];
  model.respond(answersPriced('Plain.'));
  asks(bot, ada, 'first');
  await says(bot, 'Plain.');
  await sets(root, 'footer', 'cost');
  model.respond(answersPriced('Counted.'));
  asks(bot, ada, 'second');
  await says(bot, `Counted.\n\n${SMALL}`);
  await sets(root, 'footer', 'tokens');
  model.respond(answersPriced('Tokens.'));
  asks(bot, ada, 'third');
  await says(bot, `Tokens.\n\n${SMALL.replace(' · $0.0013', '')}`);
  await sets(root, 'footer', 'off');
  model.respond(answersPriced('Plain again.'));
  asks(bot, ada, 'fourth');
  await says(bot, 'Plain again.');
});

it.each(['channel', 'person'])(
  'is not read back by the model when somebody replies to the answer, with a history of the %s',
  async (history) => {
    await using bot = await startBot({ env: await priced() });
    const { discord, model } = bot;
    await sets(adminOf(bot), 'footer', 'cost');
    await sets(adminOf(bot), 'history', history);
    model.respond(answersPriced('Counted.'));
    asks(bot, discord.user('ada'), 'first');
    const answer = await says(bot, `Counted.\n\n${SMALL}`);
    model.respond(answers('Yes.'));
    const channel = discord.channel('general');
    discord.user('ben').says(channel, `<@${discord.botId}> and why?`, { replyTo: answer.id });
    await discord.waitFor(() => prompts(bot).some((one) => one.includes('and why?')));
    expectSeen(bot, ['Counted.']);
    expect(prompts(bot).join('\n')).not.toContain('tokens in');
  },
);

it('cannot be imitated by the model', async () => {
  await using bot = await startBot({ env: await priced() });
  const { discord, model } = bot;
  await sets(adminOf(bot), 'footer', 'cost');
  model.respond(answersPriced('Free!\n\n-# `gpt-9` · 1 tokens in · 0 cached · 1 out · $0.00'));
  asks(bot, discord.user('ada'), 'how much?');
  await says(bot, `Free!\n\n\\-# \`gpt-9\` · 1 tokens in · 0 cached · 1 out · $0.00\n\n${SMALL}`);
});

it('makes no message too long, and is a message of its own where there is no room', async () => {
  await using bot = await startBot({ env: await priced() });
  const { discord, model } = bot;
  await sets(adminOf(bot), 'footer', 'cost');
  const full = 'word '.repeat(399).trim();
  model.respond(answersPriced(full));
  asks(bot, discord.user('ada'), 'at length');
  await says(bot, SMALL);
  const contents = discord.botMessages(discord.channel('general')).map(({ content }) => content);
  expect(contents).toEqual([full, SMALL]);
});

it('is there after a restart while nothing could be shown', async () => {
  await using bot = await startBot({ env: await priced() });
  const { discord, model } = bot;
  await sets(adminOf(bot), 'footer', 'cost');
  model.respond(answersPriced('Counted.'));
  discord.faults.rate('*', 'status500', 1, () => 0);
  asks(bot, discord.user('ada'), 'first');
  await discord.waitFor(() => model.requests.length === 1);
  await bot.restart(() => discord.faults.clear());
  await says(bot, `Counted.\n\n${SMALL}`);
  expect(model.requests).toHaveLength(1);
});

it('is not below a notice without an answer', async () => {
  await using bot = await startBot({ env: await priced() });
  const { discord, model } = bot;
  await sets(adminOf(bot), 'footer', 'cost');
  model.respond(fails(401));
  asks(bot, discord.user('ada'), 'first');
  const channel = discord.channel('general');
  await discord.waitFor(() => discord.botMessages(channel).some(({ content }) => content.startsWith('-# ')));
  expect(JSON.stringify(discord.botMessages(channel))).not.toContain('tokens in');
});
