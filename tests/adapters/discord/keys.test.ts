/** A server's own key: how it is given, who may be asked with it, and where it must never be seen. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { answers, lists, repliesJson, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { answerTo, asks, labels, says, sentence, sets, setsKey, settle } from './said.ts';

const KEY = 'sk-canary-7f3Zq9XyLmPw2Ab4';
const OPERATOR = 'sk-operator-key-0000';

const operated = () => startBot({ env: { OPENAI_API_KEY: OPERATOR, OPERATOR_MODELS: '*' } });
const authorizations = ({ model }: Bot) => model.requests.map(({ headers }) => headers.authorization);

describe.concurrent('/key set', () => {
  it('asks in a form, checks the key, shows its end to the admin alone, and uses it from the next turn on', async () => {
    await using bot = await operated();
    const { discord, model } = bot;
    const admin = discord.user('ada', { permissions: 'admin' });
    await answerTo(bot, admin, 'before', 'Hello.');
    const form = await admin.runs('key set');
    expect(JSON.stringify(form.modal)).toContain(`127.0.0.1:${model.port}`);
    const saved = await (await admin.submits(form, { key: ` ${KEY} ` })).message();
    expect(saved.ephemeral).toBe(true);
    expect(saved.content).toContain('…2Ab4');
    expect(saved.content).not.toContain('w2Ab4');
    expect(model.listRequests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(await sentence(admin.runs('key status'))).toContain('…2Ab4');
    model.respond(answers('By our key.'));
    await answerTo(bot, discord.user('ben'), 'after', 'By our key.');
    expect(authorizations(bot)).toEqual([`Bearer ${OPERATOR}`, `Bearer ${KEY}`]);
  });

  it('does not store a key that the provider refuses, and leaves the one before', async () => {
    await using bot = await operated();
    const { discord, model } = bot;
    const admin = discord.user('ada', { permissions: 'admin' });
    await setsKey(admin, KEY);
    model.accept([KEY]);
    const refused = await setsKey(admin, 'sk-wrong-key-12345');
    expect(refused).toContain('does not accept this key');
    expect(refused).not.toContain('2345');
    expect(await setsKey(admin, 'with a space in it')).toContain('no spaces');
    expect(await sentence(admin.runs('key status'))).toContain('…2Ab4');
    await answerTo(bot, admin, 'go', 'Hello.');
    expect(authorizations(bot)).toEqual([`Bearer ${KEY}`]);
  });

  it('is answered in time also when the provider takes longer than Discord waits', async () => {
    await using bot = await operated();
    const { discord, model } = bot;
    const admin = discord.user('ada', { permissions: 'admin' });
    const list = lists('test-model');
    const answered = Promise.withResolvers<void>();
    model.respondToList(async (exchange) => {
      await answered.promise;
      await list(exchange);
    });
    const form = await admin.runs('key set');
    const submitted = await admin.submits(form, { key: KEY });
    await discord.waitFor(() => submitted.callback);
    answered.resolve();
    expect((await submitted.message()).content).toContain('Saved');
    expect((await submitted.message()).ephemeral).toBe(true);
  });

  it('refuses who lost the permission between opening and sending the form', async () => {
    await using bot = await operated();
    const { discord, model } = bot;
    const form = await discord.user('ada', { permissions: PermissionFlagsBits.ManageGuild }).runs('key set');
    const ada = discord.user('ada', { permissions: 'member' });
    expect(await sentence(ada.submits(form, { key: KEY }))).toContain('Only an admin');
    expect(model.listRequests).toHaveLength(0);
    const admin = discord.user('root', { permissions: 'admin' });
    expect(await sentence(admin.runs('key status'))).toContain('No key is set');
  });
});

describe.concurrent('whose key goes along', () => {
  it('another server’s turn and a DM never carry it, nor do their lists of models', async () => {
    await using bot = await operated();
    const { discord } = bot;
    const admin = discord.user('ada', { permissions: 'admin' });
    const other = discord.addGuild({ name: 'Elsewhere', channels: ['lobby'] });
    const lobby = discord.channel('lobby', other);
    discord.user('ada', { permissions: 'admin' });
    await setsKey(admin, KEY);
    await answerTo(bot, admin, 'elsewhere', 'Hello.', lobby);
    admin.dm('and here?');
    await says(bot, 'Hello.', admin.dmChannel);
    await admin.types('model', 'name', '', lobby);
    await admin.types('model', 'name', '', admin.dmChannel);
    expect(authorizations(bot)).toEqual([`Bearer ${OPERATOR}`, `Bearer ${OPERATOR}`]);
    expect(bot.model.listRequests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${KEY}`,
      'Bearer none',
      `Bearer ${OPERATOR}`,
    ]);
    expect(await sentence(admin.runs('key status', {}, lobby))).toContain('No key is set');
  });

  it('a key given in a DM is that person’s alone', async () => {
    await using bot = await operated();
    const ada = bot.discord.user('ada');
    const ben = bot.discord.user('ben');
    expect(await setsKey(ada, KEY, ada.dmChannel)).toContain('Saved');
    ada.dm('mine');
    await says(bot, 'Hello.', ada.dmChannel);
    ben.dm('not mine');
    await says(bot, 'Hello.', ben.dmChannel);
    await answerTo(bot, ada, 'nor the server’s', 'Hello.');
    expect(authorizations(bot)).toEqual([`Bearer ${KEY}`, `Bearer ${OPERATOR}`, `Bearer ${OPERATOR}`]);
  });

  it('removed or replaced, it is out of use with the next message', async () => {
    await using bot = await operated();
    const admin = bot.discord.user('ada', { permissions: 'admin' });
    await setsKey(admin, KEY);
    await answerTo(bot, admin, 'one', 'Hello.');
    await setsKey(admin, 'sk-the-second-key');
    bot.model.respond(answers('Two.'), answers('Three.'));
    await answerTo(bot, admin, 'two', 'Two.');
    expect(await sentence(admin.runs('key remove'))).toContain('Removed');
    await answerTo(bot, admin, 'three', 'Three.');
    expect(authorizations(bot)).toEqual([`Bearer ${KEY}`, 'Bearer sk-the-second-key', `Bearer ${OPERATOR}`]);
    expect(await sentence(admin.runs('key remove'))).toContain('No key is set');
  });

  it('a key for one base URL is not sent to another', async () => {
    await using elsewhere = await startModelServer();
    await using bot = await startBot({ env: { OPENAI_API_KEY: OPERATOR, TENANT_BASE_URLS: 'any' } });
    const admin = bot.discord.user('ada', { permissions: 'admin' });
    elsewhere.respond(answers('Elsewhere.'));
    await setsKey(admin, KEY);
    const form = await admin.runs('key set');
    expect((await sets(admin, 'baseUrl', `${elsewhere.url}/`)).content).toContain('/key set');
    await answerTo(bot, admin, 'who?', 'Elsewhere.');
    await admin.types('model', 'name', '');
    const sent = [...elsewhere.requests, ...elsewhere.listRequests].map((one) => one.headers.authorization);
    expect(sent.length).toBeGreaterThanOrEqual(2);
    for (const one of sent) expect(one).not.toMatch(/canary|operator/);
    // Nor is one that was typed into a form of before.
    expect(await sentence(admin.submits(form, { key: 'sk-for-the-first' }))).toContain(
      'base URL was changed',
    );
    expect(await sentence(admin.runs('key status'))).toContain(`kept for 127.0.0.1:${bot.model.port}`);
    await sets(admin, 'baseUrl', '');
    await answerTo(bot, admin, 'and now?', 'Hello.');
    expect(authorizations(bot)).toEqual([`Bearer ${KEY}`]);
  });
});

// The environment is that of the whole process, so nothing runs beside this.
describe('whose key goes along', () => {
  it('the operator’s organisation and project never go along', async () => {
    Object.assign(process.env, { OPENAI_ORG_ID: 'org-operator', OPENAI_PROJECT_ID: 'proj-operator' });
    try {
      await using bot = await operated();
      const admin = bot.discord.user('ada', { permissions: 'admin' });
      await setsKey(admin, KEY);
      await answerTo(bot, admin, 'go', 'Hello.');
      for (const { headers } of [...bot.model.requests, ...bot.model.listRequests]) {
        expect(JSON.stringify(headers)).not.toMatch(/org-operator|proj-operator/);
      }
    } finally {
      delete process.env.OPENAI_ORG_ID;
      delete process.env.OPENAI_PROJECT_ID;
    }
  });
});

describe.concurrent('a server without a key', () => {
  it('names /key set, and sends nothing to anyone', async () => {
    await using bot = await startBot({ env: { OPENAI_BASE_URL: '' } });
    const ada = bot.discord.user('ada');
    asks(bot, ada, 'hello?');
    const [notice] = await bot.discord.waitFor(() => {
      const found = bot.discord.botMessages(bot.discord.channel('general'));
      return found.length > 0 && found;
    });
    expect(notice?.content).toContain('`/key set`');
    await bot.discord.waitFor(() => {
      const { id } = notice ?? { id: '' };
      return labels(bot.discord.message(id)).includes('Regenerate');
    });
    expect(await sentence(bot.discord.user('root', { permissions: 'admin' }).runs('model'))).toContain(
      'no API key is set',
    );
    expect(bot.model.requests).toHaveLength(0);
  });
});

describe.concurrent('the key is found nowhere', () => {
  it('not in logs, requests to Discord, messages, or files, whatever happens to it', async () => {
    await using bot = await operated();
    const { discord, model } = bot;
    const admin = discord.user('ada', { permissions: 'admin' });
    const logs: string[] = [];
    model.accept([]);
    await setsKey(admin, KEY);
    model.accept('all');
    model.respondToList(repliesJson(500, { error: { message: `no: ${KEY}` } }));
    await setsKey(admin, KEY);
    model.respondToList(lists('test-model'));
    await setsKey(admin, KEY);
    await sentence(admin.runs('key status'));
    // Providers that repeat the key in their errors, in the middle of an answer as well.
    for (const status of [400, 401, 403, 404, 429, 500]) {
      model.respond(repliesJson(status, { error: { message: `Bad key ${KEY}`, code: KEY, type: KEY } }));
      const before = discord.botMessages(discord.channel('general')).length;
      asks(bot, admin, `go ${status}`);
      await discord.waitFor(() => discord.botMessages(discord.channel('general')).length > before);
    }
    model.respond(answers('Fine.'));
    await answerTo(bot, admin, 'go', 'Fine.');
    await (await admin.runs('export')).message();
    await admin.types('model', 'name', 'te');
    logs.push(...bot.parley.log);
    await bot.restart();
    model.respond(answers('Fine again.'));
    await answerTo(bot, admin, 'go', 'Fine again.');
    expect(authorizations(bot).at(-1)).toBe(`Bearer ${KEY}`);
    await sentence(admin.runs('key remove'));
    await settle();
    logs.push(...bot.parley.log);

    const forms = [
      KEY,
      Buffer.from(KEY).toString('base64').replace(/=+$/, ''),
      Buffer.from(KEY).toString('hex'),
    ];
    const places: Record<string, string> = {
      log: logs.join('\n'),
      requests: JSON.stringify(discord.requests),
      messages: JSON.stringify(
        [...discord.world.messages.values()].map((one) => ({ ...one, snapshot: null })),
        (_, value) => (typeof value === 'bigint' || value instanceof Uint8Array ? String(value) : value),
      ),
    };
    for (const name of readdirSync(bot.folder, { recursive: true }) as string[]) {
      const path = join(bot.folder, name);
      if (statSync(path).isFile()) places[name] = readFileSync(path, 'latin1');
    }
    expect(Object.keys(places).length).toBeGreaterThan(4);
    for (const [place, held] of Object.entries(places)) {
      for (const form of forms) expect(held.includes(form), `${place} holds the key`).toBe(false);
    }
  });
});
