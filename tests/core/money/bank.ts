/** A bank: spending on an empty store with simple prices, and the causes, calls and sums of a test. */
import Keyv from 'keyv';
import type { Choice } from '../../../src/core/models/catalog/choose.ts';
import type { MeteredRequest } from '../../../src/core/models/model.ts';
import { accountsOf } from '../../../src/core/money/limits.ts';
import type { OwnMeter } from '../../../src/core/money/metering/meter.ts';
import type { CallCause, Spending } from '../../../src/core/money/metering/spending.ts';
import type { TenantSettings } from '../../../src/core/settings.ts';
import { createBooks } from '../../../src/store/books/books.ts';
import { createKeyvStore } from '../../../src/store/keyv-store.ts';
import { moneyOn, nano, SIMPLE_PRICES } from './on-store.ts';

export const CHOICE: Choice = {
  source: 'operator',
  model: 'm',
  provider: { baseUrl: 'https://models.example/v1' },
};
const SPENDER = { tenant: 'discord:1', person: 'discord:ada', roles: [], conversation: 'discord:1:2' };
/** 100 tokens of input at most: 252 bytes, and 8 tokens for each of two messages. */
export const REQUEST: MeteredRequest = {
  instructions: '',
  messages: [{ role: 'user', text: 'x'.repeat(252) }],
};
export const INPUT = 100;
export const never = new AbortController().signal;

export const usage = (input: number, output: number) => ({ input, cached: 0, output, reasoning: 0 });

export function causeOf(settings: Partial<TenantSettings> = {}, rest: Partial<CallCause> = {}): CallCause {
  return { kind: 'answer', spender: SPENDER, settings: { keys: {}, ...settings }, choice: CHOICE, ...rest };
}

/** One call that the provider bills like this. Returns the most tokens that it might have written. */
export async function call(meter: OwnMeter, billed = usage(INPUT, 10)): Promise<number | undefined> {
  const most = await meter.begin(REQUEST, never);
  meter.end({ isBilled: true, usage: billed });
  return most;
}

export async function settle(meter: OwnMeter, spending: Spending): Promise<void> {
  const charge = meter.charge();
  if (charge) await spending.settle(charge);
}

export function openBank() {
  const store = createKeyvStore(new Keyv());
  return {
    store,
    /** Spending, and a cause whose tenant may spend so much a day. */
    limitedTo(amount: number, mostOutput = 1_000) {
      const money = moneyOn(store, { prices: SIMPLE_PRICES, mostOutput });
      return { ...money, cause: causeOf({ dayLimit: nano(amount) }) };
    },
    /** The tenant's sums of the day. */
    async today() {
      const operator = { timeZone: 'UTC' };
      const accounts = accountsOf({ spender: SPENDER, settings: {}, operator, at: Date.now() });
      const levels = await moneyOn(store).ledger.levels(accounts);
      const place = accounts.findIndex(({ id }) => /^tenant\|[^|]*\|\d{4}-\d\d-\d\d\|/.test(id));
      const level = levels[place];
      if (!level) throw new Error('no such account');
      return {
        spent: level.spentOperator + level.spentOwn,
        reserved: level.reservedOperator + level.reservedOwn,
      };
    },
    booked: () => createBooks({ store, isPersonal: () => false }).all(),
  };
}
