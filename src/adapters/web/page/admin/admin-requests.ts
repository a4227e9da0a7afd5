import type { FailuresOfDay } from '../../../../core/operator/operator-view.ts';
import type { AdminAudits, AdminLimits, AdminNow, AdminSums, AdminUsage } from '../../api/admin.ts';
import { call } from '../connection/server.ts';

/** Timeout of a reading, ms. The next one is made soon anyway. */
const READ_MS = 15_000;

const read = <T>(path: string, query: Record<string, string> = {}) =>
  call<T>('GET', `admin/${path}?${new URLSearchParams(query)}`, undefined, READ_MS);

/** The requests of the page for operators. Every one throws `ServerError`. */
export const adminServer = {
  now: () => read<AdminNow>('now'),
  failures: () => read<FailuresOfDay>('failures'),
  audits: (from: number) => read<AdminAudits>('audit', { from: String(from) }),
  limits: () => read<AdminLimits>('limits'),
  usage: (month: string, by: string) => read<AdminUsage>('usage', { month, by }),
  sums: (of: 'people' | 'places', month: string, from: number) =>
    read<AdminSums>(of, { month, from: String(from) }),
  signOut: (person: string) => call<void>('DELETE', `people/${encodeURIComponent(person)}/sessions`),
};
