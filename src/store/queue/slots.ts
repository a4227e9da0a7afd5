/**
 * Limits how many turns this process answers at once: of each person and of each tenant. The first turn of a lane takes a
 * slot before it begins; where none is free, the lane waits, and nothing of it changes meanwhile.
 */
import type { Message, TenantId } from '../../core/types.ts';

export interface SlotLimits {
  ofPerson: number;
  ofTenant: number;
}

export interface Slots {
  /** Whether the lane has a slot for that message now. If not, the lane waits for one. Asked again, it is the same slot. */
  take(lane: string, message: Message): boolean;
  /** Resolves once a waiting lane was given a slot. */
  given(lane: string): Promise<void>;
  /** Gives back the lane's slot, or its place among those that wait. */
  release(lane: string): void;
}

interface Taker {
  person: string;
  tenant: TenantId;
}

interface Waiting extends Taker {
  given: PromiseWithResolvers<void>;
}

export interface SlotsOptions {
  /** Those that hold for a tenant now. */
  limitsOf(tenant: TenantId): SlotLimits;
  /** Who asked: the same person wherever it is counted. */
  personOf(message: Message): string;
}

export function createSlots({ limitsOf, personOf }: SlotsOptions): Slots {
  const taken = new Map<string, Taker>();
  /** In the order in which they came. */
  const waiting = new Map<string, Waiting>();
  const running = { people: new Map<string, number>(), tenants: new Map<TenantId, number>() };
  const countOf = ({ person, tenant }: Taker) => ({
    person: running.people.get(person) ?? 0,
    tenant: running.tenants.get(tenant) ?? 0,
  });

  function fits(taker: Taker): boolean {
    const { person, tenant } = countOf(taker);
    const { ofPerson, ofTenant } = limitsOf(taker.tenant);
    return person < ofPerson && tenant < ofTenant;
  }

  function add(lane: string, { person, tenant }: Taker): void {
    taken.set(lane, { person, tenant });
    change(running.people, person, 1);
    change(running.tenants, tenant, 1);
  }

  /** A free slot goes to the person of whom the fewest turns run, and among equals to who waits longest. */
  function next(): [string, Waiting] | undefined {
    let best: [string, Waiting] | undefined;
    for (const one of waiting) {
      const isBetter = !best || countOf(one[1]).person < countOf(best[1]).person;
      if (isBetter && fits(one[1])) best = one;
    }
    return best;
  }

  function give(): void {
    for (let one = next(); one; one = next()) {
      const [lane, waiter] = one;
      waiting.delete(lane);
      add(lane, waiter);
      waiter.given.resolve();
    }
  }

  function release(lane: string): void {
    waiting.get(lane)?.given.resolve();
    waiting.delete(lane);
    const taker = taken.get(lane);
    if (!taker) return;
    taken.delete(lane);
    change(running.people, taker.person, -1);
    change(running.tenants, taker.tenant, -1);
    give();
  }

  return {
    take(lane, message) {
      const taker = { person: personOf(message), tenant: message.tenant };
      const before = taken.get(lane) ?? waiting.get(lane);
      // The lane's first turn is gone, and the next is another person's.
      if (before && before.person !== taker.person) release(lane);
      if (taken.has(lane)) return true;
      if (waiting.has(lane)) return false;
      if (fits(taker)) {
        add(lane, taker);
        return true;
      }
      waiting.set(lane, { ...taker, given: Promise.withResolvers() });
      return false;
    },
    given: async (lane) => waiting.get(lane)?.given.promise,
    release,
  };
}

function change<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
