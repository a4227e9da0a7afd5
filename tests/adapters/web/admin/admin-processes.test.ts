/** Whose page `/admin` is where nobody signs in, and what it tells of two processes on one store. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  after,
  answers,
  fails,
  startModelServer,
  streams,
  text,
} from '../../../../lab/counterparts/model-server.ts';
import { startPostgres, type TestPostgres } from '../../../../lab/counterparts/postgres.ts';
import type { AdminAudits, AdminNow, AdminSums, AdminUsage } from '../../../../src/adapters/web/api/admin.ts';
import type { FailuresOfDay } from '../../../../src/core/operator/operator-view.ts';
import { figures, sumsOf } from '../../../harness/money/csv-sums.ts';
import { priced } from '../../../harness/money/priced.ts';
import { startParley } from '../../../harness/web.ts';
import { operateHere } from '../../../security/operated.ts';

describe('where nobody signs in', () => {
  it('is open to this machine on loopback, until others reach the page', async () => {
    await using parley = await startParley();
    const browser = parley.browser();
    expect((await browser.fetch('/admin')).status).toBe(200);
    expect((await browser.get<AdminNow>('/api/admin/now')).health.reason).toBeUndefined();
    // A page of another site cannot read it.
    expect((await fetch(`${parley.app.url}/api/admin/now`)).status).toBe(403);
    await browser.fetch('/', { headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect((await browser.fetch('/api/admin/now')).status).toBe(401);
  });

  it.each([
    ['that is open to everyone', { WEB_OPEN: 'on' }],
    [
      'behind the access token',
      { PUBLIC_URL: 'https://parley.example.com', WEB_TOKEN: 'a token for the test' },
    ],
  ])('is on no page %s', async (_, env: Record<string, string>) => {
    await using parley = await startParley(env);
    const browser = parley.browser();
    const headers = { origin: 'https://parley.example.com' };
    if (env.WEB_TOKEN) await browser.fetch(`/access?token=${encodeURIComponent(env.WEB_TOKEN)}`, { headers });
    expect((await browser.fetch('/')).status).toBe(200);
    expect((await browser.fetch('/admin')).status).toBe(404);
    expect((await browser.fetch('/api/admin/now')).status).toBe(404);
  });
});

describe('of two processes', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.[Symbol.asyncDispose]());

  it('tells the turns, failures, sums and commands of both', async () => {
    await using model = await startModelServer();
    const env = {
      ...(await priced()),
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-operator',
      OPENAI_MODEL: 'test-model',
      STORE_URL: await postgres.database(),
      MASTER_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
      STOP_SECONDS: '0.5',
    };
    await using a = await startParley(env);
    await using b = await startParley(env);
    const [here, there] = [a.browser(), b.browser()];
    const ask = async (browser: typeof here, question: string) => {
      const conversation = await browser.newConversation();
      return { conversation, turn: (await browser.send(conversation, question)).id };
    };
    for (const [browser, behaviour] of [
      [here, answers('Hello.')],
      [there, answers('Hello.')],
      [here, fails(401, {})],
      [there, fails(401, {})],
    ] as const) {
      model.respond(behaviour);
      const { conversation, turn } = await ask(browser, 'hello');
      await browser.follow(conversation, turn);
    }
    const { promise: goOn, resolve } = Promise.withResolvers<void>();
    model.respond(streams(text('It grows'), after(goOn)));
    const { conversation } = await ask(here, 'grow');
    const read = () => there.get<AdminNow>('/api/admin/now');
    await expect
      .poll(async () => (await read()).turns.map(({ phase, model: asked }) => [phase, asked]))
      .toEqual([['answering', 'test-model']]);
    expect((await read()).turns[0]?.conversation).toContain(conversation);
    await expect.poll(async () => (await read()).health).toMatchObject({ store: 'PostgreSQL', processes: 2 });
    const failures = () => there.get<FailuresOfDay>('/api/admin/failures');
    await expect.poll(failures).toMatchObject({ turns: 4, failures: [{ kind: 'key', count: 2 }] });

    expect((await operateHere(a.folder, env, 'block', 'server', '123456789012345678')).code).toBe(0);
    const audits = await there.get<AdminAudits>('/api/admin/audit');
    expect(audits.rows[0]).toMatchObject({ action: 'blocked', who: { id: 'operator' } });

    const { out } = await operateHere(a.folder, env, 'usage', '--csv');
    const booked = sumsOf(out);
    const people = await there.get<AdminSums>('/api/admin/people');
    expect(Object.fromEntries(people.rows.map(({ person, sum }) => [person?.id, figures(sum)]))).toEqual(
      booked.people,
    );
    expect(Object.keys(booked.people)).toHaveLength(2);
    expect(figures((await there.get<AdminUsage>('/api/admin/usage')).total)).toEqual(booked.total);
    resolve();
  });
});
