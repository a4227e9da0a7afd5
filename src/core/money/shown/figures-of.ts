/** The chart and the table of a month. */
import type { Chart, FigureRow, Figures, Label } from '../../commands/figures.ts';
import { en } from '../../sentences/en.ts';
import { dollarsOf, shownDollars } from '../amounts.ts';
import { type BookRow, NO_MODEL, OTHER_MODELS } from '../books.ts';
import { NO_SUM, type Sum, sumOf } from '../sum.ts';
import { daysOf, type Group, type Grouping, groupsOf } from './groups.ts';
import { amountOf, heightOf, inFull, inShort, isPriced, nameOfDay, nameOfMonth } from './wording.ts';

const { headings, said, chart: words, kinds, otherModels, NOBODY, OTHERS } = en.usage;

/** Most rows; all further groups are one. Both platforms show this many without paging (Discord in two messages). */
const MOST_ROWS = 25;
const MOST_BARS = 12;
/** The key of all others. No group has it: a model's name has no space in front. */
const REST = ' others';

interface Wanted {
  by: Grouping;
  month: string;
  today: string;
}

export function figuresOf(rows: BookRow[], { by, month, today }: Wanted): Figures {
  const groups = groupsOf(rows, by);
  return {
    chart: chartOf(groups, { by, month, today }),
    table: {
      caption: en.usage.by[by],
      headings: [
        headings[by],
        headings.cost,
        headings.requests,
        headings.input,
        headings.cached,
        headings.output,
      ],
      rows: rowsOf(groups, by),
    },
  };
}

function chartOf(groups: Group[], { by, month, today }: Wanted): Chart {
  const unit = groups.some(({ sum }) => sum.cost > 0) ? 'dollars' : 'tokens';
  const title = words[unit](by, nameOfMonth(month));
  const shown = by === 'day' ? withEmptyDays(groups, month, today) : atMost(groups, MOST_BARS);
  const bars = shown.map(({ key, sum }) => {
    const value = heightOf(sum, unit);
    const dollars = sum.requests > 0 ? amountOf(sum) : shownDollars(0);
    const amount = unit === 'dollars' ? dollars : inShort(value);
    return { label: labelOf(key, by), name: nameOf(key, by), value, shown: amount };
  });
  const highest = bars.reduce((most, one) => (one.value > most.value ? one : most));
  const alternative = words.alternative(title, { name: highest.name, amount: highest.shown });
  return {
    title,
    alternative,
    unit,
    bars: bars.map(({ label, value, shown: amount }) => ({ label, value, shown: amount })),
    isOfDays: by === 'day',
  };
}

function withEmptyDays(groups: Group[], month: string, today: string): Group[] {
  const sums = new Map(groups.map(({ key, sum }) => [key, sum]));
  const last = groups.at(-1)?.key ?? today;
  const until = last > today ? last : today;
  return daysOf(month, until).map((key) => ({ key, sum: sums.get(key) ?? NO_SUM }));
}

function atMost(groups: Group[], most: number): Group[] {
  if (groups.length <= most) return groups;
  const rest = sumOf(groups.slice(most - 1).map(({ sum }) => sum));
  return [...groups.slice(0, most - 1), { key: REST, sum: rest }];
}

/** All days of the month, the newest first, since people look for that. */
function rowsOf(groups: Group[], by: Grouping): FigureRow[] {
  const shown = by === 'day' ? groups.toReversed() : atMost(groups, MOST_ROWS);
  return shown.map(({ key, sum }) => ({
    label: by === 'day' ? { text: nameOfDay(key) } : labelOf(key, by),
    figures: figuresIn(sum),
  }));
}

function figuresIn(sum: Sum): FigureRow['figures'] {
  const { requests, input, cached, output } = sum;
  const cost = amountOf(sum);
  return [
    { value: isPriced(sum) ? dollarsOf(sum.cost) : undefined, shown: cost, said: cost },
    { value: requests, shown: inFull(requests), said: said.requests(requests, inFull(requests)) },
    { value: input, shown: inFull(input), said: said.input(inShort(input)) },
    { value: cached, shown: inFull(cached), said: said.cached(inShort(cached)) },
    { value: output, shown: inFull(output), said: said.output(inShort(output)) },
  ];
}

/** A day of a chart is its number in the month. */
function labelOf(key: string, by: Grouping): Label {
  if (by === 'day') return { text: String(Number(key.slice(-2))) };
  if (by === 'person' && key !== REST && key !== '') return { person: idOf(key) };
  return { text: nameOf(key, by) };
}

function nameOf(key: string, by: Grouping): string {
  if (key === REST) return OTHERS;
  if (by === 'day') return nameOfDay(key);
  if (by === 'kind') return Object.entries(kinds).find(([kind]) => kind === key)?.[1] ?? key;
  if (by === 'model' && key === OTHER_MODELS) return otherModels.other;
  if (by === 'model' && key === NO_MODEL) return otherModels.unknown;
  if (by === 'person') return key === '' ? NOBODY : idOf(key);
  return key;
}

/** The platform's own id of a person of the books, such as `2` of `discord:2`. */
const idOf = (person: string) => person.slice(person.lastIndexOf(':') + 1);
