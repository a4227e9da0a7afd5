/** Who may spend where several processes work on one Postgres: commands hold in all of them, and limits in all together. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startModelServer } from '../../lab/counterparts/model-server.ts';
import { startPostgres, type TestPostgres } from '../../lab/counterparts/postgres.ts';
import { browserOf } from '../harness/web.ts';
import { onDiscord, startChatting, until } from './chatting.ts';
import { operateIn, startHere, startOperated } from './operated.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.[Symbol.asyncDispose]());

const onPostgres = async () => ({
  STORE_URL: await postgres.database(),
  MASTER_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
});

it('a block by a process of its own holds at once in the one that answers', async () => {
  const env = await onPostgres();
  await using all = await startChatting({ env: () => env });
  const { discord, model, parley } = all;
  const ask = (question: string) =>
    discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> ${question}`);
  ask('hello?');
  await until(() => onDiscord(all), 'Hello.');
  const blocked = await operateIn(parley.folder, env, 'block', 'server', discord.guildId);
  expect([blocked.code, blocked.out]).toEqual([0, `The server ${discord.guildId} is blocked now.\n`]);
  const before = model.requests.length;
  ask('and now?');
  await until(() => onDiscord(all), /does not answer on this server/);
  expect(model.requests.length).toBe(before);
  expect((await parley.operate('allow', 'server', discord.guildId)).code).toBe(0);
  ask('once more?');
  await expect.poll(() => model.requests.length).toBe(before + 1);
});

it('messages of one person count through all processes together', async () => {
  await using model = await startModelServer();
  const env = { ...(await onPostgres()), OPENAI_BASE_URL: model.url, PERSON_PER_MINUTE: '4' };
  await using first = await startHere(env);
  await using second = await startOperated(env);
  const browser = browserOf(first.url);
  const id = await browser.newConversation();
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) {
    const response = await browser
      .at(i % 2 === 0 ? first.url : second.url)
      .fetch(`/api/conversations/${id}/messages`, {
        method: 'POST',
        json: { id: randomUUID(), text: `message ${i}`, attachments: [] },
      });
    statuses.push(response.status);
  }
  expect(statuses).toEqual([202, 202, 202, 202, 429, 429]);
});
