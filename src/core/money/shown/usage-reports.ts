/** Reports of what was used, for commands and the page. */
import type { Settings } from '../../settings.ts';
import type { TenantId } from '../../types.ts';
import type { Vocabulary } from '../../vocabulary.ts';
import type { BookReader } from '../books.ts';
import type { LimitState, SpendingStates } from '../limits.ts';
import { monthOf } from '../periods.ts';
import type { Grouping } from './groups.ts';
import { type Report, reportOf } from './report.ts';

export interface UsageReports {
  report(wanted: WantedReport): Promise<Report>;
  /** Months that the books may hold, such as `2026-11`: the newest first. */
  months(tenant: TenantId): Promise<string[]>;
}

export interface WantedReport {
  tenant: TenantId;
  /** A person as the books name them; undefined: everybody of the tenant. */
  person: string | undefined;
  by: Grouping;
  /** Absent: the month of now. */
  month?: string;
  /** The platform's ids of the person's roles that have a limit. */
  roles?: string[];
}

export interface UsageReportsOptions {
  books: BookReader;
  /** The day of now in the tenant's time zone, such as `2026-11-30`. */
  todayOf(tenant: TenantId): Promise<string>;
  settings: Pick<Settings, 'read'>;
  spending: SpendingStates;
  words: Vocabulary;
}

/** Months for which the books are kept. */
const MONTHS = 13;
const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** A month as people write it; undefined where it is none. */
export function readMonth(text: string): string | undefined {
  const month = text.trim();
  return MONTH.test(month) ? month : undefined;
}

export function createUsageReports(options: UsageReportsOptions): UsageReports {
  const { books, todayOf, settings, spending, words } = options;

  /** The limits of whoever the report is about. On the page, a person is the tenant, too. */
  async function limitsOf({ tenant, person, roles = [] }: WantedReport): Promise<LimitState[]> {
    const states = await spending.states(
      { tenant, person: person ?? '', roles },
      await settings.read(tenant),
    );
    return states.filter(({ limit: { of } }) => {
      const isPersons = person !== undefined && (of === 'person' || of === 'role');
      return isPersons || (of === 'tenant' && (person === undefined || person === tenant));
    });
  }

  return {
    async report(wanted) {
      const { tenant, person, by, month: given } = wanted;
      const today = await todayOf(tenant);
      const month = given ?? monthOf(today);
      const rows = await (person === undefined
        ? books.ofTenant(tenant, month)
        : books.ofPerson(tenant, person, month));
      const limits = today.startsWith(month) ? await limitsOf(wanted) : [];
      const whose = person === undefined ? 'tenant' : 'mine';
      return reportOf({ rows, whose, by, month, today, limits, words });
    },
    async months(tenant) {
      return monthsUntil(await todayOf(tenant));
    },
  };
}

/** Months that the books may hold: the newest first. @param today a day or a month */
export function monthsUntil(today: string): string[] {
  const [year = 0, number = 1] = today.split('-').map(Number);
  return Array.from({ length: MONTHS }, (_, back) =>
    monthOf(new Date(Date.UTC(year, number - 1 - back)).toISOString()),
  );
}
