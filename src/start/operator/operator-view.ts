/** The operators' view of one start and its store. */
import { isPersonal, platformOf } from '../../adapters/all.ts';
import type { Config } from '../../config.ts';
import { nobodyIn, type SpendingStates } from '../../core/money/limits.ts';
import type { Ledger } from '../../core/money/metering/ledger.ts';
import { periodOf } from '../../core/money/periods.ts';
import { type MonthOfAll, monthOfAll } from '../../core/operator/month-of-all.ts';
import type { Health, OperatorLimit, OperatorView } from '../../core/operator/operator-view.ts';
import { sharedFor } from '../../core/operator/shared-for.ts';
import type { Adapter } from '../../core/platform.ts';
import { createRecent } from '../../core/recent.ts';
import type { WatchedLog } from '../../core/reports/newest-error.ts';
import type { Troubles } from '../../core/reports/troubles.ts';
import { livingProcesses } from '../../store/leases/heartbeats.ts';
import { readAudits } from '../../store/operator/audit-trail.ts';
import { failuresOfDay } from '../../store/operator/ended-turns.ts';
import { turnsUnderWay } from '../../store/operator/turns-under-way.ts';
import type { Store } from '../../store/store.ts';
import { VERSION } from '../../version.ts';
import type { Platforms } from '../platforms.ts';
import type { Tables } from '../tables.ts';

export interface OperatorViewOptions {
  config: Config;
  store: Store;
  tables: Pick<Tables, 'books' | 'settings'>;
  platforms: Platforms;
  spending: SpendingStates;
  ledger: Pick<Ledger, 'open'>;
  /** Called once the platforms are connected. */
  adapters(): Adapter[];
  whyNotReady(): Promise<string | undefined>;
  newestError: WatchedLog['newestError'];
}

/** How long the sums of a month are shown before the books are read again, ms. */
const MONTH_MS = 10_000;
/** How long the turns under way are, ms: several windows look at them every few seconds. */
const TURNS_MS = 1_000;
/** Months whose sums are kept. */
const MOST_MONTHS = 3;

export function createOperatorView(options: OperatorViewOptions, troubles: Troubles): OperatorView {
  const { config, store, tables, platforms, spending } = options;
  const months = createRecent<string, () => Promise<MonthOfAll>>(MOST_MONTHS);
  const nameOf = (kind: 'month' | 'day') => periodOf(Date.now(), kind, config.TIME_ZONE).name;
  return {
    thisMonth: () => nameOf('month'),
    today: () => nameOf('day'),
    month(month) {
      const read =
        months.get(month) ??
        sharedFor(MONTH_MS, async () => monthOfAll(await tables.books.all(month), isPersonal));
      months.set(month, read);
      return read();
    },
    turnsUnderWay: sharedFor(TURNS_MS, () => turnsUnderWay(store, platforms.personOf)),
    async limitsOfTenant(tenant) {
      const states = await spending.states(nobodyIn(tenant), await tables.settings.read(tenant));
      return states.filter(({ limit }) => limit.of === 'tenant');
    },
    async limitsOfPerson(person) {
      const states = await spending.states({ tenant: NOWHERE, person, roles: [] }, {});
      return states.filter(({ limit }) => limit.of === 'person');
    },
    limits: () => limitsOf(config, spending),
    failures: () => failuresOfDay(store),
    audits: (from, most) => readAudits(store, from, most),
    health: () => healthOf(options, troubles),
    describe: (tenant) => ({ platform: platformOf(tenant)?.label ?? '', isPersonal: isPersonal(tenant) }),
  };
}

/** No tenant: only the limits of all tenants together, or of a person everywhere, are asked for. */
const NOWHERE = 'nowhere:';

async function limitsOf(config: Config, spending: SpendingStates): Promise<OperatorLimit[]> {
  const { SPEND_DAY, SPEND_MONTH, TENANT_DAY, TENANT_MONTH, PERSON_DAY } = config;
  const spent = (await spending.states(nobodyIn(NOWHERE), {})).filter(
    ({ limit }) => limit.of === 'installation',
  );
  const dollars = (variable: string, most: number | undefined): OperatorLimit => ({
    variable,
    unit: 'dollars',
    ...(most !== undefined && { most }),
  });
  const ofAll = (variable: string, most: number | undefined, period: 'day' | 'month'): OperatorLimit => {
    const state = spent.find(({ limit }) => limit.period === period);
    return {
      ...dollars(variable, most),
      ...(state && { spent: state.spent, period, renewsAt: state.limit.renewsAt }),
    };
  };
  return [
    ofAll('SPEND_DAY', SPEND_DAY, 'day'),
    ofAll('SPEND_MONTH', SPEND_MONTH, 'month'),
    dollars('TENANT_DAY', TENANT_DAY),
    dollars('TENANT_MONTH', TENANT_MONTH),
    dollars('PERSON_DAY', PERSON_DAY),
    { variable: 'PERSON_PER_MINUTE', most: config.PERSON_PER_MINUTE, unit: 'messages' },
    { variable: 'PERSON_AT_ONCE', most: config.PERSON_AT_ONCE, unit: 'answers' },
    { variable: 'TENANT_AT_ONCE', most: config.TENANT_AT_ONCE, unit: 'answers' },
    { variable: 'MOST_WAITING', most: config.MOST_WAITING, unit: 'messages' },
  ];
}

const startedAt = Date.now() - Math.round(process.uptime() * 1_000);

async function healthOf(
  { store, ledger, adapters, whyNotReady, newestError }: OperatorViewOptions,
  troubles: Troubles,
): Promise<Health> {
  const [reason, error] = [await whyNotReady(), newestError()];
  const connected = adapters().map((adapter) => {
    const why = adapter.whyNotReady();
    const label = platformOf(`${adapter.name}:`)?.label ?? adapter.name;
    return { label, ...(why !== undefined && { reason: why }) };
  });
  return {
    version: VERSION,
    startedAt,
    store: store.isShared ? 'PostgreSQL' : 'SQLite',
    processes: store.isShared ? await livingProcesses(store) : 1,
    memory: process.memoryUsage.rss(),
    openCalls: await ledger.open(),
    platforms: connected,
    troubles: troubles.list(),
    ...(reason !== undefined && { reason }),
    ...(error && { error }),
  };
}
