/** The page for operators and its API. Everybody else gets the same 404 as for any address that is not there. */
import type { Context, Hono } from 'hono';
import { reportOf } from '../../../../core/money/shown/report.ts';
import { monthsUntil, readMonth } from '../../../../core/money/shown/usage-reports.ts';
import { nameOfMonth } from '../../../../core/money/shown/wording.ts';
import type { FailuresOfDay, OperatorView } from '../../../../core/operator/operator-view.ts';
import { en } from '../../../../core/sentences/en.ts';
import type { PageReader, TenantId } from '../../../../core/types.ts';
import {
  ADMIN_PATH,
  type AdminAudits,
  type AdminLimits,
  type AdminNow,
  type AdminSums,
  type AdminUsage,
} from '../../api/admin.ts';
import { fromServer } from '../../sentences/en.ts';
import { sessionOf } from '../../sessions/session.ts';
import { PAGE_WORDS } from '../../vocabulary.ts';
import type { Page } from '../bundle.ts';
import { Refusal } from '../refusal.ts';
import type { Env } from '../route-tools.ts';
import type { SignedInPeople } from '../sign-in/people.ts';
import { createAdminRows } from './admin-rows.ts';

export interface AdminRoutesOptions {
  operatorView: OperatorView;
  page: Page;
  /** The kind of reader at the page, as its door stands now. */
  reader(tenant: TenantId): PageReader;
  /** Undefined: nobody can sign in. */
  people: Pick<SignedInPeople, 'find' | 'tenants'> | undefined;
}

/** Groups of usage. People have a table of their own. */
const GROUPS = ['day', 'model', 'kind'] as const;
/** The highest number of a row that is asked for. */
const MOST_ROWS = 1_000_000;

export function mountAdmin(app: Hono<Env>, { operatorView, page, reader, people }: AdminRoutesOptions): void {
  const isOperator = (c: Context) => {
    const tenant = sessionOf(c)?.tenant;
    return tenant !== undefined && reader(tenant) === 'operator';
  };
  const rows = createAdminRows(operatorView, people);

  app.get(ADMIN_PATH, (c) => {
    if (!isOperator(c)) return c.notFound();
    c.header('cache-control', 'no-store');
    return c.html(page.html);
  });

  app.use('/api/admin/*', async (c, next) => (isOperator(c) ? next() : c.notFound()));

  app.get('/api/admin/now', async (c) => {
    const [health, { turns, isMore }] = await Promise.all([
      operatorView.health(),
      operatorView.turnsUnderWay(),
    ]);
    const shown = await Promise.all(turns.map(rows.ofTurn));
    return c.json<AdminNow>({ at: Date.now(), health, turns: shown, isMore });
  });

  app.get('/api/admin/limits', async (c) => c.json<AdminLimits>({ limits: await operatorView.limits() }));

  app.get('/api/admin/failures', async (c) => c.json<FailuresOfDay>(await operatorView.failures()));
  app.get('/api/admin/audit', async (c) => c.json<AdminAudits>(await rows.audits(fromIn(c))));

  app.get('/api/admin/usage', async (c) => {
    const month = monthIn(c, operatorView);
    const today = operatorView.today();
    const by = GROUPS.find((one) => one === c.req.query('by')) ?? 'day';
    const sums = await operatorView.month(month);
    const report = { rows: sums.rows, whose: 'tenant' as const, by, month, today, limits: [] };
    const { lines, figures } = reportOf({ ...report, words: PAGE_WORDS });
    return c.json<AdminUsage>({
      title: fromServer.admin.usage(nameOfMonth(month)),
      lines: lines.map((line) => line.replaceAll('**', '')),
      figures: figures ?? null,
      months: monthsUntil(today).map((value) => ({ value, label: nameOfMonth(value) })),
      total: sums.total,
    });
  });

  app.get('/api/admin/people', async (c) =>
    c.json<AdminSums>(await rows.people(monthIn(c, operatorView), fromIn(c))),
  );
  app.get('/api/admin/places', async (c) =>
    c.json<AdminSums>(await rows.places(monthIn(c, operatorView), fromIn(c))),
  );
}

/** @throws Refusal 400 */
function monthIn(c: Context, view: OperatorView): string {
  const given = c.req.query('month') || view.thisMonth();
  const month = readMonth(given);
  if (month === undefined) throw new Refusal(400, 'invalid', en.usage.options.wrongMonth);
  return month;
}

/** The number of the first row that is asked for. @throws Refusal 400 */
function fromIn(c: Context): number {
  const from = Number(c.req.query('from') || 0);
  if (Number.isInteger(from) && from >= 0 && from <= MOST_ROWS) return from;
  throw new Refusal(400, 'invalid', fromServer.refusals.body.wrongForm);
}
