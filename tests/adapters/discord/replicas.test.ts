/** Discord's events come to one process, and the answers are another's, which has no connection to the gateway. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Discord, startDiscord } from '../../../lab/counterparts/discord/start.ts';
import { createVault } from '../../../src/store/secrets/vault.ts';
import { type Replica, slowly, startReplica } from './replicas.ts';
import { labels } from './said.ts';
import { sharedMemory } from './shard-holder.ts';

const paragraphs = Array.from({ length: 40 }, (_, i) => `Line ${i}. ${'and so on '.repeat(12).trim()}.\n\n`);

/** One that gets the events and answers nothing, and one that answers. */
async function startTwo(answer: Parameters<typeof startReplica>[3]) {
  const discord = await startDiscord();
  const store = sharedMemory();
  const vault = createVault(new Map([['test', randomBytes(32)]]));
  const hears = await startReplica(discord, store, vault);
  await discord.waitFor(() => discord.gateway.connected === 1 && discord.commands !== undefined);
  const answers = await startReplica(discord, store, vault, answer);
  expect(discord.gateway.connected).toBe(1);
  expect([hears, answers].map(({ adapter }) => adapter.whyNotReady())).toEqual([undefined, undefined]);
  return {
    discord,
    store,
    hears,
    answers,
    async [Symbol.asyncDispose]() {
      await Promise.all([hears, answers].map((replica: Replica) => replica.stop()));
      await discord.stop();
    },
  };
}

const whispers = (discord: Discord) =>
  [...discord.world.messages.values()]
    .map(({ id }) => discord.message(id))
    .filter(({ ephemeral, deleted }) => ephemeral && !deleted);

describe.concurrent('a process without a shard', () => {
  it('answers a mention: replies, and says that it is typing', async () => {
    await using two = await startTwo(() => slowly('From ', 'elsewhere.'));
    const { discord } = two;
    const channel = discord.channel('general');
    const asked = discord.user('ada').says(channel, `<@${discord.botId}> hello?`);
    const answer = await discord.waitFor(() =>
      discord.botMessages(channel).find((one) => labels(one).includes('Regenerate')),
    );
    expect(answer).toMatchObject({ content: 'From elsewhere.', referenceId: asked });
    expect(two.answers.begun).toBe(1);
    expect(discord.typing.map(({ channelId }) => channelId)).toContain(channel);
  });

  it('answers /ask in the message that the other deferred', async () => {
    await using two = await startTwo(() => slowly('From ', 'elsewhere.'));
    const { discord } = two;
    const asked = await discord.user('ada').runs('ask', { prompt: 'hello?' });
    expect(asked.callback?.type).toBe(5);
    const answer = await discord.waitFor(() =>
      discord.botMessages(discord.channel('general')).find((one) => labels(one).includes('Regenerate')),
    );
    expect(answer.content).toBe('From elsewhere.');
    expect((await asked.message()).id).toBe(answer.id);
    expect(discord.botMessages(discord.channel('general'))).toHaveLength(1);
  });

  it('answers /ask in private, however long, in private', async () => {
    await using two = await startTwo(() => slowly(paragraphs.join('')));
    const { discord } = two;
    await discord.user('ada').runs('ask', { prompt: 'hello?', private: true });
    await discord.waitFor(() => whispers(discord).some((one) => labels(one).includes('Regenerate')));
    const said = whispers(discord).map(({ content }) => content);
    expect(said.length).toBeGreaterThan(2);
    expect(said.join()).toContain('Line 39.');
    expect(discord.botMessages(discord.channel('general'))).toEqual([]);
  });

  it('is stopped by a button that is pressed there', async () => {
    await using two = await startTwo(() => slowly(...Array.from({ length: 60 }, () => 'on and ')));
    const { discord } = two;
    const ada = discord.user('ada');
    ada.says(discord.channel('general'), `<@${discord.botId}> go`);
    const growing = await discord.waitFor(() =>
      discord.botMessages(discord.channel('general')).find((one) => labels(one).includes('Stop')),
    );
    await ada.clicks(growing, 'Stop');
    const stopped = await discord.waitFor(() => {
      const now = discord.message(growing.id);
      return labels(now).includes('Regenerate') && now;
    });
    expect(stopped.content.length).toBeLessThan(300);
  });

  it('answers again what is asked for again there, in private too', async () => {
    let times = 0;
    await using two = await startTwo(() => slowly(`Answer ${++times}.`));
    const { discord } = two;
    const ada = discord.user('ada');
    await ada.runs('ask', { prompt: 'hello?', private: true });
    const shown = (content: string) =>
      discord.waitFor(() =>
        whispers(discord).find((one) => one.content === content && labels(one).includes('Regenerate')),
      );
    const first = await shown('Answer 1.');
    await ada.clicks(first, 'Regenerate');
    expect((await shown('Answer 2.')).id).toBe(first.id);
    expect(whispers(discord)).toHaveLength(1);
  });

  it('finds the token of an interaction in the store, sealed', async () => {
    await using two = await startTwo(() => slowly('Yes.'));
    const { discord, store } = two;
    await discord.user('ada').runs('ask', { prompt: 'hello?' });
    await discord.waitFor(() => discord.requests.some(({ path }) => path.startsWith('/webhooks/')));
    const token =
      discord.requests.find(({ path }) => path.startsWith('/webhooks/'))?.path.split('/')[3] ?? '';
    expect(token.length).toBeGreaterThan(50);
    const keys = await store.keys('');
    expect(keys.some((key) => key.startsWith('secret|discord interaction'))).toBe(true);
    expect(JSON.stringify([keys, await store.readMany(keys)])).not.toContain(token);
  });
});
