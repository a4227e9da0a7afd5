/** The operator's limits and lists, from the configuration. */
import { PLATFORMS } from '../adapters/all.ts';
import type { Advice } from '../adapters/platform.ts';
import { type Config, schema } from '../config.ts';
import { type AccessLists, noLists } from '../core/access/access-lists.ts';
import type { OperatorLimits } from '../core/money/limits.ts';
import { en } from '../core/sentences/en.ts';

/**
 * A limit of people's messages. On the open page of this machine, the person asking is the operator: the limit counts
 * there only if the operator set another one than the default.
 */
export function limitOf(
  config: Config,
  name: 'PERSON_PER_MINUTE' | 'PERSON_AT_ONCE' | 'TENANT_AT_ONCE',
  isOperator: boolean,
): number {
  const isDefault = config[name] === schema.shape[name].parse(undefined);
  return isOperator && isDefault ? Number.POSITIVE_INFINITY : config[name];
}

/** The lists of servers, workspaces and people. */
export function accessListsOf(config: Config): AccessLists {
  const lists = PLATFORMS.map(({ admission }) => admission?.lists(config));
  const person = { allowed: config.ALLOWED_PEOPLE, blocked: config.BLOCKED_PEOPLE };
  return Object.assign(noLists(), ...lists, { person });
}

/** The limits of the operator's money. */
export function spendingLimitsOf(config: Config): OperatorLimits {
  return {
    spendDay: config.SPEND_DAY,
    spendMonth: config.SPEND_MONTH,
    tenantDay: config.TENANT_DAY,
    tenantMonth: config.TENANT_MONTH,
    personDay: config.PERSON_DAY,
    timeZone: config.TIME_ZONE,
  };
}

/** Advice where other people can spend the operator's money, and no limit bounds their sum. */
export function spendingAdvice(config: Config): Advice[] {
  const { SPEND_DAY, SPEND_MONTH, TENANT_DAY, TENANT_MONTH, PERSON_DAY } = config;
  if (config.OPENAI_API_KEY === undefined || SPEND_DAY !== undefined || SPEND_MONTH !== undefined) return [];
  const isPaid = (platform: (typeof PLATFORMS)[number]) =>
    // On the page, the operator pays in any case.
    platform.admission === undefined || config.OWN_KEY_ONLY === 'off';
  const places = PLATFORMS.filter((platform) => isPaid(platform) && platform.isForOthers(config));
  if (places.length === 0) return [];
  const labels = places.map(({ label }) => label);
  const hasSome = [TENANT_DAY, TENANT_MONTH, PERSON_DAY].some((limit) => limit !== undefined);
  return [{ what: 'limits', says: hasSome ? en.checks.sumNotLimited(labels) : en.checks.notLimited(labels) }];
}
