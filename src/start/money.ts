/** Money in one start: the ledger, the prices, and the spending of everybody. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Ledger } from '../core/money/metering/ledger.ts';
import { createSpending, type Spending } from '../core/money/metering/spending.ts';
import type { SpendingWatch } from '../core/money/metering/spending-watch.ts';
import { withLearnedTiers } from '../core/money/prices/learned-tiers.ts';
import { createPrices } from '../core/money/prices.ts';
import type { Settings } from '../core/settings.ts';
import type { Heartbeats } from '../store/leases/heartbeats.ts';
import { createLedger } from '../store/ledger/ledger.ts';
import { createOpenCalls, type OpenCalls } from '../store/ledger/open-calls.ts';
import type { Store } from '../store/store.ts';
import { spendingLimitsOf } from './operator-limits.ts';

export interface Money {
  ledger: Ledger;
  spending: Spending;
  openCalls: OpenCalls;
}

export interface MoneyOptions {
  config: Config;
  store: Store;
  tables: { settings: Pick<Settings, 'read'> };
  heartbeats: Heartbeats | undefined;
  metrics: SpendingWatch;
  log: Logger;
}

export async function openMoney(options: MoneyOptions): Promise<Money> {
  const { config, store, tables, heartbeats, metrics, log } = options;
  const own = randomUUID();
  const ledger = createLedger(store, async () => (heartbeats ? (await heartbeats.current()).id : own));
  const prices = withLearnedTiers(await createPrices(config.PRICES));
  return {
    ledger,
    spending: createSpending({
      ledger,
      prices,
      operator: spendingLimitsOf(config),
      mostOutput: config.MODEL_MOST_OUTPUT,
      limitsOf: tables.settings.read,
      watch: metrics,
    }),
    openCalls: createOpenCalls(store, heartbeats?.isDead ?? (async (id) => id !== own), log, metrics),
  };
}
