/** Rows of the page for operators: people by the name that an operator needs to act, places by their ids. */
import { shownDollars } from '../../../../core/money/amounts.ts';
import type { LimitState } from '../../../../core/money/limits.ts';
import { amountOf } from '../../../../core/money/shown/wording.ts';
import { NO_SUM } from '../../../../core/money/sum.ts';
import type { NamedSum } from '../../../../core/operator/month-of-all.ts';
import type { OperatorView, TurnUnderWay } from '../../../../core/operator/operator-view.ts';
import type { AdminAudits, AdminPerson, AdminSum, AdminSums, AdminTurn } from '../../api/admin.ts';
import { fromServer } from '../../sentences/en.ts';
import type { SignedInPeople } from '../sign-in/people.ts';

export interface AdminRows {
  ofTurn(turn: TurnUnderWay): Promise<AdminTurn>;
  /** The newest lines of the audit log. @param from the number of the first row, here and below */
  audits(from: number): Promise<AdminAudits>;
  people(month: string, from: number): Promise<AdminSums>;
  places(month: string, from: number): Promise<AdminSums>;
}

/** Rows of a page. */
const PAGE_ROWS = 50;

export function createAdminRows(
  view: OperatorView,
  people: Pick<SignedInPeople, 'find' | 'tenants'> | undefined,
): AdminRows {
  async function personOf(id: string): Promise<AdminPerson> {
    const known = await people?.find(id);
    if (!known) return { id };
    const { name, email } = known;
    return { id, name, ...(email !== undefined && { email }), isSignedIn: true };
  }

  /** Limits hold now: earlier months have none. */
  const limitsIn = async (month: string, states: () => Promise<LimitState[]>) =>
    month === view.thisMonth() ? (await states()).map(wordsOf) : [];

  async function page(
    all: NamedSum[],
    from: number,
    more: (key: string) => Promise<Pick<AdminSum, 'person' | 'place' | 'limits'>>,
  ): Promise<AdminSums> {
    const rows: AdminSum[] = [];
    for (const { key, sum } of all.slice(from, from + PAGE_ROWS)) {
      const cost = sum.requests > 0 ? amountOf(sum) : shownDollars(0);
      rows.push({ platform: view.describe(key).platform, sum, cost, ...(await more(key)) });
    }
    return { rows, count: all.length, from };
  }

  return {
    async ofTurn({ conversation, tenant, person, phase, at, call, written }) {
      const { platform } = view.describe(tenant);
      const model = call?.model ?? null;
      return { conversation, platform, person: await personOf(person), phase, at, model, written };
    },
    async audits(from) {
      const { entries, count } = await view.audits(from, PAGE_ROWS);
      const rows = await Promise.all(
        entries.map(async ({ person, ...entry }) => ({
          ...entry,
          ...(person !== undefined && { who: await personOf(person) }),
        })),
      );
      return { rows, count, from };
    },
    async people(month, from) {
      const used = (await view.month(month)).people;
      const known = new Set(used.map(({ key }) => key));
      const others = ((await people?.tenants()) ?? []).filter((key) => !known.has(key));
      const all = [...used, ...others.map((key) => ({ key, sum: NO_SUM }))];
      return page(all, from, async (key) => ({
        person: await personOf(key),
        limits: key === '' ? [] : await limitsIn(month, () => view.limitsOfPerson(key)),
      }));
    },
    async places(month, from) {
      const { places } = await view.month(month);
      return page(places, from, async (key) =>
        view.describe(key).isPersonal
          ? { limits: [] }
          : { place: key, limits: await limitsIn(month, () => view.limitsOfTenant(key)) },
      );
    },
  };
}

const wordsOf = ({ limit, spent }: LimitState): string =>
  fromServer.admin.limit({
    spent: shownDollars(spent),
    most: shownDollars(limit.most),
    period: limit.period,
  });
