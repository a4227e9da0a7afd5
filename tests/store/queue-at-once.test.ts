/** Turns answered at once: of a person and of a tenant. More wait their turn, and nothing is lost for that. */
import { setTimeout as sleep } from 'node:timers/promises';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import type { TurnQueue } from '../../src/core/turn/queue.ts';
import type { Message } from '../../src/core/types.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { messageOf, queueOn, turnOf } from '../fixtures.ts';

const SETTLE_MS = 50;
const personOf = ({ author }: Message) => author.id;

/** A queue whose turns end when the test says so. */
function stage(ofPerson: number, ofTenant: number, store = createKeyvStore(new Keyv())) {
  const queue = queueOn(store, { atOnce: { limitsOf: () => ({ ofPerson, ofTenant }), personOf } });
  const running = new Map<string, () => void>();
  const begun: string[] = [];
  queue.run(async (message, run) => {
    begun.push(message.id);
    if (!run.signal.aborted) {
      await new Promise<void>((resolve) => {
        running.set(message.id, resolve);
        run.signal.addEventListener('abort', () => resolve());
      });
    }
    running.delete(message.id);
    await run.keep({
      ...turnOf(message.id),
      message,
      answer: 'a',
      end: run.signal.aborted ? 'stopped' : 'stop',
    });
    return 'done';
  });
  /** One question in a conversation of its own. */
  const asks = (person: string, id: string, tenant = 'test:space') =>
    queue.accept(
      messageOf(id, undefined, {
        tenant,
        conversation: `${tenant}:${id}`,
        lane: `${tenant}:${id}`,
        author: { id: person, name: '' },
      }),
    );
  return { store, queue, running, begun, asks, end: (id: string) => running.get(id)?.() };
}

const phaseOf = async (queue: TurnQueue, id: string) => (await queue.live(`test:space:${id}`))[0]?.phase;

describe('turns at once', () => {
  it('of one person are so many; the others wait in their order, and each is answered', async () => {
    const { queue, running, begun, asks, end } = stage(2, 50);
    for (let i = 0; i < 100; i++) expect(await asks('ada', `a${i}`)).toBe('new');
    await expect.poll(() => running.size).toBe(2);
    await sleep(SETTLE_MS);
    expect(begun).toEqual(['a0', 'a1']);
    expect(await phaseOf(queue, 'a99')).toBe('waiting');
    for (let i = 0; i < 100; i++) {
      await expect.poll(() => running.has(`a${i}`)).toBe(true);
      expect(running.size).toBeLessThanOrEqual(2);
      end(`a${i}`);
    }
    await expect.poll(() => begun.length).toBe(100);
    expect(begun).toEqual(Array.from({ length: 100 }, (_, i) => `a${i}`));
  });

  it('of one person, however many wait, hold up nobody else', async () => {
    const { running, asks } = stage(4, 50);
    for (let i = 0; i < 100; i++) await asks('ada', `a${i}`);
    await asks('ben', 'b');
    await expect.poll(() => running.has('b')).toBe(true);
    expect(running.size).toBe(5);
  });

  it('of one tenant are so many; a free place goes to whom the fewest are answered', async () => {
    const { running, begun, asks, end } = stage(3, 4);
    for (let i = 0; i < 10; i++) await asks('ada', `a${i}`);
    for (let i = 0; i < 10; i++) await asks('eve', `e${i}`);
    await asks('ben', 'b0');
    await asks('ada', 'elsewhere', 'test:other');
    await expect.poll(() => running.size).toBe(4);
    expect(begun).toEqual(['a0', 'a1', 'a2', 'e0']);
    end('a0');
    // Ada has two, Eve one, Ben none; and Ada’s question elsewhere counts for her, not for this tenant.
    await expect.poll(() => [...running.keys()].sort()).toEqual(['a1', 'a2', 'b0', 'e0', 'elsewhere']);
    end('a1');
    await expect.poll(() => [...running.keys()].sort()).toEqual(['a2', 'b0', 'e0', 'e1', 'elsewhere']);
  });

  it('that wait can be stopped, edited and forgotten, and keep nobody waiting', async () => {
    const { store, queue, running, begun, asks, end } = stage(1, 50);
    for (const id of ['one', 'two', 'three', 'four']) await asks('ada', id);
    await expect.poll(() => running.has('one')).toBe(true);
    expect(await queue.cancel('test:space:two', 'two')).toBe(true);
    await expect.poll(() => queue.live('test:space:two')).toEqual([]);
    const transcripts = createTranscripts(store);
    expect((await transcripts.find('test:space:two', 'two'))?.end).toBe('stopped');
    const three = (await transcripts.find('test:space:three', 'three'))?.message ?? messageOf('three');
    expect(await queue.restart({ ...three, text: 'three, edited' })).toBe(true);
    await transcripts.remove('test:space:three', 'three');
    end('one');
    await expect.poll(() => running.has('four')).toBe(true);
    expect(begun).toEqual(['one', 'two', 'four']);
  });

  it('that wait when Parley stops are left to the next one, untouched', async () => {
    const { store, queue, running, asks } = stage(1, 50);
    for (const id of ['one', 'two']) await asks('ada', id);
    await expect.poll(() => running.has('one')).toBe(true);
    await queue.stop(0);
    const attempts: [string, number][] = [];
    const next = queueOn(store, { atOnce: { limitsOf: () => ({ ofPerson: 1, ofTenant: 1 }), personOf } });
    next.run(async ({ id }, { number }) => {
      attempts.push([id, number]);
      return 'done';
    });
    await next.recover();
    await expect.poll(() => attempts).toContainEqual(['two', 1]);
  });
});
