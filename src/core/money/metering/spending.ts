/** Spending: meters for the calls that people cause, and what is left of their limits. */
import type { Choice } from '../../models/catalog/choose.ts';
import type { Meter } from '../../models/model.ts';
import { persistently } from '../../persistently.ts';
import type { TenantSettings } from '../../settings.ts';
import type { TenantId } from '../../types.ts';
import type { BookingKind, Payer } from '../booking.ts';
import { MOST_PICTURE_OUTPUT } from '../bounds.ts';
import {
  accountsOf,
  type Limit,
  type LimitedSpender,
  type OperatorLimits,
  type SpendingStates,
  type TenantLimits,
} from '../limits.ts';
import { periodOf } from '../periods.ts';
import type { Priced, Prices } from '../prices.ts';
import type { Spender } from '../spender.ts';
import { type Ledger, limitsFor, usedOf } from './ledger.ts';
import { createMeter, LEAST_OUTPUT, type OwnMeter } from './meter.ts';
import type { Charge, Reservation } from './reservation.ts';
import type { SpendingWatch } from './spending-watch.ts';

/** A call that somebody causes. */
export interface CallCause {
  kind: BookingKind;
  spender: Spender;
  settings: TenantSettings;
  choice: Choice;
  /** The attempt at a turn that makes the call. Absent: it belongs to no turn. */
  attempt?: Reservation['attempt'];
}

/** Every call throws `StoreError` when the store fails. */
export interface Spending extends SpendingStates {
  /** The meter of an answer. Its owner settles the charge, or lets the queue do it together with the turn. */
  meterOf(cause: CallCause): OwnMeter;
  /** Runs a task that belongs to no turn with a meter, and settles its charge. */
  run<T>(cause: CallCause, task: (meter: Meter) => Promise<T>): Promise<T>;
  settle(charge: Charge): Promise<void>;
  /**
   * A limit of which too little is left now for an answer of that model.
   * @param input the tokens that it reads at least
   */
  reached(
    spender: LimitedSpender,
    settings: TenantSettings,
    choice: Choice,
    input: number,
  ): Promise<Limit | undefined>;
  /** Whether a price of that model is known. Without one, a limit refuses all of its answers. */
  isPriced(choice: Choice): boolean;
}

export interface SpendingOptions {
  ledger: Ledger;
  prices: Prices;
  operator: OperatorLimits;
  /** The most tokens that a request may write. */
  mostOutput: number;
  /** The limits of a tenant now, for calls that waited. @throws StoreError */
  limitsOf?(tenant: TenantId): Promise<TenantLimits>;
  watch?: SpendingWatch;
}

const NO_TOKENS = { input: 0, output: 0 };

const payerOf = ({ source }: Choice): Payer => (source === 'own' ? 'own' : 'operator');

const pricedOf = ({ provider, model }: Choice): Priced => ({ baseUrl: provider?.baseUrl ?? '', model });

export function createSpending(options: SpendingOptions): Spending {
  const { ledger, prices, operator, mostOutput, limitsOf, watch } = options;

  function meterOf({ kind, spender, settings, choice, attempt }: CallCause): OwnMeter {
    const payer = payerOf(choice);
    const timeZone = settings.timeZone ?? operator.timeZone;
    return createMeter({
      spender,
      call: { kind, payer, ...pricedOf(choice) },
      accountsAt: (at, limits = settings) => ({
        accounts: accountsOf({ spender, payer, settings: limits, operator, at }),
        day: periodOf(at, 'day', timeZone).name,
      }),
      ledger,
      prices,
      mostOutput: kind === 'picture' ? MOST_PICTURE_OUTPUT : mostOutput,
      ...(limitsOf && { limitsNow: () => limitsOf(spender.tenant) }),
      ...(attempt && { attempt }),
      ...(watch && { watch }),
    });
  }

  return {
    meterOf,
    settle: ledger.settle,
    async run(cause, task) {
      const meter = meterOf(cause);
      try {
        return await task(meter);
      } finally {
        const charge = meter.charge();
        // A result that was paid for survives a short failure of the store.
        if (charge) await persistently(() => ledger.settle(charge));
      }
    },
    async reached(spender, settings, choice, input) {
      const [payer, at] = [payerOf(choice), Date.now()];
      const accounts = accountsOf({ spender, payer, settings, operator, at });
      const limits = limitsFor(payer, accounts);
      if (limits.length === 0) return undefined;
      const output = Math.min(LEAST_OUTPUT, mostOutput);
      // At least one nano-dollar, so that a limit of which nothing is left is reached whatever a model costs.
      const least = Math.max(1, prices.mostOf(pricedOf(choice), { input, output }, at) ?? 0);
      const levels = await ledger.levels(accounts);
      return limits.find(({ limit, place }) => {
        const level = levels[place];
        return level !== undefined && usedOf(limit, level).spent + least > limit.most;
      })?.limit;
    },
    isPriced: (choice) => prices.mostOf(pricedOf(choice), NO_TOKENS, Date.now()) !== undefined,
    async states(spender, settings) {
      const accounts = accountsOf({ spender, settings, operator, at: Date.now() });
      if (accounts.every(({ limits }) => limits.length === 0)) return [];
      const levels = await ledger.levels(accounts);
      return accounts.flatMap(({ limits }, place) => {
        const level = levels[place];
        return level ? limits.map((limit) => ({ limit, spent: usedOf(limit, level).spent })) : [];
      });
    },
  };
}
