/** `/new`, `/stop` and `/about` on Discord, as slash commands and typed behind a mention. */
import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { after, answers, fails, streams, text } from '../../../lab/counterparts/model-server.ts';
import { startBot } from '../../harness/discord.ts';
import { answerTo, asks, prompts, says, sentence, settle } from './said.ts';

const never = new Promise(() => {});

describe.concurrent('a conversation is begun afresh', () => {
  it.each(['/new', '@Parley new'])('by %s, and keeps what was said for /export', async (way) => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(answers('One.'), answers('Two.'));
    await answerTo(bot, ada, 'first', 'One.');
    if (way === '/new') expect(await sentence(ada.runs('new'))).toMatch(/afresh/);
    else {
      asks(bot, ada, 'new');
      await discord.waitFor(() =>
        discord.botMessages(discord.channel('general')).some(({ content }) => content.includes('afresh')),
      );
    }
    await answerTo(bot, ada, 'second', 'Two.');
    expect(prompts(bot)).toEqual([expect.stringContaining('second')]);
    expect(model.requests).toHaveLength(2);
    const exported = await (await ada.runs('export')).message();
    expect(exported.content).toMatch(/^2 messages/);
  });

  it('in a thread that Parley comes into later, so that nothing from before is read from Discord', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(answers('Yes.'));
    const thread = ada.startsThread(discord.channel('general'), 'On cats');
    ada.says(thread, 'Dogs are the secret.');
    ada.says(thread, `<@${discord.botId}> new`);
    await discord.waitFor(() => discord.botMessages(thread).length === 1);
    ada.says(thread, `<@${discord.botId}> well?`);
    await says(bot, 'Yes.', thread);
    expect(prompts(bot).join()).not.toContain('secret');
  });

  it('only by a mention with nothing else: a question about news is a question', async () => {
    await using bot = await startBot();
    const ada = bot.discord.user('ada');
    bot.model.respond(answers('One.'), answers('Two.'));
    await answerTo(bot, ada, 'new things?', 'One.');
    ada.dm('new');
    await says(bot, 'Two.', ada.dmChannel);
  });
});

describe.concurrent('/stop', () => {
  it('stops what its person asked, and for an admin what others asked', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const root = discord.user('root', { permissions: 'admin' });
    model.respond(streams(text('Begun.'), after(never)));
    asks(bot, ada, 'long, please');
    await model.received(1);
    expect(await sentence(ben.runs('stop'))).toMatch(/Only the person who asked/);
    expect(await sentence(ada.runs('stop'))).toBe('Stopped.');
    asks(bot, ada, 'again, please');
    await model.received(2);
    expect(await sentence(root.runs('stop'))).toBe('Stopped.');
    await discord.waitFor(
      () =>
        discord.botMessages(discord.channel('general')).filter(({ content }) => /-# Stopped\./.test(content))
          .length === 2,
    );
    await settle();
    expect(await sentence(ada.runs('stop'))).toMatch(/Nothing is being answered/);
  });
});

it.concurrent('/about says who answers and who pays', async () => {
  await using bot = await startBot();
  expect(await sentence(bot.discord.user('ada').runs('about'))).toMatch(
    /test-model[\s\S]*Who pays[\s\S]*stored[\s\S]*Parley \d/,
  );
});

describe.concurrent('a failure', () => {
  it('tells a member whom to ask, and an admin which command to use', async () => {
    await using bot = await startBot({ env: { OPENAI_API_KEY: 'sk-operator-0000' } });
    const { discord, model } = bot;
    model.respond(fails(401));
    const notices = () => discord.botMessages(discord.channel('general')).map(({ content }) => content);
    asks(bot, discord.user('ada'), 'hello?');
    await discord.waitFor(() => notices().some((one) => one.includes('Ask an admin')));
    expect(notices().join('\n')).not.toMatch(/OPENAI_API_KEY|key set/);
    const boss = discord.addRole('bosses', { permissions: PermissionFlagsBits.ManageGuild });
    asks(bot, discord.user('root', { roles: [boss] }), 'and for me?');
    await discord.waitFor(() => notices().some((one) => one.includes('/key set')));
  });
});
