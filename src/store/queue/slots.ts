/**
 * Limits how many turns of each person and of each tenant this process answers at once. The first turn of a lane
 * takes a slot before it begins. While none is free, the lane waits unchanged.
 */
import type { Message, TenantId } from '../../core/types.ts';

export interface SlotLimits {
  ofPerson: number;
  ofTenant: number;
}

export interface Slots {
  /**
   * Whether the lane has a slot for that message now. If not, it waits for one. A repeated call takes no second slot.
   */
  take(lane: string, message: Message): boolean;
  /** Resolves once the waiting lane has a slot. */
  given(lane: string): Promise<void>;
  /** Gives back the lane's slot, or ends its wait. */
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
  /** The limits that a tenant has now. */
  limitsOf(tenant: TenantId): SlotLimits;
  /** The person who asked, under one id wherever they ask. */
  personOf(message: Message): string;
}

export function createSlots({ limitsOf, personOf }: SlotsOptions): Slots {
  const taken = new Map<string, Taker>();
  /** In the order in which they came. */
  const waiting = new Map<string, Waiting>();
  const counts = createCounts();

  function fits(taker: Taker): boolean {
    const { ofPerson, ofTenant } = limitsOf(taker.tenant);
    return counts.ofPerson(taker) < ofPerson && counts.ofTenant(taker) < ofTenant;
  }

  function add(lane: string, { person, tenant }: Taker): void {
    taken.set(lane, { person, tenant });
    counts.change({ person, tenant }, 1);
  }

  /**
   * A free slot goes to the person with the fewest running turns. Among equals, it goes to whoever has waited
   * longest.
   */
  function next(): [string, Waiting] | undefined {
    let best: [string, Waiting] | undefined;
    for (const one of waiting) {
      const isBetter = !best || counts.ofPerson(one[1]) < counts.ofPerson(best[1]);
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
    counts.change(taker, -1);
    give();
  }

  return {
    take(lane, message) {
      const taker = { person: personOf(message), tenant: message.tenant };
      const before = taken.get(lane) ?? waiting.get(lane);
      // The lane's first turn is gone, and another person asked its next one.
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

/** Counts running turns, of each person and of each tenant. */
function createCounts() {
  const people = new Map<string, number>();
  const tenants = new Map<TenantId, number>();
  return {
    ofPerson: ({ person }: Taker) => people.get(person) ?? 0,
    ofTenant: ({ tenant }: Taker) => tenants.get(tenant) ?? 0,
    change({ person, tenant }: Taker, by: number): void {
      change(people, person, by);
      change(tenants, tenant, by);
    },
  };
}

function change<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
