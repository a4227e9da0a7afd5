/** Counts turns and their failures by the hour, for all processes. */
import type { FailureKind } from '../../core/models/model.ts';
import type { FailuresOfDay } from '../../core/operator/operator-view.ts';
import type { TurnRecord } from '../../core/turn/log-record.ts';
import type { Counter } from '../additions.ts';
import { endedTurnsKey } from '../keys.ts';
import type { Store } from '../store.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** How long an hour is kept, ms: until it no longer counts. */
const KEPT_MS = (HOURS + 2) * HOUR_MS;
/** The field of all turns. Any other field is a kind of failure. */
const TURNS = 'turns';

export interface EndedTurns {
  /** Counts a turn. A store that fails loses it. */
  count(record: Pick<TurnRecord, 'end' | 'failure'>): void;
  /** Resolves once everything is counted. */
  settle(): Promise<void>;
}

export function createEndedTurns(store: Store): EndedTurns {
  const counting = new Set<Promise<unknown>>();
  return {
    count({ end, failure }) {
      // Such a turn was cut off by Parley itself, and is answered again.
      if (end === 'interrupted' && failure === undefined) return;
      const kind = failure ?? (end === 'refused' ? end : undefined);
      const addition = {
        key: keyAt(Date.now()),
        add: { [TURNS]: 1, ...(kind && { [kind]: 1 }) },
        ttl: KEPT_MS,
      };
      // The store logs its failures itself.
      const task = store.take([addition], []).catch(() => {});
      counting.add(task);
      void task.then(() => counting.delete(task));
    },
    async settle() {
      await Promise.all(counting);
    },
  };
}

/** The hour of now counts, with the 24 whole hours before it. */
export async function failuresOfDay(store: Store): Promise<FailuresOfDay> {
  const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const hours = Array.from({ length: HOURS + 1 }, (_, back) => thisHour - back * HOUR_MS);
  const counts = new Map<string, number>();
  for (const counter of await store.readMany<Counter>(hours.map(keyAt)))
    for (const [field, n] of Object.entries(counter ?? {})) counts.set(field, (counts.get(field) ?? 0) + n);
  const turns = counts.get(TURNS) ?? 0;
  counts.delete(TURNS);
  const failures = [...counts].map(([kind, count]) => ({ kind: kind as FailureKind, count }));
  return {
    since: thisHour - HOURS * HOUR_MS,
    turns,
    failures: failures.sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1)),
  };
}

/** @param at ms since 1970 */
const keyAt = (at: number) => endedTurnsKey(new Date(at).toISOString().slice(0, 'yyyy-mm-ddThh'.length));
