import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  after,
  answers,
  done,
  fails,
  finish,
  type ModelServer,
  pause,
  reset,
  sentMessages,
  stall,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { idAfter } from '../../../src/adapters/web/answer/read-position.ts';
import { gate } from '../../harness/gate.ts';
import { type Followed, type Parley, parseEvents, startParley } from '../../harness/web.ts';

let model: ModelServer;
let parley: Parley;

beforeEach(async () => {
  model = await startModelServer();
  parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
});
afterEach(async () => {
  await parley.app.stop();
  await model.stop();
});

/** Reads the events of a turn as they arrive. */
async function watch(url: string, cookie: string, onText: (text: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { cookie, 'parley-window': 'a-window' } }, (response) => {
      let all = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        all += part;
        onText(all);
      });
      response.on('end', () => resolve(all)).on('error', reject);
    });
    sent.on('error', reject).end();
  });
}

describe('a conversation on the page', () => {
  it('shows the first text before the model has sent its last', async () => {
    let firstSeen = () => {};
    const seen = new Promise<void>((resolve) => {
      firstSeen = resolve;
    });
    // The model continues only when the reader has all earlier text.
    model.respond(streams(text('first '), after(seen), text('last'), finish(), done));
    const browser = parley.browser();
    const id = await browser.newConversation();
    const turn = await browser.send(id, 'hello');
    const cookie = (await browser.fetch('/api/state')).headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const path = `/api/conversations/${id}/turns/${turn.id}/events`;
    const all = await watch(parley.app.url + path, cookie, (so) => so.includes('first') && firstSeen());
    expect(parseEvents(all).filter(({ name }) => name === 'text')).toHaveLength(2);
    expect(parseEvents(all).at(-1)).toMatchObject({ name: 'end', data: { end: 'stop', notice: null } });
  });

  it('is there again after a reload and after a restart, with its title', async () => {
    model.respond(answers('**Hi** there'));
    const browser = parley.browser();
    const id = await browser.newConversation();
    const turn = await browser.send(id, 'What is love?\nBaby');
    await browser.follow(id, turn.id);
    const before = await browser.get(`/api/conversations/${id}`);
    expect(before).toMatchObject({
      conversation: { title: 'What is love?' },
      turns: [{ text: 'What is love?\nBaby', answer: '**Hi** there', end: 'stop', live: false }],
    });
    await parley.app.stop();
    parley = await startParley(
      { OPENAI_BASE_URL: model.url, PORT: new URL(parley.app.url).port },
      parley.folder,
    );
    expect(await browser.get(`/api/conversations/${id}`)).toEqual(before);
  });

  it('answers two messages sent at once in order, and tells the second about the first', async () => {
    model.respond(streams(text('one'), pause(50), finish(), done), answers('two'));
    const browser = parley.browser();
    const id = await browser.newConversation();
    const [a, b] = await Promise.all([browser.send(id, 'first'), browser.send(id, 'second')]);
    await Promise.all([browser.follow(id, a.id), browser.follow(id, b.id)]);
    const turns = await browser.turns(id);
    expect(turns.map(({ text: said, answer }) => [said, answer])).toEqual([
      [turns[0]?.text, 'one'],
      [turns[1]?.text, 'two'],
    ]);
    expect(model.requests.map((sent) => sentMessages(sent).length)).toEqual([1, 3]);
  });

  it('answers in order what comes by machines of which one has a clock that is behind', async () => {
    const first = gate();
    model.respond(streams(after(first.opened), text('one'), finish(), done), answers('next'));
    const browser = parley.browser();
    const id = await browser.newConversation();
    await browser.send(id, 'one');
    await model.received(1);
    await browser.send(id, 'two');
    const now = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => now - 60_000);
    const last = await browser.send(id, 'three').finally(() => vi.restoreAllMocks());
    first.open();
    await browser.follow(id, last.id);
    expect((await browser.turns(id)).map((turn) => turn.text)).toEqual(['one', 'two', 'three']);
  });

  it('answers fifty conversations at once', async () => {
    let waiting = 0;
    let open = () => {};
    const allHere = new Promise<void>((resolve) => {
      open = resolve;
    });
    // No answer ends before all fifty are requested.
    model.respond(async (exchange) => {
      if (++waiting === 50) open();
      await allHere;
      await answers('yes')(exchange);
    });
    const browser = parley.browser();
    await browser.state();
    const ids = await Promise.all(Array.from({ length: 50 }, () => browser.newConversation()));
    const ended = await Promise.all(
      ids.map(async (id) => browser.follow(id, (await browser.send(id, 'hello')).id)),
    );
    expect(ended.map((one) => one.text)).toEqual(ids.map(() => 'yes'));
  });

  it('answers a message that is sent twice once', async () => {
    const browser = parley.browser();
    const id = await browser.newConversation();
    const messageId = randomUUID();
    const sent = await Promise.all([
      browser.send(id, 'hello', { id: messageId }),
      browser.send(id, 'hello', { id: messageId }),
    ]);
    await browser.follow(id, messageId);
    await browser.send(id, 'hello', { id: messageId });
    expect(sent.map((turn) => turn.id)).toEqual([messageId, messageId]);
    expect(await browser.turns(id)).toHaveLength(1);
    expect(model.requests).toHaveLength(1);
  });

  it('goes on when nobody watches, and gives a reader who comes back the rest', async () => {
    let goOn = () => {};
    const back = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    model.respond(streams(text('0123456789'), after(back), text('abc'), finish(), done));
    const browser = parley.browser();
    const id = await browser.newConversation();
    const turn = await browser.send(id, 'hello');
    await model.received(1);
    await expect.poll(async () => (await browser.turns(id))[0]?.live).toBe(true);
    const lastId = idAfter('0123');
    const rest = browser.follow(id, turn.id, { text: '0123', lastId });
    const all = browser.follow(id, turn.id);
    goOn();
    const whole = await all;
    const texts = ({ events }: Followed) =>
      events.filter(({ name }) => name === 'text').map(({ data }) => data);
    expect(whole).toMatchObject({ text: '0123456789abc', end: 'stop' });
    expect(await rest).toMatchObject({ text: '0123456789abc', end: 'stop', lastId: whole.lastId });
    expect(texts(await rest)[0]).toMatchObject({ from: 4 });
    const again = await browser.follow(id, turn.id, whole);
    expect([texts(again), again.end]).toEqual([[], 'stop']);
    for (const text of ['what another attempt brought', 'abcd', '0123456789abc and more']) {
      const anew = await browser.follow(id, turn.id, { text, lastId: idAfter(text) });
      expect([anew.text, texts(anew)]).toEqual([whole.text, [{ from: 0, text: whole.text }]]);
    }
    const unreadable = await browser.follow(id, turn.id, { text: '', lastId: 'nonsense' });
    expect(unreadable.text).toBe(whole.text);
  });

  it('keeps the partial text of a stopped turn and ends the request', async () => {
    model.respond(streams(text('partial'), stall));
    const browser = parley.browser();
    const id = await browser.newConversation();
    const turn = await browser.send(id, 'hello');
    const followed = browser.follow(id, turn.id);
    await browser.sees(id, turn.id, 'partial');
    await browser.fetch(`/api/conversations/${id}/turns/${turn.id}/stop`, { method: 'POST' });
    expect(await followed).toMatchObject({ text: 'partial', end: 'stopped' });
    expect((await browser.turns(id))[0]).toMatchObject({ answer: 'partial', end: 'stopped', live: false });
    expect(await model.requests[0]?.closed).toBe('gone');
  });

  it('ends a broken answer with what came and a sentence, answers the next message, and tries again', async () => {
    model.respond(streams(text('half'), reset), fails(401), answers('fine'));
    const browser = parley.browser();
    const id = await browser.newConversation();
    const broken = await browser.follow(id, (await browser.send(id, 'one')).id);
    expect(broken).toMatchObject({
      text: 'half',
      end: 'interrupted',
      notice: expect.stringMatching(/broke off/),
    });
    const refusedTurn = await browser.send(id, 'two');
    expect(await browser.follow(id, refusedTurn.id)).toMatchObject({ text: '', end: 'error' });
    const retried = await browser.fetch(`/api/conversations/${id}/turns/${refusedTurn.id}/retry`, {
      method: 'POST',
    });
    expect(retried.status).toBe(202);
    expect(await browser.follow(id, refusedTurn.id)).toMatchObject({ text: 'fine', end: 'stop' });
    const turns = await browser.turns(id);
    expect(turns.map(({ answer, end }) => [answer, end])).toEqual([
      ['half', 'interrupted'],
      ['fine', 'stop'],
    ]);
  });

  it('refuses a message where too many wait, and takes the same one later', async () => {
    await using small = await startParley({
      OPENAI_BASE_URL: model.url,
      MOST_WAITING: '1',
      STOP_SECONDS: '0',
    });
    const first = gate();
    model.respond(streams(after(first.opened), text('one'), finish(), done), answers('next'));
    const browser = small.browser();
    const id = await browser.newConversation();
    await browser.send(id, 'one');
    await model.received(1);
    const second = await browser.send(id, 'two');
    const messageId = randomUUID();
    const again = () =>
      browser.fetch(`/api/conversations/${id}/messages`, {
        method: 'POST',
        json: { id: messageId, text: 'three' },
      });
    const refused = await again();
    expect([refused.status, await refused.json()]).toMatchObject([
      429,
      { error: { code: 'busy', message: expect.stringMatching(/too many messages/) } },
    ]);
    first.open();
    await browser.follow(id, second.id);
    await expect.poll(async () => (await again()).status).toBe(202);
    expect(await browser.follow(id, messageId)).toMatchObject({ text: 'next', end: 'stop' });
    expect(await browser.turns(id)).toHaveLength(3);
  });

  it('answers what came meanwhile together where that is wanted, and knows the messages that went into one', async () => {
    const first = gate();
    model.respond(streams(after(first.opened), text('one'), finish(), done), answers('both'));
    const browser = parley.browser();
    await browser.fetch('/api/settings', { method: 'PATCH', json: { whenBusy: 'collect' } });
    const id = await browser.newConversation();
    await browser.send(id, 'one');
    await model.received(1);
    const [two, three] = [await browser.send(id, 'two'), await browser.send(id, 'three')];
    const followed = await browser.fetch(`/api/conversations/${id}/turns/${two.id}/events`);
    first.open();
    const names = parseEvents(await followed.text()).map(({ name }) => name);
    expect([names.includes('end'), names.at(-1)]).toEqual([false, 'gone']);
    expect(await browser.follow(id, three.id)).toMatchObject({ text: 'both', end: 'stop' });
    expect(await browser.turns(id)).toMatchObject([
      { text: 'one' },
      { text: 'two\n\nthree', answer: 'both' },
    ]);
    expect(await browser.send(id, 'two', { id: two.id })).toBeNull();
    expect(await browser.turns(id)).toHaveLength(2);
    expect((await browser.fetch(`/api/conversations/${id}/turns/${two.id}/events`)).status).toBe(404);
  });
});
