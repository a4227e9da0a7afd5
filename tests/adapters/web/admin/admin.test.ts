/** The page for operators: who gets it, the figures that it tells, and that nothing of what was said is in it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import {
  after,
  fails,
  type ModelServer,
  startModelServer,
  streams,
  text,
} from '../../../../lab/counterparts/model-server.ts';
import type {
  AdminAudits,
  AdminLimits,
  AdminNow,
  AdminSums,
  AdminUsage,
} from '../../../../src/adapters/web/api/admin.ts';
import type { FailuresOfDay } from '../../../../src/core/operator/operator-view.ts';
import { figures, sumsOf } from '../../../harness/money/csv-sums.ts';
import { answersPriced, priced } from '../../../harness/money/priced.ts';
import { type CertifiedIssuer, startCertifiedIssuer } from '../../../harness/sign-in/certified-issuer.ts';
import { signIn } from '../../../harness/sign-in/signing-in.ts';
import { type Browser, type Parley, startParley } from '../../../harness/web.ts';
import { operateHere } from '../../../security/operated.ts';

const verified = (name: string) => ({
  name,
  email: `${name.toLowerCase()}@example.com`,
  email_verified: true,
});
const PEOPLE = {
  ada: verified('Ada'),
  bob: verified('Bob'),
  root: verified('Root'),
  mallory: { name: 'Mallory', email: 'mallory@elsewhere.example', email_verified: true },
};
const WEB_TOKEN = 'a token for the test';
/** A word that is said, answered, and part of a title. */
const SAID = 'zebra-crossing-7391';
const READS = [
  'now',
  'limits',
  'failures',
  'audit',
  'usage',
  'usage?by=model',
  'usage?by=kind',
  'people',
  'places',
];

let issuer: CertifiedIssuer;
let model: ModelServer;
let parley: Parley;
let env: Record<string, string>;

beforeAll(async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  issuer = await startCertifiedIssuer({ publicUrl, people: PEOPLE, method: 'client_secret_post' });
  model = await startModelServer();
  env = {
    ...issuer.settings(publicUrl),
    ...(await priced()),
    OPENAI_API_KEY: 'sk-operator',
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'test-model',
    PORT: String(port),
    WEB_TOKEN,
    SIGN_IN_ALLOWED: '@example.com',
    OPERATORS: 'root@example.com',
    SPEND_DAY: '10',
    STOP_SECONDS: '0.5',
  };
  parley = await startParley(env);
});
afterAll(async () => {
  await parley?.app.stop();
  await model?.stop();
  await issuer?.[Symbol.asyncDispose]();
});

async function signedIn(person: keyof typeof PEOPLE): Promise<Browser> {
  const browser = parley.browser();
  issuer.person = person;
  const { response } = await signIn(browser);
  expect(response.status, await response.clone().text()).toBe(303);
  return browser;
}

/** One message with its answer, and with a title, all of which have the word. */
async function talked(browser: Browser): Promise<string> {
  model.respond(answersPriced(`The answer is ${SAID}.`));
  const conversation = await browser.newConversation();
  const turn = await browser.send(conversation, `What of ${SAID}?`);
  expect((await browser.follow(conversation, turn.id)).end).toBe('stop');
  const json = { title: `About ${SAID}` };
  await browser.fetch(`/api/conversations/${conversation}`, { method: 'PATCH', json });
  return conversation;
}

describe('people who are no operators', () => {
  it('get the 404 of an address that is not there, for the page and all of its API', async () => {
    const bob = await signedIn('bob');
    const withToken = parley.browser();
    await withToken.fetch(`/access?token=${encodeURIComponent(WEB_TOKEN)}`);
    for (const browser of [bob, withToken]) {
      const nowhere = await browser.fetch('/nowhere');
      const page = await browser.fetch('/admin');
      expect([page.status, await page.text()]).toEqual([404, await nowhere.text()]);
      const nothing = await browser.fetch('/api/nothing');
      for (const path of READS) {
        const response = await browser.fetch(`/api/admin/${path}`);
        expect([response.status, await response.text()], path).toEqual([404, await nothing.clone().text()]);
      }
    }
  });

  it('who have no session get what everybody gets who is not signed in', async () => {
    const stranger = parley.browser();
    expect((await stranger.fetch('/admin')).status).toBe((await stranger.fetch('/')).status);
    expect((await stranger.fetch('/api/admin/now')).status).toBe(401);
  });
});

