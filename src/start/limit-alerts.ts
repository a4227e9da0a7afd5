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
  /** Told of refused questions, too. */
  watch: Pick<SpendingWatch, 'refused'>;
  /** Called once the platforms are connected. */
  adapters(): Adapter[];
  log: Logger;
}

/** With the spending whose calls are looked at. Calls of turns are not among them: the queue charges those. */
export function startAlerts(options: AlertsOptions): { alerts: LimitAlerts; spending: Spending } {
  const { store, adapters, spending, watch } = options;
  const alerts = createLimitAlerts({
    ...options,
    claim: createClaims(store, 'limits'),
    tellAdminsOf: (tenant) => adapters().find(({ name }) => name === platformOf(tenant)?.name)?.tellAdmins,
    vocabularyOf,
  });
  return {
    alerts: {
      ...alerts,
      refused(tenant, limit) {
        watch.refused(limit);
        alerts.refused(tenant, limit);
      },
    },
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
