/** Which process answers what, where several may. */
import Keyv from 'keyv';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { asShared, type BreakableStore, breakableStore } from '../../lab/counterparts/breakable-store.ts';
import { heartbeatKey } from '../../src/store/keys.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createHeartbeats } from '../../src/store/leases/heartbeats.ts';
import { createSharedLeases } from '../../src/store/leases/leases.ts';
import type { Store } from '../../src/store/store.ts';

/** A process is dead after 0.3 s. */
const PACE = 0.05;
const PARTITION = 'test:space';

describe('leases on a store that several processes share', () => {
  const started: BreakableStore[] = [];
  afterEach(() => {
    for (const store of started.splice(0)) store.kill();
  });

  function processOn(through: Store) {
    const store = breakableStore(through);
    started.push(store);
    const heartbeats = createHeartbeats(store, pino({ level: 'silent' }), PACE);
    return { store, heartbeats, ...createSharedLeases(store, heartbeats) };
  }
  type Process = ReturnType<typeof processOn>;
  const two = () => {
    const shared = asShared(createKeyvStore(new Keyv()));
    return { one: processOn(shared), other: processOn(shared), shared };
  };
  const leaseOf = async ({ acquire }: Process) => {
    const lease = await acquire(PARTITION);
    if (!lease) throw new Error('not acquired');
    return lease;
  };
  const mayWrite = ({ store }: Process, { fence }: Awaited<ReturnType<typeof leaseOf>>) =>
    store.exclusive('any', fence);

  it('give a partition to one at a time, and to the next once it is released', async () => {
    const { one, other } = two();
    const held = await leaseOf(one);
    expect(await other.acquire(PARTITION)).toBeUndefined();
    expect(await other.unheld([PARTITION, 'another'])).toEqual(['another']);
    await one.release(held);
    expect(await other.unheld([PARTITION])).toEqual([PARTITION]);
    const next = await leaseOf(other);
    expect(await mayWrite(other, next)).toBe(true);
    expect(await mayWrite(one, held)).toBe(false);
  });

  it('give a partition to one of those that ask for it at once', async () => {
    const { one, other } = two();
    const given = await Promise.all([
      one.acquire(PARTITION),
      other.acquire(PARTITION),
      one.acquire('b'),
      other.acquire('b'),
    ]);
    expect(given.filter((lease) => lease !== undefined)).toHaveLength(2);
  });

  it('are lost six seconds after the last heartbeat', async () => {
    const store = asShared(createKeyvStore(new Keyv()));
    const heartbeats = createHeartbeats(store, pino({ level: 'silent' }));
    const { id } = await heartbeats.current();
    const row = await store.read<{ until: number }>(heartbeatKey(id));
    const now = await store.exclusive(PARTITION, async (rows) => rows.now);
    expect((row?.until ?? Number.NaN) - now).toBeLessThanOrEqual(6_000);
    await heartbeats.stop();
  });

  it('give what a dead process held to one of those that found it so', async () => {
    const { one, other, shared } = two();
    const dead = processOn(shared);
    await leaseOf(dead);
    dead.store.kill();
    await expect.poll(() => other.unheld([PARTITION])).toEqual([PARTITION]);
    // It has seen that the holder is dead, and takes its time.
    const slow = other.store.exclusive;
    const { promise, resolve } = Promise.withResolvers<void>();
    other.store.exclusive = async (name, task) => {
      if (name.startsWith('home|')) await promise;
      return slow(name, task);
    };
    const late = other.acquire(PARTITION);
    const held = await expect
      .poll(() => one.acquire(PARTITION))
      .toBeDefined()
      .then(() => leaseOf(one));
    resolve();
    expect(await late).toBeUndefined();
    expect(await mayWrite(one, held)).toBe(true);
  });

  it('are not released by one that has lost them', async () => {
    const { one, other } = two();
    const lost = await leaseOf(one);
    one.store.pause();
    const held = await expect
      .poll(() => other.acquire(PARTITION))
      .toBeDefined()
      .then(() => leaseOf(other));
    const released = one.release(lost);
    one.store.resume();
    await released;
    expect(await mayWrite(other, held)).toBe(true);
    expect(await lost.isHeld()).toBe(false);
    expect(lost.lost.aborted).toBe(true);
    expect(await held.isHeld()).toBe(true);
  });

  it('are given up at once by a process that stops, and not before by one whose store fails for a moment', async () => {
    const { one, other } = two();
    const held = await leaseOf(one);
    one.store.fail();
    expect(await held.isHeld()).toBe(true);
    expect(await other.unheld([PARTITION])).toEqual([]);
    one.store.mend();
    await one.heartbeats.stop();
    expect(await held.isHeld()).toBe(false);
    expect(await other.unheld([PARTITION])).toEqual([PARTITION]);
  });
});