describe('an operator', () => {
  it('reads figures that are those of `usage --csv`, and finds each person and place', async () => {
    const ada = await signedIn('ada');
    await talked(ada);
    await talked(ada);
    await talked(await signedIn('bob'));
    const root = await signedIn('root');
    const { out } = await operateHere(parley.folder, {}, 'usage', '--csv');
    const booked = sumsOf(out);
    const usage = await root.get<AdminUsage>('/api/admin/usage?by=model');
    expect(figures(usage.total)).toEqual(booked.total);
    expect(booked.total.requests).toBeGreaterThanOrEqual(3);
    expect(usage.figures?.table.rows.map(({ label }) => label)).toEqual([{ text: 'test-model' }]);
    const people = await root.get<AdminSums>('/api/admin/people');
    expect(Object.fromEntries(people.rows.map(({ person, sum }) => [person?.id, figures(sum)]))).toEqual({
      ...booked.people,
      [await tenantOf('root')]: { requests: 0, input: 0, output: 0, cost: 0 },
    });
    expect(people.rows[0]).toMatchObject({
      platform: 'the page',
      person: { name: 'Ada', email: 'ada@example.com', isSignedIn: true },
      cost: '$0.0026',
    });
    const places = await root.get<AdminSums>('/api/admin/places');
    expect(places.rows.map(({ sum, ...rest }) => ({ ...rest, sum: figures(sum) }))).toEqual([
      { platform: 'the page', cost: '$0.0038', limits: [], sum: booked.total },
    ]);
    const { limits } = await root.get<AdminLimits>('/api/admin/limits');
    expect(limits.find(({ variable }) => variable === 'SPEND_DAY')).toMatchObject({
      most: 10,
      spent: booked.total.cost,
    });
  });

  it('sees who waits for an answer, since when, by which model, and how much is written', async () => {
    const { promise: goOn, resolve } = Promise.withResolvers<void>();
    model.respond(streams(text(`${SAID} ${'word '.repeat(70)}`), after(goOn)));
    const ada = await signedIn('ada');
    const conversation = await ada.newConversation();
    const begun = Date.now();
    const turn = await ada.send(conversation, `Tell me of ${SAID}`);
    await ada.send(conversation, `And then of ${SAID}`);
    const root = await signedIn('root');
    const read = () => root.get<AdminNow>('/api/admin/now');
    await expect.poll(async () => (await read()).turns.some(({ written }) => written > 90)).toBe(true);
    const { turns, health } = await read();
    expect(turns).toMatchObject([
      { phase: 'answering', model: 'test-model', platform: 'the page', person: { name: 'Ada' } },
      { phase: 'waiting', model: null, written: 0, person: { name: 'Ada' } },
    ]);
    for (const { at, conversation: where } of turns) {
      expect(at).toBeGreaterThanOrEqual(begun);
      expect(where).toContain(conversation);
    }
    expect(health).toMatchObject({
      store: 'SQLite',
      processes: 1,
      openCalls: 1,
      platforms: [{ label: 'the page' }],
    });
    expect(await everything(root)).not.toContain(SAID);
    resolve();
    await ada.fetch(`/api/conversations/${conversation}/turns/${turn.id}/stop`, { method: 'POST', json: {} });
    await expect.poll(async () => (await read()).turns).toEqual([]);
  });

  it('sees how many answers failed within a day, by kind, also after a restart', async () => {
    const ada = await signedIn('ada');
    const root = await signedIn('root');
    const before = await root.get<FailuresOfDay>('/api/admin/failures');
    for (const failure of [fails(401, { code: 'invalid_api_key' }), fails(401, {}), fails(404, {})]) {
      model.respond(failure);
      const conversation = await ada.newConversation();
      const turn = await ada.send(conversation, `What of ${SAID}?`);
      expect((await ada.follow(conversation, turn.id)).end).toBe('error');
    }
    const failed = async () => {
      const { turns, failures } = await root.get<FailuresOfDay>('/api/admin/failures');
      const kinds = failures.filter(({ kind }) => kind === 'key' || kind === 'not-found');
      return { turns: turns - before.turns, failures: kinds };
    };
    const wanted = {
      turns: 3,
      failures: [
        { kind: 'key', count: 2 },
        { kind: 'not-found', count: 1 },
      ],
    };
    await expect.poll(failed).toEqual(wanted);
    await restart();
    expect(await failed()).toEqual(wanted);
  });

  it('reads who was let in, refused and signed out, and whose key was set, also after a restart', async () => {
    const bob = await signedIn('bob');
    await bob.fetch('/api/settings/key', { method: 'PUT', json: { key: 'sk-of-bob-12345' } });
    issuer.person = 'mallory';
    expect((await signIn(parley.browser())).response.status).toBe(403);
    const root = await signedIn('root');
    const tenant = await tenantOf('bob');
    await root.fetch(`/api/people/${tenant}/sessions`, { method: 'DELETE' });
    await restart();
    const { rows, count } = await root.get<AdminAudits>('/api/admin/audit');
    expect(count).toBeGreaterThanOrEqual(5);
    const [ended, ...earlier] = rows;
    expect(ended).toMatchObject({ action: 'signed out', what: 'session', tenant, who: { name: 'Root' } });
    expect(earlier).toContainEqual(
      expect.objectContaining({ action: 'sign-in refused', reason: 'not-allowed', from: '127.0.0.1' }),
    );
    const set = earlier.find(({ action }) => action === 'key set');
    expect(set).toMatchObject({ who: { id: tenant, name: 'Bob' }, host: new URL(model.url).host });
    expect(JSON.stringify(rows)).not.toContain('sk-of-bob');
    const times = rows.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it('reads nothing that was said, and no title', async () => {
    const ada = await signedIn('ada');
    await talked(ada);
    expect(JSON.stringify(await ada.state())).toContain(SAID);
    const all = await everything(await signedIn('root'));
    expect(all).toContain('Ada');
    expect(all).not.toContain(SAID);
  });

  it('asks for no month and no row that cannot be', async () => {
    const root = await signedIn('root');
    const wrong = [
      'usage?month=2026-13',
      'people?month=now',
      'people?from=-1',
      'places?from=1e9',
      'people?from=x',
    ];
    for (const path of wrong) expect((await root.fetch(`/api/admin/${path}`)).status, path).toBe(400);
    const empty = await root.get<AdminSums>('/api/admin/places?month=2026-01&from=100');
    expect(empty).toEqual({ rows: [], count: 0, from: 100 });
  });
});

async function restart(): Promise<void> {
  const { folder } = parley;
  await parley.app.stop();
  parley = await startParley(env, folder);
}

async function everything(browser: Browser): Promise<string> {
  const responses = await Promise.all(READS.map((path) => browser.fetch(`/api/admin/${path}`)));
  expect(responses.map(({ status }) => status)).toEqual(READS.map(() => 200));
  return (await Promise.all(responses.map((response) => response.text()))).join('\n');
}

async function tenantOf(person: keyof typeof PEOPLE): Promise<string> {
  await signedIn(person);
  const line = parley.log.findLast((each) => each.includes('"audit":"signed in"')) ?? '{}';
  return (JSON.parse(line) as { tenant: string }).tenant;
}
