/** Threads that are archived or locked: an answer opens them again, or goes on in a new message, or ends with a word. */
import { describe, expect, it } from 'vitest';
import { answers, done, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import { begun, ended, expectWhole, quickBot, thread, toldTo } from './refusals.ts';
import { asks, says, settle } from './said.ts';

describe.concurrent('a thread that is archived', () => {
  it('in the middle of an answer is opened again, and the answer goes on', async () => {
    await using bot = await quickBot();
    const channel = thread(bot);
    const markdown = await begun(bot, channel);
    bot.discord.setThread(channel, { archived: true });
    await expectWhole(bot, channel, markdown);
  });

  it('and that Parley is no member of gets the answer in a new message', async () => {
    await using bot = await quickBot();
    const channel = thread(bot);
    const markdown = await begun(bot, channel);
    bot.discord.setThread(channel, { archived: true });
    bot.discord.world.channels.get(channel)?.threadMembers.delete(bot.discord.botId);
    await expectWhole(bot, channel, markdown);
    expect(bot.discord.botMessages(channel)).toHaveLength(1);
  });

  it('and that a server does not let be opened again gets the answer in a new message', async () => {
    await using bot = await quickBot();
    const channel = thread(bot);
    const markdown = await begun(bot, channel);
    bot.discord.settings.refuses = ({ method, path, kind }) =>
      method === 'PATCH' && kind === 'other' && path.startsWith('/channels/')
        ? { status: 405, html: true }
        : undefined;
    bot.discord.setThread(channel, { archived: true });
    await expectWhole(bot, channel, markdown);
    await bot.discord.waitFor(() => bot.discord.botMessages(channel).length === 1);
  });

  it('and locked ends the answer, and who asked is told', async () => {
    await using bot = await quickBot();
    const channel = thread(bot);
    await begun(bot, channel, 3_000, 15_000);
    bot.discord.setThread(channel, { archived: true, locked: true });
    await bot.discord.waitFor(() => toldTo(bot, 'ada').length > 0);
    expect(toldTo(bot, 'ada')).toEqual([expect.stringContaining(`<#${channel}>: it is locked`)]);
    await expect(bot.model.requests[0]?.closed).resolves.toBe('gone');
  });

  it('as Discord says of one that is locked, ends the answer too, and is not opened again for ever', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const channel = thread(bot);
    await begun(bot, channel, 3_000, 15_000);
    discord.settings.refuses = ({ kind, path }) =>
      (kind === 'create' || kind === 'edit') && path.includes(channel)
        ? { status: 403, code: 50083 }
        : undefined;
    await discord.waitFor(() => toldTo(bot, 'ada').length > 0);
    expect(toldTo(bot, 'ada')).toEqual([expect.stringContaining(`<#${channel}>: it is locked`)]);
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    const openings = discord.requests.filter(({ path }) => path === `/channels/${channel}`);
    expect(openings.length).toBeLessThan(15);
  });

  it.each([
    ['Regenerate', 'a member of', true],
    ['Delete', 'a member of', true],
    ['Continue', 'a member of', true],
    ['Regenerate', 'not a member of', false],
    ['Delete', 'not a member of', false],
    ['Continue', 'not a member of', false],
  ])('lets its buttons work: %s in one that Parley is %s', async (button, _, isMember) => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const channel = thread(bot);
    model.respond(streams(text('First.'), finish('length'), done), answers('Second.'));
    asks(bot, discord.user('ada'), 'hi', channel);
    await ended(bot, channel);
    await settle();
    discord.setThread(channel, { archived: true });
    if (!isMember) discord.world.channels.get(channel)?.threadMembers.delete(discord.botId);
    const message = discord.botMessages(channel).at(-1);
    void discord.user('ada').clicks(message?.id ?? '', button);
    if (button === 'Delete') await discord.waitFor(() => discord.botMessages(channel).length === 0);
    else await says(bot, 'Second.', channel);
  });
});

it('a button whose press Discord never takes in an archived thread does its work, and is not tried for ever', async () => {
  await using bot = await quickBot();
  const { discord, model } = bot;
  const channel = thread(bot);
  model.respond(answers('First.'));
  asks(bot, discord.user('ada'), 'hi', channel);
  const first = await says(bot, 'First.', channel);
  await settle();
  discord.settings.refuses = ({ kind }) => (kind === 'callback' ? { status: 400, code: 50083 } : undefined);
  void discord.user('ada').clicks(first.id, 'Delete');
  await discord.waitFor(() => discord.botMessages(channel).length === 0);
  expect(discord.requests.filter(({ kind }) => kind === 'callback')).toHaveLength(2);
});
