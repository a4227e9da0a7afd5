/** Calls of a turn are charged once: with its answer, or by the next attempt if the first one dies. */
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { BegunAttempt } from '../../../lab/counterparts/queue-process.ts';
import type { Booking } from '../../../src/core/money/booking.ts';
import { accountsOf } from '../../../src/core/money/limits.ts';
import type { OwnMeter } from '../../../src/core/money/metering/meter.ts';
import { createBooks } from '../../../src/store/books/books.ts';
import { createOpenCalls } from '../../../src/store/ledger/open-calls.ts';
import type { Store } from '../../../src/store/store.ts';
import { moneyOn, nano, SIMPLE_PRICES, spenderOf } from '../../core/money/on-store.ts';
import { messageOf, turnOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';
import type { Stage } from './stage.ts';

const SETTINGS = { keys: {}, dayLimit: nano(1_000_000) };
const CHOICE = { source: 'operator', model: 'm', provider: { baseUrl: 'https://m.example' } } as const;
const MESSAGE = messageOf('1');
const MOST_OUTPUT = 1_000;
/** The two messages of the request, of 8 tokens each. */
const INPUT = 16;
const REQUEST = { instructions: '', messages: [{ role: 'user' as const, text: '' }] };
const never = new AbortController().signal;

/** A meter of an attempt, whose call has begun. */
async function calling(store: Store, { given }: BegunAttempt): Promise<OwnMeter> {
  const { spending } = moneyOn(store, { prices: SIMPLE_PRICES, mostOutput: MOST_OUTPUT });
  const meter = spending.meterOf({
    kind: 'answer',
    spender: spenderOf(MESSAGE),
    settings: SETTINGS,
    choice: CHOICE,
    attempt: given.reference,
  });
  await meter.begin(REQUEST, never);
  return meter;
}

async function moneyIn(store: Store) {
  const { ledger } = moneyOn(store);
  const accounts = accountsOf({
    spender: spenderOf(MESSAGE),
    settings: SETTINGS,
    operator: { timeZone: 'UTC' },
    at: Date.now(),
  });
  const [level] = await ledger.levels(accounts);
  const books = await createBooks({ store, isPersonal: () => false }).all();
  return {
    spent: level?.spentOperator,
    reserved: level?.reservedOperator,
    open: await ledger.open(),
    requests: books.reduce((sum, { requests }) => sum + requests, 0),
    cost: books.reduce((sum, { cost }) => sum + cost, 0),
  };
}

const usage = { input: INPUT, cached: 0, output: 10, reasoning: 0 };
const COST = INPUT + 100;

export function testCharging({ setUp }: Stage): void {
  describe('a call of a turn', () => {
    it('that wanted steps is charged together with their journal, and not again by the next process', async () => {
      await using stage = await setUp();
      const { start, store, quiet } = stage;
      const first = await start();
      await first.queue.accept(MESSAGE);
      const cut = await first.running('1');
      const meter = await calling(store, cut);
      meter.end({ isBilled: true, usage });
      const charge = meter.charge();
      await cut.given.journal({ answer: '', rounds: [] }, charge);
      await cut.given.journal({ answer: '', rounds: [] }, charge);
      expect(await moneyIn(store)).toMatchObject({ spent: COST, reserved: 0, open: 0, requests: 1 });
      first.kill();
      await (await (await start()).running('1')).answer();
      await quiet();
      expect(await moneyIn(store)).toMatchObject({ spent: COST, requests: 1 });
    });

    it('is charged together with the answer, and not again however often that is tried', async () => {
      await using stage = await setUp();
      const { start, store, quiet } = stage;
      const process = await start();
      await process.queue.accept(MESSAGE);
      const attempt = await process.running('1');
      const meter = await calling(store, attempt);
      expect(await moneyIn(store)).toMatchObject({ spent: 0, reserved: INPUT + 10 * MOST_OUTPUT, open: 1 });
      meter.end({ isBilled: true, usage });
      const turn = { ...turnOf('1'), answer: 'a', end: 'stop' } as const;
      await attempt.given.keep(turn, meter.charge());
      await attempt.given.keep(turn, meter.charge());
      attempt.end();
      await quiet();
      expect(await moneyIn(store)).toEqual({ spent: COST, reserved: 0, open: 0, requests: 1, cost: COST });
    });

    it('that a dead process left open is charged when the turn is begun again, at most what it held', async () => {
      await using stage = await setUp();
      const { start, store, quiet } = stage;
      const first = await start();
      await first.queue.accept(MESSAGE);
      await calling(store, await first.running('1'));
      first.kill();
      const next = await start();
      const attempt = await next.running('1');
      const { spent = 0, ...rest } = await moneyIn(store);
      expect(rest).toMatchObject({ reserved: 0, open: 0, requests: 1, cost: spent });
      // The call took no second, for which it is charged 500 tokens.
      expect(spent).toBeGreaterThanOrEqual(INPUT + 10 * 500);
      expect(spent).toBeLessThanOrEqual(INPUT + 10 * MOST_OUTPUT);
      await attempt.answer();
      await quiet();
    });

    it('that a dead process left open is not charged again by that process if it was only held up', async () => {
      await using stage = await setUp();
      const { start, store, quiet } = stage;
      const first = await start();
      await first.queue.accept(MESSAGE);
      const attempt = await first.running('1');
      const meter = await calling(store, attempt);
      meter.end({ isBilled: true, usage });
      first.kill();
      const next = await start();
      await (await next.running('1')).answer();
      const before = await moneyIn(store);
      const charge = meter.charge();
      if (charge) await moneyOn(store).spending.settle(charge);
      expect(await moneyIn(store)).toEqual(before);
      await quiet();
    });

    it('that went on in a process that was only held up is charged with what came on top', async () => {
      await using stage = await setUp();
      const { start, store, quiet } = stage;
      const first = await start();
      await first.queue.accept(MESSAGE);
      const meter = await calling(store, await first.running('1'));
      first.kill();
      const next = await start();
      await (await next.running('1')).answer();
      meter.end({ isBilled: true, usage: { ...usage, output: MOST_OUTPUT } });
      const charge = meter.charge();
      const { settle } = moneyOn(store).spending;
      for (let times = 0; times < 2; times++) if (charge) await settle(charge);
      const cost = INPUT + 10 * MOST_OUTPUT;
      expect(await moneyIn(store)).toEqual({ spent: cost, reserved: 0, open: 0, requests: 1, cost });
      await quiet();
    });

    it('that belongs to no turn is charged once its process is dead', async () => {
      await using stage = await setUp();
      const { store } = stage;
      const { spending } = moneyOn(store, { prices: SIMPLE_PRICES, mostOutput: MOST_OUTPUT });
      const cause = {
        kind: 'summary',
        spender: spenderOf(MESSAGE),
        settings: SETTINGS,
        choice: CHOICE,
      } as const;
      const meter = spending.meterOf(cause);
      await meter.begin(REQUEST, never);
      const dead = new Set<string>();
      const told: Booking[] = [];
      const calls = createOpenCalls(store, async (process) => dead.has(process), pino({ level: 'silent' }), {
        booked: (booking) => void told.push(booking),
      });
      await calls.look();
      expect(await moneyIn(store)).toMatchObject({ open: 1, requests: 0 });
      dead.add('this process');
      await calls.look();
      await calls.look();
      expect(await moneyIn(store)).toMatchObject({ reserved: 0, open: 0, requests: 1 });
      expect(told).toEqual([expect.objectContaining({ kind: 'summary', estimated: true })]);
    });

    it('of a turn that is gone is found and charged', async () => {
      await using stage = await setUp();
      const { start, store, transcripts, quiet } = stage;
      const first = await start();
      await first.queue.accept(MESSAGE);
      await calling(store, await first.running('1'));
      const calls = createOpenCalls(store, async () => false, pino({ level: 'silent' }));
      await calls.look();
      expect(await moneyIn(store)).toMatchObject({ open: 1, requests: 0 });
      first.kill();
      await transcripts.forget(MESSAGE.conversation);
      await start();
      await quiet();
      await soon(async () => {
        await calls.look();
        expect(await moneyIn(store)).toMatchObject({ reserved: 0, open: 0, requests: 1 });
      });
    });
  });
}
