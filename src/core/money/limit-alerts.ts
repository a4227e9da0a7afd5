/** Tells the admins of a tenant that one of its limits is nearly or fully spent: each once in a period. */
import type { Logger } from 'pino';
import { whereFrom } from '../reports/where-from.ts';
import { en } from '../sentences/en.ts';
import type { Settings, TenantSettings } from '../settings.ts';
import type { TenantId } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { shownDollars } from './amounts.ts';
import { type Limit, type LimitState, nobodyIn, type SpendingStates } from './limits.ts';
import { renewalOf } from './renewal.ts';

/** No method throws. */
export interface LimitAlerts {
  /**
   * Looks at a tenant's limits, after something was spent.
   * @param read the tenant's settings, if they were read not long ago
   */
  check(tenant: TenantId, read?: () => Promise<TenantSettings>): void;
  /** A question was refused, since too little was left of that limit. */
  refused(tenant: TenantId, limit: Limit): void;
  /** Resolves when nothing is looked at or told any more. */
  stop(): Promise<void>;
}

/** Where admins are told: in a channel, or a person in direct messages. */
export type AdminsPlace = { channel: string } | { person: string };

/**
 * Tells the admins of a tenant. Nothing in it pings anybody. Never throws.
 * @returns whether somebody was told
 */
export type TellAdmins = (
  tenant: TenantId,
  place: AdminsPlace,
  text: string,
  signal: AbortSignal,
) => Promise<boolean>;

/** Names that are taken once over all processes. Both throw StoreError. */
export interface Claims {
  /** Takes a name for as long as that (ms). False: it is taken. */
  take(name: string, ms: number): Promise<boolean>;
  /** Holds a name that was taken for as long as that from now (ms). */
  hold(name: string, ms: number): Promise<void>;
}

export interface LimitAlertsOptions {
  settings: Pick<Settings, 'read'>;
  spending: SpendingStates;
  claims: Claims;
  /** How a tenant's platform tells admins; undefined where it cannot. */
  tellAdminsOf(tenant: TenantId): TellAdmins | undefined;
  vocabularyOf(tenant: TenantId): Vocabulary;
  log: Logger;
}

/** The part of a limit from which on it is nearly spent. */
const NEARLY = 0.8;
/** Longest time for a sentence to be sent, ms. */
const TELL_MS = 10_000;
/** Time after which a sentence that was not sent is tried again, ms. */
const AGAIN_MS = 10 * 60_000;
/** How long a claim outlives its period, ms: clocks of processes differ. */
const CLAIM_MS = 24 * 3_600_000;

type Step = 'nearly' | 'fully';

export function createLimitAlerts(options: LimitAlertsOptions): LimitAlerts {
  const { settings, spending, tellAdminsOf, log } = options;
  const tell = createTell(options);
  /** Tenants that are looked at; true: once more afterwards. */
  const looking = new Map<TenantId, boolean>();
  const running = new Set<Promise<void>>();

  function inBackground(tenant: TenantId, task: () => Promise<void>): void {
    const done = task()
      .catch((error: unknown) => log.warn({ tenant, error: whereFrom(error) }, 'limits not looked at'))
      .finally(() => running.delete(done));
    running.add(done);
  }

  async function statesOf(tenant: TenantId, own: TenantSettings): Promise<LimitState[]> {
    const states = await spending.states(nobodyIn(tenant), own);
    return states.filter(({ limit }) => limit.of === 'tenant' && limit.most > 0);
  }

  async function look(tenant: TenantId, own: TenantSettings): Promise<void> {
    for (const state of await statesOf(tenant, own)) {
      const { limit, spent } = state;
      if (spent >= limit.most) await tell(tenant, own, state, 'fully');
      else if (spent >= limit.most * NEARLY) await tell(tenant, own, state, 'nearly');
    }
  }

  return {
    check(tenant, read = () => settings.read(tenant)) {
      if (!tellAdminsOf(tenant)) return;
      const isRunning = looking.has(tenant);
      looking.set(tenant, isRunning);
      if (isRunning) return;
      inBackground(tenant, async () => {
        try {
          do {
            looking.set(tenant, false);
            await look(tenant, await read());
          } while (looking.get(tenant));
        } finally {
          looking.delete(tenant);
        }
      });
    },

    refused(tenant, { period, setBy }) {
      if (!tellAdminsOf(tenant)) return;
      inBackground(tenant, async () => {
        const own = await settings.read(tenant);
        const states = await statesOf(tenant, own);
        const state = states.find(({ limit }) => limit.period === period && limit.setBy === setBy);
        if (state) await tell(tenant, own, state, 'fully');
      });
    },

    async stop() {
      await Promise.all(running);
    },
  };
}

function createTell({ claims, tellAdminsOf, vocabularyOf, log }: LimitAlertsOptions) {
  const nameOf = (tenant: TenantId, { setBy, period, renewsAt, most }: Limit, step: Step) =>
    [tenant, setBy, period, renewsAt, most, step].join('|');

  const isClaimed = async (tenant: TenantId, { limit }: LimitState, step: Step): Promise<boolean> =>
    !(await claims.take(nameOf(tenant, limit, step), Math.max(0, limit.renewsAt - Date.now()) + CLAIM_MS));

  return async (tenant: TenantId, own: TenantSettings, state: LimitState, step: Step): Promise<void> => {
    if (await isClaimed(tenant, state, step)) return;
    // A limit that is fully spent is not told to be nearly spent afterwards.
    if (step === 'fully') await isClaimed(tenant, state, 'nearly');
    const { limit, spent } = state;
    const facts = {
      ...limit,
      spent: shownDollars(spent),
      most: shownDollars(limit.most),
      renewal: renewalOf(limit),
    };
    const text = en.limits.alerts[step](facts, vocabularyOf(tenant));
    const places = placesOf(own);
    for (const place of places) {
      const isTold = await tellAdminsOf(tenant)?.(tenant, place, text, AbortSignal.timeout(TELL_MS));
      if (isTold) return;
    }
    log.warn({ tenant, of: limit.of, period: limit.period, step }, 'no admin could be told of a limit');
    // The platform may be away for a while only.
    if (places.length > 0) await claims.hold(nameOf(tenant, limit, step), AGAIN_MS);
  };
}

/** The channel that the admins chose, then whoever set the last limit. */
function placesOf({ limitsChannel, limitsSetBy }: TenantSettings): AdminsPlace[] {
  return [
    ...(limitsChannel === undefined ? [] : [{ channel: limitsChannel }]),
    ...(limitsSetBy === undefined ? [] : [{ person: limitsSetBy }]),
  ];
}
