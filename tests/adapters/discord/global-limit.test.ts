/** The limit of calls that Discord counts for the whole bot, whichever of Parley's clients makes them. */
import { once } from 'node:events';
import { type REST, RESTEvents } from 'discord.js';
import { afterEach, expect, it, vi } from 'vitest';
import { startDiscord } from '../../../lab/counterparts/discord/start.ts';
import { createDiscordRest } from '../../../src/adapters/discord/rest/rest.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('two clients of one bot make no more than 50 calls a second together', async () => {
  // Discord itself would count by another clock, which a busy machine would let run ahead of the client's.
  await using discord = await startDiscord({
    limits: { global: { limit: 1_000, window: 1_000 } },
  });
  const access = {
    token: discord.token,
    apiUrl: discord.url,
    learn() {},
    token401: { refused: async () => {}, isRefused: () => false },
  };
  const rest = createDiscordRest(access);
  const paced = createDiscordRest({ ...access, isPaced: true, countsWith: rest });
  const asks = (client: REST, route: `/${string}`) => Array.from({ length: 40 }, () => client.get(route));
  // The client's second goes on only when the test lets it.
  vi.useFakeTimers({ toFake: ['Date'] });
  const bothWait = [rest, paced].map((client) => once(client, RESTEvents.RateLimited));
  const answers = Promise.all([...asks(rest, '/users/@me'), ...asks(paced, '/gateway/bot')]);
  expect((await Promise.all(bothWait)).flat()).toMatchObject([{ global: true }, { global: true }]);
  expect(discord.requests).toHaveLength(50);
  vi.setSystemTime(Date.now() + 1_100);
  await answers;
  expect(discord.requests).toHaveLength(80);
});
