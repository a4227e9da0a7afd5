/** The operator's limits and lists, from the configuration. */
import { PLATFORMS } from '../adapters/all.ts';
import { type Config, schema } from '../config.ts';
import { type AccessLists, noLists } from '../core/access/access-lists.ts';

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
