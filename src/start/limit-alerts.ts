/** Alerts about limits in one start: after each call that was charged, and after each question that was refused. */
import type { Logger } from 'pino';
import { platformOf, vocabularyOf } from '../adapters/all.ts';
import { createLimitAlerts, type LimitAlerts } from '../core/money/limit-alerts.ts';
import type { Spending } from '../core/money/metering/spending.ts';
import type { SpendingWatch } from '../core/money/metering/spending-watch.ts';
import type { Adapter } from '../core/platform.ts';
import type { Settings } from '../core/settings.ts';
import { createClaims } from '../store/leases/claims.ts';
import type { Store } from '../store/store.ts';

export interface AlertsOptions {
  store: Store;
  settings: Settings;
  spending: Spending;
  /** Called once the platforms are connected. */
  adapters(): Adapter[];
  log: Logger;
}

/** With the spending whose calls are looked at. Calls of turns are not among them: the queue charges those. */
export function startAlerts(options: AlertsOptions): { alerts: LimitAlerts; spending: Spending } {
  const { store, adapters, spending } = options;
  const alerts = createLimitAlerts({
    ...options,
    claims: createClaims(store, 'limits'),
    tellAdminsOf: (tenant) => adapters().find(({ name }) => name === platformOf(tenant)?.name)?.tellAdmins,
    vocabularyOf,
  });
  return {
    alerts,
    spending: {
      ...spending,
      async run(cause, task) {
        try {
          return await spending.run(cause, task);
        } finally {
          alerts.check(cause.spender.tenant);
        }
      },
    },
  };
}

/** The watch, with alerts that are told of what is refused, too. */
export const withAlerts = <Watch extends SpendingWatch>(alerts: () => LimitAlerts, watch: Watch): Watch => ({
  ...watch,
  refused(limit, call) {
    watch.refused(limit, call);
    // Nobody asked for a summary, and it reads more than most questions.
    if (call.kind !== 'summary' && call.kind !== 'title') alerts().refused(call.tenant, limit);
  },
});
