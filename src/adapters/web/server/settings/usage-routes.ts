/** The usage of a person: the figures of a month. */
import type { Hono } from 'hono';
import { GROUPINGS } from '../../../../core/money/shown/groups.ts';
import { readMonth, type UsageReports } from '../../../../core/money/shown/usage-reports.ts';
import { nameOfMonth } from '../../../../core/money/shown/wording.ts';
import { en } from '../../../../core/sentences/en.ts';
import type { UsageView } from '../../api/usage.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';

export interface UsageRoutesOptions {
  usage: UsageReports;
}

export function mountUsage(app: Hono<Env>, { usage }: UsageRoutesOptions, { session }: RouteTools): void {
  app.get('/api/usage', async (c) => {
    const { tenant } = session(c);
    const given = c.req.query('month') || undefined;
    const month = given === undefined ? undefined : readMonth(given);
    if (given !== undefined && month === undefined)
      throw new Refusal(400, 'invalid', en.usage.options.wrongMonth);
    const by = GROUPINGS.find((one) => one === c.req.query('by')) ?? 'day';
    // On the page, a tenant is a person.
    const wanted = { tenant, person: tenant, by, ...(month !== undefined && { month }) };
    const { title, lines, figures } = await usage.report(wanted);
    return c.json<UsageView>({
      title,
      lines: lines.map((line) => line.replaceAll('**', '')),
      figures: figures ?? null,
      months: (await usage.months(tenant)).map((value) => ({ value, label: nameOfMonth(value) })),
    });
  });
}
