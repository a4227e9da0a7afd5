/** The counterpart of Discord refuses what Discord refuses, with discord.js as its client. */
import { PermissionFlagsBits, Routes } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../lab/counterparts/faults.ts';
import { button, connect, restOf, row, say, start, WITHOUT_CONTENT } from './client.ts';

describe('who is not let in', () => {
  test('a wrong token, on both sides', async () => {
    await using discord = await start();
    const response = await fetch(`${discord.url}/v10/users/@me`, { headers: { authorization: 'Bot x' } });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: '401: Unauthorized', code: 0 });
    expect(discord.requests.at(-1)).toMatchObject({ path: '/users/@me', authorized: false, status: 401 });
    await expect(connect(discord, { token: 'x' })).rejects.toThrow(/Authentication|auth/i);
  });

  test('an intent that is switched off', async () => {
    await using discord = await start({ messageContentAllowed: false });
    await expect(connect(discord)).rejects.toThrow(/disallowed/i);
    await using bot = await connect(discord, { intents: WITHOUT_CONTENT });
    const general = discord.channel('general');
    const ada = discord.user('ada');
    const first = ada.says(general, 'among ourselves', { attachments: [{ name: 'a.txt', data: 'a' }] });
    ada.says(general, `<@${discord.botId}> for you`, { replyTo: first });
    ada.dm('in private');
    const seen = await discord.waitFor(
      () => bot.of('MESSAGE_CREATE').length === 3 && bot.of('MESSAGE_CREATE'),
    );
    expect(seen.map(({ content }) => content)).toEqual(['', `<@${discord.botId}> for you`, 'in private']);
    expect(seen[0]).toMatchObject({ attachments: [] });
    expect(seen[1]).toMatchObject({ referenced_message: { id: first, content: '' } });
    expect(await bot.rest.get(Routes.channelMessage(general, first))).toMatchObject({ content: '' });
  });
});

describe('what is refused', () => {
  test.each([
    ['a text that is too long', { content: 'x'.repeat(2001) }, 50035],
    ['nothing but spaces', { content: '  \n' }, 50006],
    ['nothing', {}, 50006],
    ['a long nonce', { content: 'x', nonce: 'n'.repeat(26) }, 50035],
    ['two buttons of one id', { content: 'x', components: [row(button('a'), button('a'))] }, 50035],
    ['a long id', { content: 'x', components: [row(button('a'.repeat(101)))] }, 50035],
    ['six rows', { content: 'x', components: [1, 2, 3, 4, 5, 6].map((id) => row(button(`${id}`))) }, 50035],
    [
      'text beside new components',
      { content: 'x', flags: 1 << 15, components: [{ type: 10, content: 'y' }] },
      50035,
    ],
    ['too many words', { flags: 1 << 15, components: [{ type: 10, content: 'y'.repeat(4001) }] }, 50035],
    ['a reply to what is gone', { content: 'x', message_reference: { message_id: '1' } }, 50035],
    [
      'rules that exclude each other',
      { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } },
      50035,
    ],
  ])('%s', async (_, body, code) => {
    await using discord = await start();
    await expect(say(restOf(discord), discord.channel('general'), body)).rejects.toMatchObject({
      status: 400,
      code,
    });
    expect(discord.botMessages(discord.channel('general'))).toEqual([]);
  });

  test('not: 1,000 characters of two units each, and a reply that may fail', async () => {
    await using discord = await start();
    const body = {
      content: '😀'.repeat(1000),
      message_reference: { message_id: '1', fail_if_not_exists: false },
    };
    expect(await say(restOf(discord), discord.channel('general'), body)).toMatchObject({ type: 0 });
  });

  test('a channel where it may not write, and a server that it was removed from', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    const general = discord.channel('general');
    discord.deny(general, PermissionFlagsBits.SendMessages);
    await expect(say(bot.rest, general, { content: 'x' })).rejects.toMatchObject({
      status: 403,
      code: 50013,
    });
    discord.removeGuild(discord.guildId);
    await expect(say(bot.rest, general, { content: 'x' })).rejects.toMatchObject({
      status: 403,
      code: 50001,
    });
    expect(await discord.waitFor(() => bot.of('GUILD_DELETE')[0])).toEqual({ id: discord.guildId });
    discord.outage(discord.guildId, true);
    discord.outage(discord.guildId, false);
    await discord.waitFor(() => bot.of('GUILD_CREATE').length === 2);
    expect(bot.of('GUILD_DELETE')[1]).toMatchObject({ unavailable: true });
  });
});

