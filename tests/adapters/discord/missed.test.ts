/** Messages that people send on Discord while Parley is down. */

import { ChannelType, PermissionFlagsBits as Permission } from 'discord.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { passes, settled } from '../../settled.ts';

const shown = ({ discord }: Bot, channel: string) =>
  discord.botMessages(channel).map(({ content }) => content);

const says = (bot: Bot, channel: string, text: string) =>
  bot.discord.waitFor(() => shown(bot, channel).includes(text), {
    what: () => `"${text}" among ${JSON.stringify(shown(bot, channel))}`,
  });

afterEach(() => void vi.restoreAllMocks());

/** So long that whatever should not happen would have. */
const settle = () => settled(1_500);

/** A Parley with a channel it was used in, whose first answer was `One.` */
async function usedBot(env: Record<string, string> = {}) {
  const bot = await startBot({ env });
  const { discord, model } = bot;
  const channel = discord.channel('general');
  const ada = discord.user('ada');
  const mention = `<@${discord.botId}>`;
  model.respond(answers('One.'), answers('Two.'), answers('Three.'), answers('Four.'));
  ada.says(channel, `${mention} one`);
  await says(bot, channel, 'One.');
  return { bot, discord, model, channel, ada, mention };
}

describe.concurrent('what was said while it was down', () => {
  it('is answered in a channel, a thread and a post where Parley was never used', async () => {
    const { bot, discord, model, ada, mention } = await usedBot();
    await using _ = bot;
    const [other, forum] = [
      discord.channel('random'),
      discord.addChannel('help', { type: ChannelType.GuildForum }),
    ];
    let [thread, post] = ['', ''];
    await bot.restart(() => {
      ada.says(other, `${mention} in a channel`);
      thread = ada.startsThread(other, 'A thread');
      ada.says(thread, 'not for the bot');
      ada.says(thread, `${mention} in a thread`);
      post = ada.posts(forum, 'A post', `${mention} in a post`);
    });
    for (const channel of [other, thread, post])
      await discord.waitFor(() => shown(bot, channel).length === 1);
    await bot.restart();
    await settle();
    expect(model.requests).toHaveLength(4);
  });

  it('is answered within seconds where Discord does not say who its author is', async () => {
    const { bot, discord, channel, ada, mention } = await usedBot();
    await using _ = bot;
    discord.settings.refuses = ({ path }) => (path.includes('/members/') ? 'hang' : undefined);
    await bot.restart(() => void ada.says(channel, `${mention} two`));
    await says(bot, channel, 'Two.');
  });

  it('is answered where so much else was said that Discord tells it in parts', async () => {
    const { bot, discord, channel, ada, mention } = await usedBot();
    await using _ = bot;
    await bot.restart(() => {
      for (let index = 0; index < 150; index++) ada.says(channel, `chatter ${index}`);
      ada.says(channel, `${mention} two`);
    });
    await says(bot, channel, 'Two.');
    const asked = discord.requests.filter(({ path }) => path.includes('/members/'));
    // Who somebody is on the server is asked of those alone who wrote to Parley.
    expect(asked).toHaveLength(1);
  });

  it('does not keep it from the rest where Parley may not look', async () => {
    const { bot, discord, channel, ada, mention } = await usedBot();
    await using _ = bot;
    const hidden = discord.channel('random');
    discord.deny(hidden, Permission.ViewChannel);
    await bot.restart(() => {
      ada.says(channel, `${mention} two`);
      ada.says(hidden, `${mention} hidden`);
    });
    await says(bot, channel, 'Two.');
    await settle();
    expect(shown(bot, hidden)).toEqual([]);
  });

  it('is left where nothing missed is asked for', async () => {
    const { bot, model, channel, ada, mention } = await usedBot({ MISSED_MINUTES: '0' });
    await using _ = bot;
    await bot.restart(() => void ada.says(channel, `${mention} two`));
    await settle();
    expect(model.requests).toHaveLength(1);
  });
});

it.concurrent('what two shards have missed is answered, each server’s by its own', async () => {
  const guilds = ['One', 'Two', 'Three'].map((name) => ({ name }));
  await using bot = await startBot({
    guilds,
    shards: 2,
    before: ({ settings }) => {
      settings.maxConcurrency = 2;
    },
  });
  const { discord, model } = bot;
  model.respond(answers('One.'), answers('Two.'), answers('Three.'), answers('Four.'), answers('Five.'));
  const ada = discord.user('ada');
  ada.dm('one');
  await says(bot, ada.dmChannel, 'One.');
  await discord.waitFor(() => discord.gateway.connected === 2);
  await settle();
  const channels = [...discord.world.guilds.keys()].map((guild) => discord.channel('general', guild));
  await bot.restart(() => {
    for (const channel of channels) ada.says(channel, `<@${discord.botId}> here`);
    ada.dm('two');
  });
  for (const channel of channels) await discord.waitFor(() => shown(bot, channel).length === 1);
  await discord.waitFor(() => shown(bot, ada.dmChannel).length === 2);
  await settle();
  expect(model.requests).toHaveLength(5);
});

it.concurrent('what was said before the first start is left, at the second one too', async () => {
  await using bot = await startBot({
    before: (discord) => void discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> hi`),
  });
  await settle();
  await bot.restart();
  await settle();
  expect(bot.model.requests).toHaveLength(0);
  expect(shown(bot, bot.discord.channel('general'))).toEqual([]);
});

it.concurrent('what was dealt with without a model is not dealt with again', async () => {
  const { bot, discord, channel, ada, mention } = await usedBot();
  await using _ = bot;
  const other = discord.channel('random');
  ada.says(other, mention);
  await discord.waitFor(() => shown(bot, other).length === 1);
  await bot.restart(() => void ada.says(other, mention));
  await discord.waitFor(() => shown(bot, other).length === 2);
  await bot.restart();
  await settle();
  expect(shown(bot, other)).toHaveLength(2);
  expect(shown(bot, channel)).toEqual(['One.']);
});

it.concurrent('what was said during a gap in the connection is answered when it could not be resumed', async () => {
  const { bot, discord, channel, ada, mention } = await usedBot();
  await using _ = bot;
  const other = discord.channel('random');
  discord.gateway.refusing = true;
  discord.gateway.dropConnections({ resumable: false });
  ada.says(channel, `${mention} two`);
  await settle();
  ada.says(other, `${mention} three`);
  discord.gateway.refusing = false;
  await discord.waitFor(() => shown(bot, channel).length === 2);
  await discord.waitFor(() => shown(bot, other).length === 1);
  await settle();
  expect(bot.model.requests).toHaveLength(3);
});

it('what was said while it was down is left where it is older than asked for', async () => {
  const { bot, model, channel, discord, ada, mention } = await usedBot({ MISSED_MINUTES: '1' });
  await using _ = bot;
  await bot.restart(() => {
    ada.says(channel, `${mention} too old`);
    ada.says(discord.channel('random'), `${mention} too old as well`);
    passes(61_000);
    ada.says(channel, `${mention} two`);
  });
  await says(bot, channel, 'Two.');
  await settle();
  expect(model.requests).toHaveLength(2);
  expect(shown(bot, channel)).toEqual(['One.', 'Two.']);
});
