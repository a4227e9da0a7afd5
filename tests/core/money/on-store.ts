/** Money for tests: prices that are easy to reckon with, and spending on a store. */

import type { OperatorLimits } from '../../../src/core/money/limits.ts';
import type { Ledger } from '../../../src/core/money/metering/ledger.ts';
import {
  createSpending,
  type Spending,
  type SpendingOptions,
} from '../../../src/core/money/metering/spending.ts';
import type { Prices } from '../../../src/core/money/prices.ts';
import type { Message } from '../../../src/core/types.ts';
import { createLedger } from '../../../src/store/ledger/ledger.ts';
import type { Store } from '../../../src/store/store.ts';

/** Nobody knows any price. */
export const NO_PRICES: Prices = { costOf: () => undefined, mostOf: () => undefined };

/** A nano-dollar for each token read, ten for each token written. */
export const SIMPLE_PRICES: Prices = {
  costOf: (_, { input, output }) => ({ cost: input + 10 * output, priced: 'table' }),
  mostOf: (_, { input, output }) => input + 10 * output,
};

/** `nano(n)` nano-dollars, as an operator's limit has them: in dollars. */
export const nano = (amount: number): number => amount / 1_000_000_000;

export interface MoneyOptions {
  prices?: Prices;
  limits?: Partial<OperatorLimits>;
  mostOutput?: number;
  limitsOf?: SpendingOptions['limitsOf'];
}

export function moneyOn(
  store: Store,
  { prices = NO_PRICES, limits = {}, mostOutput = 16_000, limitsOf }: MoneyOptions = {},
): { ledger: Ledger; spending: Spending } {
  const ledger = createLedger(store, async () => 'this process');
  const operator = { timeZone: 'UTC', ...limits };
  return {
    ledger,
    spending: createSpending({ ledger, prices, operator, mostOutput, ...(limitsOf && { limitsOf }) }),
  };
}

/** The author of a message pays, without roles. */
export const spenderOf = ({ tenant, author, conversation }: Message) => ({
  tenant,
  person: author.id,
  roles: [],
  conversation,
});

/** For an engine: nothing is limited. */
export const unlimited = (store: Store) => ({ spending: moneyOn(store).spending, spenderOf });
