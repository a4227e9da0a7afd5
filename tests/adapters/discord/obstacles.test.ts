/** Mishaps to a channel, to Parley or to the model while an answer is being written. */

import { PermissionFlagsBits as Permission } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { answers, done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import { longestTurn } from '../../cpu-time.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { settled } from '../../settled.ts';
import { faultsOf, wordsOf } from './long-markdown.ts';

const QUICK = { create: { limit: 20, window: 500 }, edit: { limit: 20, window: 500 } };
const quickBot = () => startBot({ limits: QUICK });

/** Two messages' worth at once, then more and more for ever. */
const endless = () => {
  const { some } = wordsOf('w');
  return streams(
    text(`${some(450)}\n\n`),
    ...Array.from({ length: 400 }, () => [text(`${some(3)} `), pause(25)]).flat(),
    finish(),
    done,
  );
};

const isLive = ({ components }: { components: object[] }) => JSON.stringify(components).includes('"Stop"');
const writes = ({ discord }: Bot) =>
  discord.requests.filter(({ kind }) => kind === 'create' || kind === 'edit' || kind === 'delete').length;

async function begun(bot: Bot, channel: string) {
  bot.model.respond(endless());
  bot.discord.user('ada').says(channel, `<@${bot.discord.botId}> go on`);
  await bot.discord.waitFor(() => bot.discord.botMessages(channel).length >= 2);
  return bot.discord.botMessages(channel);
}

/** The model is not asked for more, and Discord is left alone. */
async function expectStopped(bot: Bot): Promise<void> {
  await expect(bot.model.requests[0]?.closed).resolves.toBe('gone');
  await bot.discord.waitFor(
    async () => {
      const before = writes(bot);
      await settled(600);
      return writes(bot) === before;
    },
    { what: 'Discord to be left alone' },
  );
  // It still answers elsewhere.
  bot.model.respond(answers('Here I am.'));
  const random = bot.discord.channel('random');
  bot.discord.user('ada').says(random, `<@${bot.discord.botId}> hello?`);
  await bot.discord.waitFor(() =>
    bot.discord.botMessages(random).some(({ content }) => content === 'Here I am.'),
  );
}

describe.concurrent('an answer is stopped, and nothing more is tried, when', () => {
  it('a moderator deletes its first message', async () => {
    await using bot = await quickBot();
    const channel = bot.discord.channel('general');
    const [first] = await begun(bot, channel);
    bot.discord.user('root', { permissions: 'admin' }).deletes(first?.id ?? '');
    await expectStopped(bot);
    expect(bot.discord.botMessages(channel).map(isLive)).toEqual([false]);
  });

  it('a moderator deletes all of it', async () => {
    await using bot = await quickBot();
    const channel = bot.discord.channel('general');
    const messages = await begun(bot, channel);
    bot.discord.purge(
      channel,
      messages.map(({ id }) => id),
    );
    await expectStopped(bot);
    expect(bot.discord.botMessages(channel).filter(isLive)).toEqual([]);
  });

  it('its channel is deleted', async () => {
    await using bot = await quickBot();
    const channel = bot.discord.addChannel('doomed');
    await begun(bot, channel);
    bot.discord.removeChannel(channel);
    await expectStopped(bot);
  });

  it('its thread is locked', async () => {
    await using bot = await quickBot();
    const thread = bot.discord.user('ada').startsThread(bot.discord.channel('general'), 'Heated');
    await begun(bot, thread);
    bot.discord.setThread(thread, { archived: true, locked: true });
    await expectStopped(bot);
  });

  it.each([
    ['write', [Permission.SendMessages]],
    ['see the channel', [Permission.ViewChannel]],
  ])('Parley may no longer %s', async (_, permissions) => {
    await using bot = await quickBot();
    const channel = bot.discord.channel('general');
    await begun(bot, channel);
    bot.discord.deny(channel, ...permissions);
    await expectStopped(bot);
  });

  it('Parley is removed from the server', async () => {
    await using bot = await quickBot();
    const other = bot.discord.addGuild({ name: 'Elsewhere', channels: ['hall'] });
    const channel = bot.discord.channel('hall', other);
    await begun(bot, channel);
    bot.discord.removeGuild(other);
    await expectStopped(bot);
  });
});

it('when Parley stops, answers end within seconds as they are, without a button to stop them', async () => {
  await using bot = await startBot();
  const { discord, model } = bot;
  const channel = discord.channel('general');
  model.respond(endless());
  const names = ['ada', 'ben', 'cyd', 'dot'];
  for (const name of names) discord.user(name).says(channel, `<@${discord.botId}> go on`);
  await discord.waitFor(() => discord.botMessages(channel).length >= 4);
  const before = performance.now();
  await bot.restart(() => {
    expect(performance.now() - before).toBeLessThan(20_000);
    expect(discord.botMessages(channel).filter(isLive)).toEqual([]);
  });
});

it('answered again after a part was deleted, what is left of the answer is written anew', async () => {
  await using bot = await quickBot();
  const { discord, model } = bot;
  const channel = discord.channel('general');
  const markdown = wordsOf('w').some(900);
  model.respond(answers(markdown), answers(markdown));
  const ada = discord.user('ada');
  ada.says(channel, `<@${discord.botId}> tell me`);
  const isEnded = () =>
    discord
      .botMessages(channel)
      .some(({ components }) => JSON.stringify(components).includes('"Regenerate"'));
  await discord.waitFor(isEnded);
  const [first, ...others] = discord.botMessages(channel);
  discord.user('root', { permissions: 'admin' }).deletes(first?.id ?? '');
  await ada.clicks(others.at(-1)?.id ?? '', 'Regenerate');
  await model.received(2);
  const shown = () =>
    discord
      .botMessages(channel)
      .map(({ content }) => content)
      .join('\n');
  await discord.waitFor(() => faultsOf(shown(), markdown) === '' && isEnded(), { what: 'the whole answer' });
  expect(discord.botMessages(channel).filter(isLive)).toEqual([]);
});

describe('the log', () => {
  it('holds nothing of what was said, no key and no token, whatever goes wrong', async () => {
    await using bot = await startBot({
      limits: QUICK,
      env: { OPENAI_API_KEY: 'sk-operator-canary-1' },
    });
    const { discord, model } = bot;
    const channel = discord.channel('general');
    const ada = discord.user('ada');
    model.respond(
      answers('answer-canary one.'),
      streams(
        text('answer-canary two is longer. '),
        pause(100),
        text('answer-canary end.'),
        finish('length'),
        done,
      ),
      answers('answer-canary three.'),
    );
    discord.settings.callbackWindow = 700;
    for (const fault of ['status500', 'reset', 'status429', 'status403'] as const) {
      // After a 429 in its first window a bucket waits for five seconds.
      if (fault !== 'status429') {
        discord.faults.next('edit', fault);
        discord.faults.next('create', fault);
      }
      discord.faults.next('other', fault);
      discord.faults.next('callback', fault);
      discord.faults.next('typing', fault);
    }
    ada.says(channel, `<@${discord.botId}> question-canary`, {
      attachments: [{ name: 'a.txt', data: 'file-canary' }],
    });
    ada.dm('question-canary');
    for (const prompt of ['question-canary', 'question-canary again']) await ada.runs('ask', { prompt });
    discord.gateway.dropConnections();
    discord.user('ben', { nick: 'name-canary' }).says(channel, `<@${discord.botId}> question-canary`);
    await discord.waitFor(() =>
      discord.botMessages(channel).some(({ content }) => content.includes('canary')),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    const log = bot.parley.log.join('');
    expect(log.length).toBeGreaterThan(1_000);
    expect(log).not.toMatch(/canary/i);
    expect(log).not.toContain(discord.token);
  });
});

describe('100 KB at once', () => {
  it.each([
    ['one letter', 'a'.repeat(100_000)],
    ['backticks', '`'.repeat(100_000)],
    ['marks', '*a'.repeat(50_000)],
    ['brackets', '['.repeat(100_000)],
    ['lines of pipes', '|||\n'.repeat(25_000)],
    ['one emoji', '👩‍🚀'.repeat(20_000)],
  ])('of %s comes whole and holds nothing else up', async (_, markdown) => {
    await using bot = await startBot({
      limits: { ...QUICK, global: { limit: 1_000, window: 1_000 }, create: { limit: 1_000, window: 1_000 } },
    });
    const { discord, model } = bot;
    const channel = discord.channel('general');
    model.respond(answers(markdown));
    const longest = await longestTurn(async () => {
      discord.user('ada').says(channel, `<@${discord.botId}> flood`);
      await discord.waitFor(() =>
        discord
          .botMessages(channel)
          .some(({ components }) => JSON.stringify(components).includes('"Regenerate"')),
      );
    });
    expect(longest).toBeLessThan(500);
    const shown = discord
      .botMessages(channel)
      .map(({ content }) => content)
      .join('');
    const [letter = ''] = markdown;
    expect(shown.split(letter).length - 1).toBeGreaterThanOrEqual(markdown.split(letter).length - 1);
  });
});
