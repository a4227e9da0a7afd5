/** Whom a message on Slack addresses: Parley, somebody else, or nobody. */
import { describe, expect, it } from 'vitest';
import { after, answers, streams, text } from '../../../lab/counterparts/model-server.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, prompts, says, sets, settle } from './said.ts';

/** A thread in which Parley has answered once. */
async function joined(bot: SlackBot): Promise<string> {
  bot.model.respond(answers('One.'), answers('Two.'), answers('Three.'));
  const threadTs = asks(bot, 'ada', 'first');
  await says(bot, 'One.');
  await settle(100);
  return threadTs;
}

describe.concurrent('a mention', () => {
  it.each([
    ['in code', (me: string) => `the bot is written \`${me}\` in the docs`],
    ['in code, that begins the message', (me: string) => `\`${me} help\` shows the help`],
    ['in a code block', (me: string) => `see:\n\`\`\`\n${me} what is it?\n\`\`\``],
    ['in code among other code', (me: string) => `\`a\` and \`${me}\` and \`b\``],
  ])('%s is none', async (_, said) => {
    await using bot = await startSlackBot();
    bot.model.respond(answers('Fine.'));
    bot.slack.user('ada').says('general', said(bot.slack.mention));
    await settle(600);
    expect(bot.model.requests).toHaveLength(0);
    expect(bot.slack.botMessages('general')).toEqual([]);
  });

  it.each([
    ['beside code', (me: string) => `${me} what does \`a < b\` do?`],
    ['behind a backtick that nothing closes', (me: string) => `a \` stands alone, ${me}`],
    ['in code and outside of it', (me: string) => `\`${me}\` is you, ${me}?`],
  ])('%s is one', async (_, said) => {
    await using bot = await startSlackBot();
    bot.model.respond(answers('Fine.'));
    bot.slack.user('ada').says('general', said(bot.slack.mention));
    await says(bot, 'Fine.');
  });
});

describe.concurrent('in a thread that Parley is in', () => {
  it.each([
    ['somebody else', (ben: string) => `<@${ben}> can you look?`],
    ['somebody else by name', (ben: string) => `ask <@${ben}|ben>`],
    ['a user group', () => '<!subteam^S1|@cooks> lunch?'],
    ['everybody here', () => '<!here> lunch?'],
    ['everybody in the channel', () => 'lunch <!channel>?'],
    ['everyone', () => '<!everyone|everyone> lunch'],
  ])('what is said to %s is left alone', async (_, said) => {
    await using bot = await startSlackBot();
    const ben = bot.slack.user('ben');
    const threadTs = await joined(bot);
    bot.slack.user('ada').says('general', said(ben.id), { threadTs });
    await settle(600);
    expect(bot.model.requests).toHaveLength(1);
    bot.slack.user('ada').says('general', `<@${ben.id}> says that ${bot.slack.mention} knows`, { threadTs });
    await says(bot, 'Two.');
  });

  it('what mentions somebody in code alone, or its author, is answered', async () => {
    await using bot = await startSlackBot();
    const ada = bot.slack.user('ada');
    const threadTs = await joined(bot);
    ada.says('general', `what does \`<@${bot.slack.user('ben').id}>\` mean?`, { threadTs });
    await says(bot, 'Two.');
    ada.says('general', `call me <@${ada.id}>`, { threadTs });
    await says(bot, 'Three.');
  });

  it('mentions alone are answered where the workspace wants it so', async () => {
    await using bot = await startSlackBot();
    const threadTs = await joined(bot);
    await sets(bot, 'inThreads', 'mentions');
    bot.slack.user('ada').says('general', 'and now?', { threadTs });
    await settle(600);
    expect(bot.model.requests).toHaveLength(1);
    bot.slack.user('ada').says('general', `${bot.slack.mention} and now?`, { threadTs });
    await says(bot, 'Two.');
  });
});

describe.concurrent('a reply that overtakes the mention which began its thread', () => {
  it('is answered behind it', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(answers('One.'), answers('Two.'));
    // Slack redelivers the mention after a first failure.
    slack.settings.hold = true;
    const threadTs = asks(bot, 'ada', 'first');
    slack.settings.hold = false;
    ada.says('general', 'second', { threadTs });
    await settle(300);
    expect(model.requests).toHaveLength(0);
    slack.release();
    await says(bot, 'Two.');
    expect(prompts(bot)).toEqual(['"ada": first', 'One.', '"ada": second']);
  });

  it('is not answered where it was deleted meanwhile', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(answers('One.'), answers('Two.'));
    slack.settings.hold = true;
    const threadTs = asks(bot, 'ada', 'first');
    slack.settings.hold = false;
    ada.deletes(ada.says('general', 'second', { threadTs }));
    await settle(300);
    slack.release();
    await says(bot, 'One.');
    await settle(600);
    expect(model.requests).toHaveLength(1);
  });

  it('waits while the files of that mention are fetched', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(
      streams(text('One. '), after(new Promise((resolve) => setTimeout(resolve, 200)))),
      answers('Two.'),
    );
    slack.settings.delay = 500;
    const files = [{ name: 'notes.txt', data: 'Notes.' }];
    const threadTs = ada.says('general', `${slack.mention} first`, { files });
    ada.says('general', 'second', { threadTs });
    slack.settings.delay = 0;
    await says(bot, 'Two.');
    expect(prompts(bot).at(-1)).toBe('"ada": second');
  });
});
