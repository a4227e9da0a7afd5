/** The limit of calls that Discord counts for the whole bot, whichever of Parley's clients makes them. */
import type { REST } from 'discord.js';
import { expect, it } from 'vitest';
import { startDiscord } from '../../../lab/counterparts/discord/start.ts';
import { createDiscordRest } from '../../../src/adapters/discord/rest/rest.ts';

it('two clients of one bot make no more than 50 calls a second together', async () => {
  await using discord = await startDiscord({ twin: false });
  const access = {
    token: discord.token,
    apiUrl: discord.url,
    learn() {},
    token401: { refused: async () => {}, isRefused: () => false },
  };
  const rest = createDiscordRest(access);
  const paced = createDiscordRest({ ...access, isPaced: true, countsWith: rest });
  const asks = (client: REST, route: `/${string}`) => Array.from({ length: 40 }, () => client.get(route));
  await Promise.all([...asks(rest, '/users/@me'), ...asks(paced, '/gateway/bot')]);
  expect(discord.requests).toHaveLength(80);
  expect(discord.requests.filter(({ status }) => status === 429)).toEqual([]);
});
