/** OPERATOR_MODELS: what those may choose for whom the operator pays, and what becomes of what they chose before. */
import { describe, expect, it } from 'vitest';
import { startDiscord } from '../../lab/counterparts/discord/start.ts';
import { startModelServer } from '../../lab/counterparts/model-server.ts';
import { emptyFolder } from '../fixtures.ts';
import { browserOf, startParley } from '../harness/web.ts';
import { startHere } from './operated.ts';

const PAID = { OPENAI_API_KEY: 'sk-of-the-operator', OPENAI_MODEL: 'small' };

async function discordWith(folder: string, env: Record<string, string>) {
  await using started = new AsyncDisposableStack();
  const discord = started.use(await startDiscord({ twin: false }));
  const model = started.use(await startModelServer());
  const root = discord.user('root', { permissions: 'admin' });
  const start = (env: Record<string, string>) =>
    startHere(
      {
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: discord.url,
        OPENAI_BASE_URL: model.url,
        OPENAI_MODEL: 'small',
        STOP_SECONDS: '0',
        ...env,
      },
      folder,
    );
  async function ready() {
    const connected = () => discord.gateway.connected > 0 && discord.commands !== undefined;
    await discord.waitFor(() => connected() || undefined);
  }
  let parley = started.use(await start(env));
  await ready();
  /** Asks, and returns what the model was sent. */
  async function asked(question: string) {
    const before = model.requests.length;
    root.says(discord.channel('general'), `<@${discord.botId}> ${question}`);
    await expect.poll(() => model.requests.length).toBeGreaterThan(before);
    return model.requests.at(-1)?.body as Record<string, unknown>;
  }
  const says = async (name: string, values = {}) => (await (await root.runs(name, values)).message()).content;
  async function setsEffort(value: string) {
    const panel = await (await root.runs('settings')).message();
    const form = await root.chooses(panel, 'v1:pick:settings', ['effort']);
    return (await (await root.submits(form, { effort: value })).message()).content;
  }
  async function setsKey(key: string) {
    const form = await root.runs('key set');
    return (await (await root.submits(form, { key })).message()).content;
  }
  const all = started.move();
  return {
    discord,
    model,
    root,
    asked,
    says,
    setsEffort,
    setsKey,
    async startAgain(next: Record<string, string>) {
      await parley.kill('SIGTERM');
      await discord.waitFor(() => discord.gateway.connected === 0 || undefined);
      parley = all.use(await start(next));
      await ready();
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

describe('on a server that the operator pays for', () => {
  it('an admin chooses the operator’s model alone, and no effort, until a key of the server’s own is set', async () => {
    await using all = await discordWith(await emptyFolder(), PAID);
    expect(await all.says('model', { name: 'huge' })).toMatch(
      /pays here only for `small`.*API key of your own/,
    );
    expect(await all.setsEffort('high')).toMatch(
      /pays here only for the reasoning effort.*API key of your own/,
    );
    expect((await all.asked('hello?')).model).toBe('small');
    await all.setsKey('sk-of-the-server-itself');
    expect(await all.says('model', { name: 'huge' })).toMatch(/`huge` answers/);
    expect(await all.setsEffort('high')).toMatch(/Saved/);
    expect(await all.asked('and now?')).toMatchObject({ model: 'huge', reasoning_effort: 'high' });
  });

  it('what was chosen before falls back without an error, and comes back where it is offered', async () => {
    await using all = await discordWith(await emptyFolder(), {});
    expect(await all.says('model', { name: 'huge' })).toMatch(/`huge` answers/);
    expect(await all.setsEffort('high')).toMatch(/Saved/);
    expect(await all.asked('one?')).toMatchObject({ model: 'huge', reasoning_effort: 'high' });
    await all.startAgain(PAID);
    const fallen = await all.asked('two?');
    expect([fallen.model, fallen.reasoning_effort]).toEqual(['small', undefined]);
    expect(await all.says('model')).toMatch(/`small`/);
    await all.startAgain({ ...PAID, OPERATOR_MODELS: 'large, huge' });
    const offered = await all.asked('three?');
    expect([offered.model, offered.reasoning_effort]).toEqual(['huge', undefined]);
    expect(await all.says('model', { name: 'vast' })).toMatch(/only for `small`, `large`, `huge`/);
    await all.startAgain({ ...PAID, OPERATOR_MODELS: '*' });
    expect(await all.says('model', { name: 'vast' })).toMatch(/`vast` answers/);
  });

  it('only these are suggested', async () => {
    await using all = await discordWith(await emptyFolder(), { ...PAID, OPERATOR_MODELS: 'large' });
    const suggested = await all.root.types('model', 'name', '');
    expect(JSON.stringify(suggested)).toMatch(/small/);
    expect(JSON.stringify(suggested)).toMatch(/large/);
    expect(JSON.stringify(suggested)).not.toMatch(/huge/);
  });
});

describe('on the page', () => {
  const models = async (browser: ReturnType<typeof browserOf>) =>
    (await browser.get<{ models: string[] }>('/api/models')).models;

  it('that asks for a token, the operator’s model alone is listed and taken', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({
      OPENAI_BASE_URL: model.url,
      PUBLIC_URL: 'https://parley.example.com',
      WEB_TOKEN: 'a token that is long enough',
      ...PAID,
    });
    const browser = browserOf(parley.app.url);
    await browser.fetch('/access?token=a+token+that+is+long+enough');
    expect(await models(browser)).toEqual(['small']);
    const refused = await browser.fetch('/api/settings', { method: 'PATCH', json: { model: 'huge' } });
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringMatching(/pays here only/)]);
    const { settings } = await browser.state();
    expect([settings.model, settings.offered]).toEqual([null, ['small']]);
  });

  it('that asks for a token, settings that are saved over and over ask the operator’s model only so often', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({
      OPENAI_BASE_URL: model.url,
      PUBLIC_URL: 'https://parley.example.com',
      WEB_TOKEN: 'a token that is long enough',
      PERSON_PER_MINUTE: '3',
      ...PAID,
    });
    const browser = browserOf(parley.app.url);
    await browser.fetch('/access?token=a+token+that+is+long+enough');
    for (let i = 0; i < 8; i++) {
      const saved = await browser.fetch('/api/settings', { method: 'PATCH', json: { model: 'small' } });
      expect(saved.status).toBe(200);
    }
    expect(model.trials).toHaveLength(3);
  });

  it('that is open on this machine, it is the operator who chooses', async () => {
    await using model = await startModelServer();
    await using parley = await startHere({ OPENAI_BASE_URL: model.url, ...PAID });
    const browser = browserOf(parley.url);
    expect(await models(browser)).toEqual(['test-model']);
    const taken = await browser.fetch('/api/settings', { method: 'PATCH', json: { model: 'huge' } });
    expect(taken.status).toBe(200);
  });
});
