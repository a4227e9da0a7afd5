import { describe, expect, it } from 'vitest';
import { errorsOf } from '../../../lab/counterparts/queue-process.ts';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import { elsewhere, ids, PACE, type Stage } from './stage.ts';

export function testThrowing({ setUp }: Stage): void {
  describe('a handler that throws', () => {
    it('is tried again, then asked to close the turn; other lanes do not wait for that', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const modes: unknown[] = [];
      const process = await start({
        onBegun({ message, given, fail, answer }) {
          if (message.id !== '1') return void answer();
          modes.push([given.mode, given.number]);
          if (given.mode === 'close') void answer('closed');
          else fail();
        },
      });
      await process.queue.accept(messageOf('1'));
      await process.queue.accept(messageOf('2'));
      await process.queue.accept(elsewhere('3', 'other'));
      await soon(async () => expect(await end('3', 'test:space:other')).toBe('stop'));
      expect(await end('2')).toBeNull();
      await quiet();
      expect(modes).toEqual([
        ['answer', 1],
        ['answer', 2],
        ['answer', 3],
        ['close', 4],
      ]);
      expect(await end('2')).toBe('stop');
    });

    it('even then has the turn dropped, with a line in the log', async () => {
      await using stage = await setUp();
      const { start, quiet, end } = stage;
      const process = await start({
        onBegun: ({ message, fail, answer }) => void (message.id === '1' ? fail() : answer()),
      });
      await process.queue.accept(messageOf('1'));
      await process.queue.accept(messageOf('2'));
      await quiet();
      expect(ids(process)).toEqual(['1', '1', '1', '1', '1', '2']);
      expect(errorsOf(process)).toContain('turn set aside: it failed each time');
      expect(await end('2')).toBe('stop');
    });

    it('leaves what it has kept to be shown', async () => {
      await using stage = await setUp();
      const { start, quiet } = stage;
      const modes: unknown[] = [];
      const process = await start({
        async onBegun({ given, fail, keep, end }) {
          modes.push(given.mode);
          if (given.mode === 'show') return end();
          await keep();
          fail();
        },
      });
      await process.queue.accept(messageOf('1'));
      await quiet();
      expect(modes).toEqual(['answer', 'show']);
    });
  });

  it('tries a lane that it cannot read again and again, but not all the time', async () => {
    await using stage = await setUp();
    const { start, store } = stage;
    const process = await start();
    await process.queue.accept(messageOf('1'));
    const [key = ''] = await store.keys('lane|');
    await process.running('1');
    await store.write([{ key, value: 'broken' }]);
    process.attempts[0]?.end();
    await soon(() => expect(errorsOf(process).length).toBeGreaterThan(3));
    const times = process.logged.filter(({ level }) => level >= 50).map(({ time }) => time);
    const waits = times.map((time, index) => time - (times[index - 1] ?? 0));
    expect(Math.min(...waits)).toBeGreaterThan(1_000 * PACE);
  });
}
