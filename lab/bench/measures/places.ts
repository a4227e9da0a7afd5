/**
 * The cost of many places on Discord: the memory of one process in many servers, and the delay of answers written in
 * many channels at once.
 * All channels share the bot's 50 calls a second (topics/rate-limits.mdx).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Discord, startDiscord } from '../../counterparts/discord/start.ts';
import { type PacedModel, startPacedModel } from '../models/paced-model.ts';
import { figuresOf, isWhole } from '../seen.ts';
import { startProgram } from '../subjects/program.ts';
import type { Figures, Scenario } from './scenario.ts';

export interface ServersCost {
  servers: number;
  channels: number;
  /** Seconds from the start of the process until the last GUILD_CREATE. */
  startSeconds: number;
  residentBytes: number | undefined;
}

export interface ChannelsFigures extends Figures {
  channels: number;
  /** Discord API calls for each answer. */
  callsPerAnswer: number;
  /** Calls that Discord refused with 429. */
  refused: number;
}

/** Numbers of servers. Discord allows at most 2,500 a shard (events/gateway.mdx, Sharding). */
const SERVERS = [1, 500, 2_500];
const CHANNELS_OF_A_SERVER = 10;
const CHANNELS_AT_ONCE = [10, 25, 50, 100, 200];
/** An answer of one page, written as fast as people read. */
const ANSWER: Omit<Scenario, 'name' | 'answers'> = { characters: 1_800, perSecond: 80 };
/** Pause until the garbage of the start is collected, ms. */
const QUIET_MS = 5_000;
const DEADLINE_MS = 300_000;

const envOf = ({ token, url }: Discord) => ({ DISCORD_TOKEN: token, DISCORD_API_URL: url });

export async function measureServers(folder: string): Promise<ServersCost[]> {
  const measured: ServersCost[] = [];
  for (const servers of SERVERS) {
    const channels = Array.from({ length: CHANNELS_OF_A_SERVER }, (_, index) => `channel-${index}`);
    const guilds = Array.from({ length: servers }, (_, index) => ({ name: `Server ${index}`, channels }));
    await using discord = await startDiscord({ guilds });
    const startedAt = performance.now();
    const parley = startProgram({
      folder,
      name: `servers-${servers}`,
      modelUrl: 'http://127.0.0.1:1/v1',
      env: envOf(discord),
    });
    try {
      const url = await parley.url();
      while (!(await fetch(`${url}/readyz`)).ok) await sleep(50);
      const startSeconds = (performance.now() - startedAt) / 1_000;
      await sleep(QUIET_MS);
      const residentBytes = parley.residentBytes();
      measured.push({ servers, channels: servers * CHANNELS_OF_A_SERVER, startSeconds, residentBytes });
    } finally {
      await parley.stop();
    }
  }
  return measured;
}

export async function measureChannels(folder: string): Promise<ChannelsFigures[]> {
  const model = await startPacedModel();
  await using discord = await startDiscord();
  const parley = startProgram({ folder, name: 'channels', modelUrl: model.url, env: envOf(discord) });
  await discord.waitFor(() => discord.stats.identifies > 0 && discord.commands !== undefined);
  const measured: ChannelsFigures[] = [];
  for (const channels of CHANNELS_AT_ONCE) measured.push(await measure(channels, { discord, model }));
  await parley.stop();
  await model.stop();
  return measured;
}

/** Measures answers in new channels, whose buckets are fresh. */
async function measure(
  count: number,
  { discord, model }: { discord: Discord; model: PacedModel },
): Promise<ChannelsFigures> {
  const channels = Array.from({ length: count }, (_, index) => discord.addChannel(`${count}-${index}`));
  const before = { calls: discord.requests.length, refused: discord.stats.rateLimited };
  model.begin({ name: '', answers: count, ...ANSWER });
  const ada = discord.user('ada');
  for (const [index, channel] of channels.entries()) ada.says(channel, `<@${discord.botId}> #${index}`);
  const answers = () =>
    channels.map((channel, index) => ({
      messages: discord.botMessages(channel).map(({ id, history }) => ({
        id,
        history: history.map(({ at, content }) => ({ at, text: content })),
      })),
      written: model.written.get(index),
    }));
  await discord.waitFor(
    async () => {
      await sleep(200);
      return answers().every(({ messages, written }) => isWhole(messages, written));
    },
    { timeout: DEADLINE_MS, what: `${count} answers` },
  );
  return {
    channels: count,
    ...figuresOf(answers()),
    callsPerAnswer: (discord.requests.length - before.calls) / count,
    refused: discord.stats.rateLimited - before.refused,
  };
}
