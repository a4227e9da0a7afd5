/** Reports a model key that its provider refuses as a lasting trouble, with the key's owner and host. */

import type { FailureKind } from '../models/model.ts';
import type { TurnRecord } from '../turn/log-record.ts';
import type { Troubles } from './troubles.ts';

const REFUSALS: ReadonlySet<FailureKind> = new Set<FailureKind>(['key', 'forbidden', 'quota']);

/** Returns a listener for each turn that has ended. */
export function watchKeys(troubles: Troubles): (record: TurnRecord) => void {
  return ({ key, failure, status }) => {
    if (!key) return;
    const { of, host } = key;
    const name = `key ${of} ${host}`;
    if (!failure) return troubles.over(name);
    if (!REFUSALS.has(failure)) return;
    const whose = of === 'operator' ? "Parley's own model key" : 'a model key of a server, workspace or page';
    troubles.cost(name, `${host} refuses ${whose}`, { host, keyOf: of, failure, status });
  };
}
