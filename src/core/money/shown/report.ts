/** A report of what was used in a month: sentences, a chart and a table. It knows no platform. */
import type { Figures } from '../../commands/figures.ts';
import { en } from '../../sentences/en.ts';
import type { Vocabulary } from '../../vocabulary.ts';
import { shownDollars } from '../amounts.ts';
import type { BookRow } from '../books.ts';
import type { LimitState } from '../limits.ts';
import { renewalOf } from '../renewal.ts';
import { type Sum, sumOf } from '../sum.ts';
import { figuresOf } from './figures-of.ts';
import { type Grouping, sumsByPayer } from './groups.ts';
import { amountOf, isPriced, nameOfMonth, notesOn, tokensIn } from './wording.ts';

const { title, nothing, spent, paid, leftTo, TODAY, THIS_MONTH, IN_ALL } = en.usage;

export interface ReportOptions {
  /** One month of a tenant, or of one person in it. */
  rows: BookRow[];
  whose: 'mine' | 'tenant';
  by: Grouping;
  /** Such as `2026-11`. */
  month: string;
  /** The day of now in the tenant's time zone, such as `2026-11-30`. */
  today: string;
  /** Limits that hold now, of whoever the report is about. */
  limits: LimitState[];
  words: Vocabulary;
}

export interface Report {
  title: string;
  /** Sentences in Markdown. */
  lines: string[];
  /** Absent: nothing was used. */
  figures?: Figures;
}

export function reportOf({ rows, whose, by, month, today, limits, words }: ReportOptions): Report {
  const name = nameOfMonth(month);
  const heading = whose === 'mine' ? title.mine(name) : title.tenant(name, words);
  const all = sumOf(rows);
  const isOperatorPaying = rows.length === 0 || rows.some(({ payer }) => payer === 'operator');
  const left = limits
    .filter(({ limit }) => limit.counts === 'all' || isOperatorPaying)
    .map((state) => leftOf(state, whose, words));
  if (all.requests === 0) return { title: heading, lines: [nothing(name), ...left] };
  const isNow = today.startsWith(month);
  const ofToday = sumOf(rows.filter(({ day }) => day === today));
  return {
    title: heading,
    lines: [
      ...(isNow && ofToday.requests > 0 ? [line(TODAY, ofToday)] : []),
      line(isNow ? THIS_MONTH : IN_ALL, all),
      ...payersOf(rows),
      ...notesOn(all),
      ...left,
    ],
    figures: figuresOf(rows, { by, month, today }),
  };
}

const line = (when: string, sum: Sum): string =>
  spent(when, { amount: amountOf(sum), requests: sum.requests, tokens: tokensIn(sum) });

function leftOf(
  { limit, spent: used }: LimitState,
  whose: ReportOptions['whose'],
  words: Vocabulary,
): string {
  return en.usage.left(whose === 'mine' ? leftTo.person : leftTo.tenant(words), {
    left: shownDollars(Math.max(0, limit.most - used)),
    most: shownDollars(limit.most),
    period: limit.period,
    renewal: renewalOf(limit),
  });
}

/** Who paid, where both did. */
function payersOf(rows: BookRow[]): string[] {
  const { operator, own } = sumsByPayer(rows);
  if (operator.requests === 0 || own.requests === 0) return [];
  if (!isPriced(operator) && !isPriced(own)) return [];
  return [paid({ operator: amountOf(operator), own: amountOf(own) })];
}
