/** People see on Discord how an answer with tools is made: two searches and one page, step by step. */
import { expect, it } from 'vitest';
import { startBot } from '../../harness/discord.ts';
import { expectLookedUp, QUESTION, SAYS, startLookingUp } from '../../harness/tools/looking-up.ts';
import { asks, labels } from './said.ts';

const ANSWER = 'The moon pulls the water [3], so it is high at noon [1].';

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
  expect(contents()).toEqual([expect.stringContaining('The moon pulls the water')]);
  for (const says of SAYS) expect(contents().join()).not.toContain(says);
});
