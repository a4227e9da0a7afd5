/** The welcome in a server that just added Parley: the first steps, once. */
import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { type Bot, startBot } from '../../harness/discord.ts';
import { settle } from './said.ts';

const GREETING = /^Hello, I’m Parley/;

const greetings = ({ discord }: Bot, channel: string) =>
  discord.botMessages(channel).filter(({ content }) => GREETING.test(content));

describe('a server that Parley is added to', () => {
  it('is told the first steps once, not after a restart, an outage or another connection', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const other = discord.addGuild({ name: 'Elsewhere', channels: ['lobby', 'attic'] });
    const lobby = discord.channel('lobby', other);
    await discord.waitFor(() => greetings(bot, lobby).length > 0);
    const [said] = greetings(bot, lobby);
    expect(said?.content).toMatch(/\/help[\s\S]*\/about[\s\S]*Admins[\s\S]*\/settings/);
    discord.outage(other, true);
    discord.outage(other, false);
    await bot.restart();
    discord.outage(other, true);
    discord.outage(other, false);
    await settle();
    expect(greetings(bot, lobby)).toHaveLength(1);
    expect(greetings(bot, discord.channel('attic', other))).toHaveLength(0);
    expect(greetings(bot, discord.channel('general'))).toHaveLength(0);
  });

  it('is told in the first channel where Parley may write, without trying those where it may not', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const closed = Array.from({ length: 8 }, (_, i) => ({
      name: `closed-${i}`,
      denied: i % 2 ? PermissionFlagsBits.SendMessages : PermissionFlagsBits.ViewChannel,
    }));
    const other = discord.addGuild({ name: 'Elsewhere', channels: [...closed, 'open'] });
    await discord.waitFor(() => greetings(bot, discord.channel('open', other)).length > 0);
    expect(discord.requests.filter(({ status }) => status === 403)).toEqual([]);
  });

  it('is told again when it was removed and is added anew', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const other = discord.addGuild({ name: 'Elsewhere', channels: ['lobby'] });
    const lobby = discord.channel('lobby', other);
    await discord.waitFor(() => greetings(bot, lobby).length === 1);
    discord.removeGuild(other);
    await settle();
    discord.outage(other, false);
    await discord.waitFor(() => greetings(bot, lobby).length === 2);
  });

  it('is told how a key is set where nobody pays', async () => {
    await using bot = await startBot({ env: { OPENAI_BASE_URL: 'https://api.openai.com/v1' } });
    const { discord } = bot;
    const other = discord.addGuild({ name: 'Elsewhere', channels: ['lobby'] });
    await discord.waitFor(() =>
      greetings(bot, discord.channel('lobby', other)).some(({ content }) => content.includes('/key set')),
    );
  });
});