describe('limits', () => {
  test('five messages in a window, counted by channel, told in the headers', async () => {
    await using discord = await start({ limits: { create: { limit: 5, window: 400 } } });
    const post = (channel: string) =>
      fetch(`${discord.url}/v10/channels/${channel}/messages`, {
        method: 'POST',
        headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ content: 'x' }),
      });
    const general = discord.channel('general');
    for (const remaining of ['4', '3', '2', '1', '0']) {
      const { status, headers } = await post(general);
      expect([status, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual([
        200,
        '5',
        remaining,
      ]);
      expect(Number(headers.get('x-ratelimit-reset-after'))).toBeLessThanOrEqual(0.4);
      expect(headers.get('x-ratelimit-bucket')).toMatch(/\w{32}/);
    }
    expect((await post(discord.channel('random'))).status).toBe(200);
    const refused = await post(general);
    expect(refused.status).toBe(429);
    expect([refused.headers.get('retry-after'), refused.headers.get('x-ratelimit-scope')]).toEqual([
      '1',
      'user',
    ]);
    expect(await refused.json()).toMatchObject({ global: false, retry_after: expect.any(Number) });
    expect(discord.stats.rateLimited).toBe(1);
    expect(discord.botMessages(general)).toHaveLength(5);
  });

  test('discord.js keeps to them by itself', async () => {
    await using discord = await start({ limits: { create: { limit: 3, window: 200 } } });
    const rest = restOf(discord);
    const general = discord.channel('general');
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map((one) => say(rest, general, { content: `${one}` })));
    expect(discord.botMessages(general).map(({ content }) => content)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
    ]);
    expect(discord.stats.rateLimited).toBe(0);
  });
});

test('failures on demand: before the work, after it, and never an answer', async () => {
  await using discord = await start();
  const rest = restOf(discord);
  const general = discord.channel('general');
  const { faults } = discord;
  faults.next('create', 'status500');
  await expect(say(rest, general, { content: '1' })).rejects.toMatchObject({ status: 500 });
  faults.next('create', 'reset');
  await expect(say(rest, general, { content: '2' })).rejects.toThrow();
  faults.next('create', 'resetAfter');
  await expect(say(rest, general, { content: '3' })).rejects.toThrow();
  faults.next('create', 'status429');
  await say(rest, general, { content: '4' });
  expect(discord.stats).toMatchObject({ rateLimited: 0, injected429: 1 });
  faults.next('typing', 'hang');
  const hanging = rest.post(Routes.channelTyping(general), { signal: AbortSignal.timeout(50) });
  await expect(hanging).rejects.toThrow();
  expect(discord.botMessages(general).map(({ content }) => content)).toEqual(['3', '4']);
});

test('a share of failures is the same for the same seed; a round trip takes its time', async () => {
  const failing = async (seed: number) => {
    await using discord = await start();
    discord.faults.rate('other', 'status500', 0.5, seededRandom(seed));
    const rest = restOf(discord);
    const asked = Array.from({ length: 20 }, () =>
      rest.get(Routes.user()).then(
        () => '.',
        () => 'x',
      ),
    );
    return (await Promise.all(asked)).join('');
  };
  const first = await failing(1);
  expect(first).toMatch(/x/);
  expect(first).toMatch(/\./);
  expect(await failing(1)).toBe(first);
  await using discord = await start();
  discord.settings.delay = 60;
  const before = performance.now();
  await restOf(discord).get(Routes.user());
  expect(performance.now() - before).toBeGreaterThan(55);
});
