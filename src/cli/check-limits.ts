/** Tells the operator's limits of money as they hold. */
import type { Config } from '../config.ts';
import { nanoOf, shownDollars } from '../core/money/amounts.ts';
import type { Finding } from '../core/platform.ts';
import { en } from '../core/sentences/en.ts';

const LIMITS = ['SPEND_DAY', 'SPEND_MONTH', 'TENANT_DAY', 'TENANT_MONTH', 'PERSON_DAY'] as const;

/** The names of the limits that are set. */
export const limitsSet = (config: Config): string[] => LIMITS.filter((name) => config[name] !== undefined);

/** Nothing where no limit is set: then the advice says what to set. */
export function checkLimits(config: Config): Finding[] {
  const set = LIMITS.flatMap((name) => {
    const dollars = config[name];
    return dollars === undefined ? [] : [{ name, dollars }];
  });
  if (set.length === 0) return [];
  const zero = set.filter(({ dollars }) => dollars === 0).map(({ name }) => name);
  const what = 'limits';
  if (zero.length > 0) return [{ what, state: 'warning', says: en.checks.limitsOfNothing(zero) }];
  const shown = set.map(({ name, dollars }) => `${name} ${shownDollars(nanoOf(dollars))}`);
  return [{ what, state: 'ok', says: en.checks.limitsHold(shown, config.TIME_ZONE) }];
}
