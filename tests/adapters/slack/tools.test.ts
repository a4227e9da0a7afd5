/** People see on Slack how an answer with tools is made: two searches and one page, step by step. */
import { expect, it } from 'vitest';
import { startSlackBot } from '../../harness/slack.ts';
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
import { asks, ended } from './said.ts';

it.each(['responses', 'chat'] as const)('each step is a card while it runs, by the %s API', async (api) => {
  await using looking = await startLookingUp(api);
  await using bot = await startSlackBot({ env: looking.env });
  const { slack, model } = bot;
  looking.plays(model, ANSWER);
  const thread = asks(bot, 'ada', QUESTION);
  const tasks = () => slack.botMessages('general', thread).flatMap((one) => one.tasks);
  looking.begin();
  for (const [index, says] of SAYS.entries()) {
    await slack.waitFor(
      () => tasks().some(({ title, status }) => title === says && status === 'in_progress'),
      { what: () => `the card "${says}" among ${JSON.stringify(tasks())}` },
    );
    looking.steps[index]?.open();
  }
  const answers = await ended(bot, { thread });
  expectLookedUp(model, looking);
  expect(answers.map(({ shown }) => shown)).toEqual([`I look it up.\n\n${sourced(looking.urls)}`]);
  expect(tasks().map(({ title, status }) => [title, status])).toEqual(SAYS.map((says) => [says, 'complete']));
});

it('sources are linked in each of several messages, and listed in the last', async () => {
  await using looking = await startLookingUp('responses');
  await using bot = await startSlackBot({ env: looking.env });
  looking.plays(bot.model, longAnswer(120));
  for (const { open } of [{ open: looking.begin }, ...looking.steps]) open();
  const thread = asks(bot, 'ada', QUESTION);
  const answers = await ended(bot, { thread });
  const shown = answers.map((one) => one.shown);
  expect(shown.length).toBeGreaterThan(1);
  for (const one of shown) expect(citedIn(one).length).toBeGreaterThan(0);
  expect(shown.flatMap(citedIn)).toEqual(citedOf(looking.urls, 120));
  expect(shown.findIndex((one) => one.includes('**Sources**'))).toBe(shown.length - 1);
});
