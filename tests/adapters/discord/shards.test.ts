/** Several processes of one store, which share Discord's gateway. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Discord, type DiscordOptions, startDiscord } from '../../../lab/counterparts/discord/start.ts';
import { memory, type ShardHolder, sharedMemory, startShardHolder } from './shard-holder.ts';

/** So many shards, which can be connected at once. */
const start = (shards: number, options: DiscordOptions = {}) =>
  startDiscord({ shards, maxConcurrency: 16, ...options });

/** Processes that start together on one store. */
async function startTogether(discord: Discord, count: number) {
  const store = sharedMemory();
  const holders = await Promise.all(Array.from({ length: count }, () => startShardHolder(discord, store)));
  return {
    store,
    holders,
    [Symbol.asyncDispose]: async () =>
      void (await Promise.all(holders.map((one) => one[Symbol.asyncDispose]()))),
  };
}

const names = (count: number) => Array.from({ length: count }, (_, id) => `${id}/${count}`);
const isAllHeld = (holders: ShardHolder[], count: number) =>
  holders
    .flatMap((holder) => holder.shards())
    .sort()
    .join() === names(count).join();
const areReady = (holders: ShardHolder[]) =>
  holders.every(({ gateway }) => gateway.whyNotReady() === undefined);

/** A server with a channel, on that shard. */
async function channelOn(discord: Discord, id: number, count: number): Promise<string> {
  for (;;) {
    const guild = discord.addGuild({ name: `on ${id}`, channels: [`of-${id}`] });
    if ((BigInt(guild) >> 22n) % BigInt(count) === BigInt(id)) return discord.channel(`of-${id}`, guild);
    // Ids of the same millisecond are on the same shard.
    await sleep(2);
  }
}

const takenBy = (holders: ShardHolder[], message: string) =>
  holders.filter(({ taken }) => taken.includes(message));

describe.concurrent('processes that share the gateway', () => {
  it('come to hold each shard once and share them evenly, and take each message once', async () => {
    await using discord = await start(4, { maxConcurrency: 4 });
    await using together = await startTogether(discord, 3);
    const { holders } = together;
    await discord.waitFor(() => isAllHeld(holders, 4));
    expect(discord.gateway.shards.toSorted()).toEqual(names(4));
    expect(holders.map((holder) => holder.shards().length).sort()).toEqual([1, 1, 2]);
    expect(areReady(holders)).toBe(true);
    const ada = discord.user('ada');
    const channels = await Promise.all([0, 1, 2, 3].map((id) => channelOn(discord, id, 4)));
    const said = [...channels.map((channel) => ada.says(channel, 'hi')), ada.dm('hi')];
    await discord.waitFor(() => said.every((id) => takenBy(holders, id).length > 0));
    await sleep(200);
    for (const id of said) expect(takenBy(holders, id)).toHaveLength(1);
    // Direct messages are the first shard's.
    expect(takenBy(holders, said[4] ?? '')[0]?.shards()).toContain('0/4');
  });

  it('are all ready with a single shard, which one of them holds', async () => {
    await using discord = await start(1);
    await using together = await startTogether(discord, 3);
    expect(areReady(together.holders)).toBe(true);
    expect(discord.gateway.shards).toEqual(['0/1']);
    expect(discord.stats.identifies).toBe(1);
  });

  it('identify one after another where Discord takes no more, and are refused nothing', async () => {
    await using discord = await start(3, { maxConcurrency: 1 });
    discord.settings.limitsIdentifies = true;
    await using together = await startTogether(discord, 3);
    await discord.waitFor(() => isAllHeld(together.holders, 3));
    expect(discord.stats).toMatchObject({ identifies: 3, hurriedIdentifies: 0 });
  });

  it('take over at once what one leaves that stops', async () => {
    await using discord = await start(2);
    await using together = await startTogether(discord, 2);
    const [first, second] = together.holders;
    await discord.waitFor(() => isAllHeld(together.holders, 2));
    await first?.stop();
    await discord.waitFor(() => second?.shards().length === 2);
    expect(discord.gateway.shards.toSorted()).toEqual(names(2));
    expect(second?.gateway.whyNotReady()).toBeUndefined();
  });

  it('take over what one held that died', async () => {
    await using discord = await start(2);
    await using together = await startTogether(discord, 2);
    const [first, second] = together.holders;
    await discord.waitFor(() => isAllHeld(together.holders, 2));
    first?.kill();
    await discord.waitFor(() => second?.shards().length === 2);
    expect(discord.gateway.shards.toSorted()).toEqual(names(2));
    expect(second?.gateway.whyNotReady()).toBeUndefined();
  });

  it('close the connection of a shard that they lost while they were held up', async () => {
    await using discord = await start(1);
    await using together = await startTogether(discord, 2);
    const { holders } = together;
    const held = holders.find((holder) => holder.shards().length === 1);
    const other = holders.find((holder) => holder !== held);
    held?.store.pause();
    await discord.waitFor(() => other?.shards().length === 1);
    expect(discord.gateway.shards).toEqual(['0/1', '0/1']);
    held?.store.resume();
    await discord.waitFor(() => discord.gateway.connected === 1);
    expect(held?.shards()).toEqual([]);
    const id = discord.user('ada').says(discord.channel('general'), 'hi');
    await discord.waitFor(() => other?.taken.includes(id));
    expect(held?.taken).not.toContain(id);
    await discord.waitFor(() => areReady(holders));
  });

  it('keep the number of shards that they began with, until none is connected', async () => {
    await using discord = await start(2);
    await using together = await startTogether(discord, 1);
    const [first] = together.holders;
    await discord.waitFor(() => isAllHeld(together.holders, 2));
    discord.settings.shards = 3;
    const second = await startShardHolder(discord, together.store);
    await using _ = second;
    expect(second.gateway.whyNotReady()).toBeUndefined();
    expect(discord.gateway.shards.toSorted()).toEqual(names(2));
    await Promise.all([first?.stop(), second.stop()]);
    await using third = await startShardHolder(discord, together.store);
    await discord.waitFor(() => isAllHeld([third], 3));
  });

  it('move to another number of shards together when Discord refuses the one they have', async () => {
    await using discord = await start(2);
    await using together = await startTogether(discord, 2);
    const { holders } = together;
    await discord.waitFor(() => isAllHeld(holders, 2));
    Object.assign(discord.settings, { shards: 4, leastShards: 4 });
    // Discord closes no shard that is connected.
    expect(discord.gateway.shards.toSorted()).toEqual(names(2));
    discord.gateway.dropConnections({ resumable: false });
    await discord.waitFor(() => isAllHeld(holders, 4));
    expect(discord.gateway.shards.toSorted()).toEqual(names(4));
    expect(areReady(holders)).toBe(true);
  });

  it('are not ready while a shard has nobody who can connect it', async () => {
    await using discord = await start(1);
    discord.gateway.refusing = true;
    await using together = await startTogether(discord, 2);
    const { holders } = together;
    expect(areReady(holders)).toBe(false);
    expect(holders.map(({ gateway }) => gateway.whyNotReady())).toContain('Discord is not connected yet');
    discord.gateway.refusing = false;
    await discord.waitFor(() => areReady(holders));
  });
});

it('a process that is alone connects all shards side by side', async () => {
  await using discord = await start(6);
  const started = performance.now();
  await using alone = await startShardHolder(discord, memory());
  expect(alone.shards()).toEqual(names(6));
  // One after the other they would wait five seconds for each.
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(alone.gateway.whyNotReady()).toBeUndefined();
});
