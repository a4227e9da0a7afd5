/** People see on Discord how an answer with tools is made: two searches and one page, step by step. */
import { MessageFlags } from 'discord.js';
import { expect, it } from 'vitest';
import { startBot } from '../../harness/discord.ts';
import {
  ANSWER,
  citedIn,
  citedOf,
  expectLookedUp,
  longAnswer,
  QUESTION,
  SAYS,
  sourced,
  startLookingUp,
} from '../../harness/tools/looking-up.ts';
import { asks, labels } from './said.ts';

it.each(['responses', 'chat'] as const)('each step is seen while it runs, by the %s API', async (api) => {
  await using looking = await startLookingUp(api);
  await using bot = await startBot({ env: looking.env });
  const { discord, model } = bot;
  const messages = () => discord.botMessages(discord.channel('general'));
  /** As people read it. */
  const contents = () => messages().map(({ content }) => content.replaceAll('\\', ''));
  const shows = (words: string) =>
    discord.waitFor(() => contents().some((one) => one.includes(words)), {
      what: () => `"${words}" in ${JSON.stringify(contents())}`,
    });
  looking.plays(model, ANSWER);
  asks(bot, discord.user('ada'), QUESTION);
  await shows('I look it up.');
  looking.begin();
  for (const [index, says] of SAYS.entries()) {
    await shows(`-# ${says}`);
    looking.steps[index]?.open();
  }
  await discord.waitFor(() => messages().some((one) => labels(one).includes('Regenerate')));
  expectLookedUp(model, looking);
  expect(contents()).toEqual([`I look it up.\n\n${sourced(looking.urls)}`]);
  for (const { flags } of messages()) expect(flags & MessageFlags.SuppressEmbeds).not.toBe(0);
  for (const says of SAYS) expect(contents().join()).not.toContain(says);
});

it('sources are linked in each of several messages, and listed in the last', async () => {
  await using looking = await startLookingUp('responses');
  await using bot = await startBot({ env: looking.env });
  const { discord, model } = bot;
  const messages = () => discord.botMessages(discord.channel('general'));
  looking.plays(model, longAnswer(40));
  for (const { open } of [{ open: looking.begin }, ...looking.steps]) open();
  asks(bot, discord.user('ada'), QUESTION);
  await discord.waitFor(() => messages().some((one) => labels(one).includes('Regenerate')));
  const shown = messages().map(({ content }) => content.replaceAll('\\', ''));
  expect(shown.length).toBeGreaterThan(2);
  for (const one of shown) expect(citedIn(one).length).toBeGreaterThan(0);
  expect(shown.flatMap(citedIn)).toEqual(citedOf(looking.urls, 40));
  expect(shown.findIndex((one) => one.includes('**Sources**'))).toBe(shown.length - 1);
});
