/** Servers that Parley was removed from, and master keys that are taken out of use. */

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { COMPILE_CACHE } from '../../../lab/counterparts/compile-cache.ts';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { answerTo, prompts, sentence, sets, setsKey, settle } from './said.ts';

const MAIN = new URL('../../../src/main.ts', import.meta.url).pathname;

/** Rows that a server leaves for a while: sums without people, and what was spent of limits. */
const SUMS = /^(?:account\||used\|[^|]*\|[^|]*\|\|)/;

/** The stored rows of a server but sums, and but rows that have expired: keys that have its id. */
function rowsOf(bot: Bot, guild: string): string[] {
  const store = new DatabaseSync(join(bot.folder, 'parley.sqlite'), { readOnly: true });
  const rows = store.prepare('SELECT key FROM keyv WHERE expires IS NULL OR expires > ?').all(Date.now()) as {
    key: string;
  }[];
  store.close();
  return rows.map(({ key }) => key).filter((key) => key.includes(`discord:${guild}`) && !SUMS.test(key));
}

/** Two servers with a key, a setting and a conversation each. */
async function settled(env: Record<string, string>) {
  const bot = await startBot({ env });
  const { discord } = bot;
  const other = discord.addGuild({ name: 'Elsewhere', channels: ['lobby'] });
  const root = discord.user('root', { permissions: 'admin' });
  const lobby = discord.channel('lobby', other);
  for (const channel of [discord.channel('general'), lobby]) {
    await setsKey(root, 'sk-a-servers-key', channel);
    await sets(root, 'temperature', '0.5', channel);
    await answerTo(bot, root, 'hi', 'Hello.', channel);
  }
  expect(rowsOf(bot, other).length).toBeGreaterThan(1);
  return { bot, root, other, lobby };
}

describe('a server that Parley was removed from', () => {
  it('is forgotten at once without a grace period, and no other server', async () => {
    const { bot, other } = await settled({ LEFT_SERVER_DAYS: '0' });
    await using started = bot;
    const { discord } = started;
    discord.removeGuild(other);
    await discord.waitFor(() => rowsOf(bot, other).length === 0);
    expect(rowsOf(bot, discord.guildId).length).toBeGreaterThan(1);
    const left = { audit: 'forgotten', tenant: `discord:${other}`, what: 'everything', reason: 'left' };
    await discord.waitFor(() => bot.parley.log.some((line) => line.includes('"everything"')));
    const audited = bot.parley.log
      .map((line) => JSON.parse(line))
      .filter(({ audit }) => audit === 'forgotten');
    expect(audited).toEqual([expect.objectContaining(left)]);
  });

  it('is kept for the grace period, and for good when Parley is invited again', async () => {
    const { bot, root, other, lobby } = await settled({ LEFT_SERVER_DAYS: '0.00002' });
    await using started = bot;
    const { discord } = started;
    const guild = discord.world.guilds.get(other);
    discord.removeGuild(other);
    await settle(500);
    expect(rowsOf(bot, other).length).toBeGreaterThan(1);
    if (guild) guild.presence = 'joined';
    discord.outage(other, false);
    await settle(1_900);
    expect(rowsOf(bot, other).length).toBeGreaterThan(1);
    expect(await sentence(root.runs('key status', {}, lobby))).toContain('…-key');
    // Once more, and then for good.
    discord.removeGuild(other);
    await discord.waitFor(() => rowsOf(bot, other).length === 0);
  });

  it('an outage is no departure', async () => {
    const { bot, other } = await settled({ LEFT_SERVER_DAYS: '0' });
    await using started = bot;
    started.discord.outage(other, true);
    await settle();
    await bot.restart();
    await settle();
    expect(rowsOf(bot, other).length).toBeGreaterThan(1);
  });

  it('while Parley was down is noticed at its start', async () => {
    const { bot, other } = await settled({ LEFT_SERVER_DAYS: '0' });
    await using started = bot;
    const { discord } = started;
    await bot.restart(() => discord.removeGuild(other));
    await discord.waitFor(() => rowsOf(bot, other).length === 0);
    expect(rowsOf(bot, discord.guildId).length).toBeGreaterThan(1);
  });

  it('begins anew when it comes back later', async () => {
    const { bot, root, other, lobby } = await settled({ LEFT_SERVER_DAYS: '0' });
    await using started = bot;
    const { discord, model } = started;
    discord.removeGuild(other);
    await discord.waitFor(() => rowsOf(bot, other).length === 0);
    const guild = discord.world.guilds.get(other);
    if (guild) guild.presence = 'joined';
    discord.outage(other, false);
    model.respond(answers('New.'));
    await answerTo(bot, root, 'do you know me?', 'New.', lobby);
    expect(prompts(bot)).toEqual(['"Root": do you know me?']);
    expect(model.requests.at(-1)?.headers.authorization).not.toContain('servers-key');
  });
});

describe('keys rotate', () => {
  const masterKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

  async function rotate(bot: Bot, masterKeys: string) {
    const child = spawn(process.execPath, [MAIN, 'keys', 'rotate'], {
      env: {
        ...COMPILE_CACHE,
        PATH: process.env.PATH,
        STORE_URL: `sqlite://${join(bot.folder, 'parley.sqlite')}`,
        MASTER_KEYS: masterKeys,
      },
      cwd: bot.folder,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
    const [code] = await once(child, 'close');
    return { code, output };
  }

  it('seals a server’s key anew, so that the old master key can go', async () => {
    const [first, second] = [masterKey('first'), masterKey('second')];
    const env: Record<string, string> = { MASTER_KEYS: first };
    await using bot = await startBot({ env });
    const root = bot.discord.user('root', { permissions: 'admin' });
    await setsKey(root, 'sk-a-servers-key');
    await bot.restart(async () => {
      const { code, output } = await rotate(bot, `${second},${first}`);
      expect(output).toContain('One API key is now sealed with the master key "second"');
      expect(output).not.toContain('servers-key');
      expect(code).toBe(0);
      env.MASTER_KEYS = second;
    });
    await answerTo(bot, root, 'hi', 'Hello.');
    expect(bot.model.requests.at(-1)?.headers.authorization).toBe('Bearer sk-a-servers-key');
    expect(bot.parley.log.join()).not.toContain('master keys do not open');
  });

  it('a master key that is lost is said in the answer, and a new key helps', async () => {
    const env: Record<string, string> = { MASTER_KEYS: masterKey('first') };
    await using bot = await startBot({ env });
    const root = bot.discord.user('root', { permissions: 'admin' });
    await setsKey(root, 'sk-a-servers-key');
    await bot.restart(() => void Object.assign(env, { MASTER_KEYS: masterKey('other') }));
    root.says(bot.discord.channel('general'), `<@${bot.discord.botId}> hi`);
    await bot.discord.waitFor(() =>
      bot.discord
        .botMessages(bot.discord.channel('general'))
        .some(({ content }) => content.includes('master key')),
    );
    expect(bot.model.requests).toHaveLength(0);
    expect(await setsKey(root, 'sk-a-second-key')).toContain('Saved');
    await answerTo(bot, root, 'hi', 'Hello.');
    expect(bot.model.requests.at(-1)?.headers.authorization).toBe('Bearer sk-a-second-key');
  });
});
