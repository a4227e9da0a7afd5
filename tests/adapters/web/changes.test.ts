/** A session's windows hear of its changes, in whichever process they are connected. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  answers,
  hangs,
  type ModelServer,
  startModelServer,
} from '../../../lab/counterparts/model-server.ts';
import { type Change, createChanges } from '../../../src/adapters/web/answer/changes.ts';
import type { ConversationView, SessionEvents, TurnView } from '../../../src/adapters/web/api.ts';
import { type Browser, type Parley, parseEvents, startParley } from '../../harness/web.ts';

/** Processes that tell each other at once. */
function topics() {
  const listeners = new Set<(topic: string) => void>();
  return {
    tell: (topic: string) => {
      for (const listener of [...listeners]) listener(topic);
    },
    onTold(listener: (topic: string) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const ANN = 'web:ann';

describe('changes', () => {
  it('are told to the session’s windows in every process, with another version each', () => {
    const bus = topics();
    const [here, there] = [createChanges(bus), createChanges(bus)];
    const heard: Change[] = [];
    there.watch(ANN, (change) => heard.push(change));
    there.watch('web:bob', () => expect.unreachable());
    const before = there.version(ANN);
    const [first, second] = [
      here.tell(ANN, { conversation: 'c1', window: 'w1' }),
      here.tell(ANN, { conversation: null, window: null }),
    ];
    expect(heard).toMatchObject([
      { conversation: 'c1', window: 'w1' },
      { conversation: null, window: null },
    ]);
    expect(new Set([before, ...heard.map(({ version }) => version)]).size).toBe(3);
    expect([second, there.version(ANN)]).toEqual([here.version(ANN), heard[1]?.version]);
    expect(first).not.toBe(second);
    // Versions of different processes cannot be compared.
    expect(here.version(ANN)).not.toBe(there.version(ANN));
  });

  it('may be any once something told may have got lost', () => {
    const bus = topics();
    const changes = createChanges(bus);
    const heard: Change[] = [];
    changes.watch(ANN, (change) => heard.push(change));
    const before = changes.version(ANN);
    bus.tell('');
    expect(heard).toMatchObject([{ conversation: null, window: null }]);
    expect(changes.version(ANN)).not.toBe(before);
  });

  it('are no longer counted for sessions that nobody came back to, and never counted the same again', () => {
    const changes = createChanges(topics());
    changes.watch('web:watched', () => {});
    const kept = changes.version('web:watched');
    const version = changes.version(ANN);
    for (let i = 0; i < 10_001; i++) changes.version(`web:${i}`);
    expect(changes.version(ANN)).not.toBe(version);
    expect(changes.version('web:watched')).toBe(kept);
  });
});

describe('a window', () => {
  let model: ModelServer;
  let parley: Parley;
  let browser: Browser;

  beforeEach(async () => {
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    browser = parley.browser();
    await browser.state();
  });
  afterEach(async () => {
    await parley.app.stop();
    await model.stop();
  });

  /** The changes that a window is told of from now on. */
  async function listen(path: string): Promise<{ told(): SessionEvents['changed'][]; close(): void }> {
    const aborting = new AbortController();
    const response = await browser.fetch(path, { signal: aborting.signal });
    let text = '';
    void (async () => {
      try {
        for await (const bytes of response.body ?? []) text += Buffer.from(bytes).toString();
      } catch {
        // The connection was closed.
      }
    })();
    return {
      told: () =>
        parseEvents(text)
          .filter(({ name }) => name === 'changed')
          .map(({ data }) => data as SessionEvents['changed']),
      close: () => aborting.abort(),
    };
  }
  const write = (method: string, path: string, json: unknown, window?: string) =>
    browser.fetch(path, { method, json, ...(window && { headers: { 'parley-window': window } }) });

  it('is told of each change, and which are its own', async () => {
    // An answer that nobody follows would be a change of its own.
    model.respond(hangs);
    const { version } = await browser.state();
    const mine = await listen(`/api/events?seen=${version}&window=window-1`);
    const id = randomUUID();
    const begun = await write(
      'POST',
      `/api/conversations/${id}/messages`,
      { id: randomUUID(), text: 'x', begins: true },
      'window-1',
    );
    expect(begun.status).toBe(202);
    await write('PATCH', `/api/conversations/${id}`, { title: 'Mine' }, 'window-2');
    await write('PATCH', '/api/settings', { persona: 'Brief.' });
    await write('DELETE', `/api/conversations/${id}`, {}, 'window-2');
    await expect
      .poll(() => mine.told().map(({ conversation, own }) => [conversation, own]))
      .toEqual([
        [id, true],
        [id, false],
        [null, false],
        [id, false],
      ]);
    expect(mine.told()[0]?.version).toBe(begun.headers.get('parley-version'));
    mine.close();
  });

  it('that has missed something is told when it comes back, and not where it has missed nothing', async () => {
    const { version } = await browser.state();
    await browser.newConversation();
    const late = await listen(`/api/events?seen=${version}&window=window-1`);
    await expect.poll(() => late.told()).toMatchObject([{ conversation: null, own: false }]);
    const current = await listen(`/api/events?seen=${late.told()[0]?.version}&window=window-1`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(current.told()).toEqual([]);
    late.close();
    current.close();
  });

  it('hears of changes also while it follows an answer, and others that follow it do not', async () => {
    model.respond(answers('Yes.'));
    const id = await browser.newConversation();
    const turn = await browser.send(id, 'hello');
    const { events } = await browser.follow(id, turn.id);
    expect(events.map(({ name }) => name)).not.toContain('changed');
    const path = `/api/conversations/${id}/turns/${turn.id}/events?seen=none&window=window-1`;
    const sent = await (await browser.fetch(path)).text();
    expect(parseEvents(sent).map(({ name }) => name)).toEqual(['changed', 'text', 'end']);
  });

  it('begins one conversation with its first message, however often and at once it is sent', async () => {
    model.respond(answers('Yes.'));
    const id = randomUUID();
    const message = { id: randomUUID(), text: 'Once', begins: true };
    const sent = await Promise.all(
      [1, 2, 3, 4].map(() => write('POST', `/api/conversations/${id}/messages`, message)),
    );
    const accepted = await Promise.all(
      sent.map((response) => response.json() as Promise<{ turn: TurnView; conversation: ConversationView }>),
    );
    expect(new Set(accepted.map(({ turn }) => turn.id))).toEqual(new Set([message.id]));
    expect(accepted.every(({ conversation }) => conversation.title === 'Once')).toBe(true);
    expect((await browser.state()).conversations).toHaveLength(1);
    expect(await browser.turns(id)).toHaveLength(1);
    await browser.follow(id, message.id);
    expect(model.requests).toHaveLength(1);
  });

  it('begins none again of a conversation that was deleted meanwhile', async () => {
    model.respond(answers('Yes.'));
    const id = randomUUID();
    const message = { id: randomUUID(), text: 'Once', begins: true };
    await write('POST', `/api/conversations/${id}/messages`, message);
    await write('DELETE', `/api/conversations/${id}`, {});
    const again = await write('POST', `/api/conversations/${id}/messages`, message);
    expect(again.status).toBe(404);
    expect((await browser.state()).conversations).toEqual([]);
  });
});
