/** Two Parleys on one Postgres: one answers a turn, and people follow it through the other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  type ModelServer,
  pause,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { startPostgres, type TestPostgres } from '../../../lab/counterparts/postgres.ts';
import { browserOf, followed, parseEvents, startParley } from '../../harness/web.ts';
import { startProgram } from './program.ts';

const MASTER_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

const never = new Promise(() => {});

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.[Symbol.asyncDispose]());

async function envOf(model: ModelServer): Promise<Record<string, string>> {
  return { OPENAI_BASE_URL: model.url, STORE_URL: await postgres.database(), MASTER_KEYS, STOP_SECONDS: '1' };
}

describe('two processes', () => {
  it('have one answer between them, seen whole through either while it grows', async () => {
    await using model = await startModelServer();
    model.respond(
      streams(text('It grows'), pause(1_200), text(' and grows'), pause(1_200), text('.'), finish(), done),
    );
    const env = await envOf(model);
    await using a = await startParley(env);
    await using b = await startParley(env);
    const here = a.browser();
    const id = await here.newConversation();
    const turn = (await here.send(id, 'hello')).id;
    await model.received(1);
    const there = here.at(b.app.url);
    const [near, far] = await Promise.all([here.follow(id, turn), there.follow(id, turn)]);
    expect(near).toMatchObject({ text: 'It grows and grows.', end: 'stop' });
    expect(far).toMatchObject({ text: 'It grows and grows.', end: 'stop', lastId: near.lastId });
    expect(far.events.filter(({ name }) => name === 'text').length).toBeGreaterThan(1);
    expect(model.requests).toHaveLength(1);
    expect(await there.turns(id)).toEqual(await here.turns(id));
  });

  it('stop, queue and answer again each other’s turns', async () => {
    await using model = await startModelServer();
    model.respond(streams(text('Endless'), after(never)), answers('Second.'), answers('Once more.'));
    const env = await envOf(model);
    await using a = await startParley(env);
    await using b = await startParley(env);
    const here = a.browser();
    const id = await here.newConversation();
    const turn = (await here.send(id, 'one')).id;
    await model.received(1);
    const there = here.at(b.app.url);
    const second = (await there.send(id, 'two')).id;
    expect(await there.turns(id)).toMatchObject([{ live: true }, { live: true }]);
    const first = there.follow(id, turn);
    await there.sees(id, turn, 'Endless');
    await there.fetch(`/api/conversations/${id}/turns/${turn}/stop`, { method: 'POST' });
    expect(await first).toMatchObject({ text: 'Endless', end: 'stopped' });
    expect(await there.follow(id, second)).toMatchObject({ text: 'Second.', end: 'stop' });
    await there.fetch(`/api/conversations/${id}/turns/${turn}/retry`, { method: 'POST' });
    expect(await here.follow(id, turn)).toMatchObject({ text: 'Once more.', end: 'stop' });
    expect(await here.turns(id)).toMatchObject([{ answer: 'Once more.' }, { answer: 'Second.' }]);
  });

  it('take over what the other one is stopped over: its reader comes back here and has the whole', async () => {
    await using model = await startModelServer();
    model.respond(streams(text('Half'), after(never)), answers('Whole.'));
    const env = await envOf(model);
    const a = await startParley(env);
    await using b = await startParley(env);
    const here = a.browser();
    const id = await here.newConversation();
    const turn = (await here.send(id, 'hello')).id;
    const reading = here.follow(id, turn);
    const there = here.at(b.app.url);
    const far = there.follow(id, turn);
    await model.received(1);
    await a.app.stop();
    const told = await reading;
    expect([told.text, told.end]).toEqual(['Half', undefined]);
    expect(await there.follow(id, turn, told)).toMatchObject({ text: 'Whole.', end: 'stop' });
    expect(await far).toMatchObject({ text: 'Whole.', end: 'stop' });
    expect(await there.turns(id)).toHaveLength(1);
    expect(model.requests).toHaveLength(2);
  });

  it('take over what the other one died over: who follows it here sees the new text replace the old', async () => {
    await using model = await startModelServer();
    model.respond(streams(text('Half of it'), after(never)), answers('The whole of it.'));
    const env = await envOf(model);
    await using a = await startProgram(model, env);
    await using b = await startParley(env);
    const here = browserOf(a.url);
    const id = await here.newConversation();
    const turn = (await here.send(id, 'hello')).id;
    const reading = here.follow(id, turn);
    await model.received(1);
    const there = here.at(b.app.url);
    let far = '';
    const { body } = await there.fetch(`/api/conversations/${id}/turns/${turn}/events`);
    const read = (async () => {
      for await (const bytes of body ?? []) far += Buffer.from(bytes).toString();
    })();
    await expect.poll(() => followed(far).text).toBe('Half of it');
    await a.kill('SIGKILL');
    const broken = await reading;
    expect(broken).toMatchObject({ text: 'Half of it' });
    expect(await there.turns(id)).toMatchObject([{ live: true }]);
    const back = there.follow(id, turn, broken);
    await expect.poll(() => followed(far).end).toBe('stop');
    await read;
    const texts = parseEvents(far).filter(({ name }) => name === 'text');
    expect(texts.map(({ data }) => data)).toEqual([
      { from: 0, text: 'Half of it' },
      { from: 0, text: 'The whole of it.' },
    ]);
    expect(await back).toMatchObject({ text: 'The whole of it.', end: 'stop' });
    expect(model.requests).toHaveLength(2);
  });
});
