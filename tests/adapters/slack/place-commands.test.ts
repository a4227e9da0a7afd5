/** `new`, `stop` and `about` on Slack: as subcommands of the slash command, and behind a mention in a thread. */
import { describe, expect, it } from 'vitest';
import { after, answers, fails, streams, text } from '../../../lab/counterparts/model-server.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, prompts, says, texts } from './said.ts';

const never = new Promise(() => {});

describe('a conversation is begun afresh', () => {
  it('by @Parley new in a thread, and keeps what was said', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(answers('One.'), answers('Two.'));
    const thread = asks(bot, 'ada', 'first');
    await says(bot, 'One.');
    ada.says('general', `${slack.mention} new`, { threadTs: thread });
    await slack.waitFor(() => slack.ephemeral(ada.id).some(({ shown }) => shown.includes('afresh')));
    ada.says('general', 'second', { threadTs: thread });
    await says(bot, 'Two.');
    expect(prompts(bot)).toEqual([expect.stringContaining('second')]);
    expect(model.requests).toHaveLength(2);
  });

  it('by /parley new in direct messages; in a channel it says where threads are begun afresh', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(answers('One.'), answers('Two.'));
    ada.dm('first');
    await says(bot, 'One.', ada.dmChannel);
    await ada.runs('/parley', 'new', ada.dmChannel);
    await slack.waitFor(() => slack.ephemeral(ada.id).some(({ shown }) => shown.includes('afresh')));
    ada.dm('second');
    await says(bot, 'Two.', ada.dmChannel);
    expect(prompts(bot)).toEqual(['second']);
    await ada.runs('/parley', 'new');
    await slack.waitFor(() => slack.ephemeral(ada.id).some(({ shown }) => shown.includes('@Parley new')));
  });
});

it('/parley stop stops what its person asked in the threads of the channel', async () => {
  await using bot = await startSlackBot();
  const { slack, model } = bot;
  model.respond(streams(text('Begun.'), after(never)));
  asks(bot, 'ada', 'long, please');
  await model.received(1);
  await slack.user('ben').runs('/parley', 'stop');
  await slack.waitFor(() =>
    slack.ephemeral(slack.user('ben').id).some(({ shown }) => shown.includes('Only the person who asked')),
  );
  await slack.user('ada').runs('/parley', 'stop');
  await expect(model.requests[0]?.closed).resolves.toBe('gone');
});

it('/parley about says who answers, who pays and what is stored', async () => {
  await using bot = await startSlackBot();
  const ada = bot.slack.user('ada');
  await ada.runs('/parley', 'about');
  await bot.slack.waitFor(() =>
    bot.slack
      .ephemeral(ada.id)
      .some(({ shown }) => /test-model[\s\S]*Who pays[\s\S]*\/parley forget[\s\S]*Parley \d/.test(shown)),
  );
});

it('a notice tells a member whom to ask, and an admin which command to use', async () => {
  await using bot = await startSlackBot({ env: { OPENAI_API_KEY: 'sk-operator-0000' } });
  const { slack, model } = bot;
  slack.user('root', { isAdmin: true });
  model.respond(fails(401));
  asks(bot, 'ada', 'hello?');
  await slack.waitFor(() => texts(bot).some((shown) => shown.includes('Ask an admin')));
  expect(texts(bot).join('\n')).not.toMatch(/OPENAI_API_KEY|key set/);
  asks(bot, 'root', 'and for me?');
  await slack.waitFor(() => texts(bot).some((shown) => shown.includes('/parley key set')));
});
