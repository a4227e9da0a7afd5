/** Compares the bookings and the books with the provider's bill, and with the accounts. */
import type { BookRow } from '../../../../src/core/money/books.ts';
import type { ProviderCall } from '../people/provider.ts';
import type { Rules } from './limit-uses.ts';
import type { Matched } from './matching.ts';
import type { LimitProblem } from './problem.ts';
import type { Stored } from './stored.ts';

/** Each booking of a kept turn against the bill of its call. */
export function turnProblems(bookings: Matched[]): LimitProblem[] {
  return bookings.flatMap(({ turn, booking, call }): LimitProblem[] => {
    const cost = booking.cost ?? 0;
    const bill = call?.bill ?? 0;
    const told = `${turn.token}: ${cost} booked, ${bill} billed (${call?.how}) ${JSON.stringify({ booking, call })}`;
    if (booking.estimated) {
      const isWhole = call?.how === 'whole' && (turn.end === 'stop' || turn.end === 'length');
      if (isWhole) return [{ counter: 'MISBOOKED', why: `estimated although its usage was told, ${told}` }];
      return cost < bill ? [{ counter: 'BELOW THE BILL', why: told }] : [];
    }
    return cost === bill ? [] : [{ counter: 'MISBOOKED', why: told }];
  });
}

interface BooksEvidence {
  calls: ProviderCall[];
  bookings: Matched[];
  stored: Stored;
  /** The lines of the operator's CSV. */
  csv: string[];
  rules: Rules;
}

interface Sum {
  requests: number;
  estimated: number;
  cost: number;
}

const NOTHING: Sum = { requests: 0, estimated: 0, cost: 0 };

/** The sums of people, servers and all, in the books, the accounts and the CSV. */
export function booksProblems(evidence: BooksEvidence): LimitProblem[] {
  const { stored, csv } = evidence;
  const all = sumOf(stored.books);
  const printed = csvSum(csv);
  const isSame =
    printed.requests === all.requests && printed.cost === all.cost && printed.estimated === all.estimated;
  return [
    ...(isSame
      ? []
      : [misbooked(`the CSV adds up to ${JSON.stringify(printed)}, the books to ${JSON.stringify(all)}`)]),
    ...peopleProblems(evidence),
    ...accountProblems(evidence),
  ];
}

const misbooked = (why: string): LimitProblem => ({ counter: 'MISBOOKED', why });

const sumOf = (rows: BookRow[]): Sum =>
  rows.reduce(
    (sum, { requests, estimated, cost }) => ({
      requests: sum.requests + requests,
      estimated: sum.estimated + estimated,
      cost: sum.cost + cost,
    }),
    NOTHING,
  );

/** The books of each person on each server against the provider's bill. */
function peopleProblems({ calls, stored, bookings, rules }: BooksEvidence): LimitProblem[] {
  const ownerOf = (token: string) => {
    const question = rules.questions.get(token);
    if (!question) return '';
    return `discord:${rules.places.guild(question.server)} discord:${rules.places.person(question.person)}`;
  };
  const books = Map.groupBy(stored.books, ({ tenant, person }) => `${tenant} ${person}`);
  const billed = Map.groupBy(
    calls.filter(({ bill }) => bill > 0),
    ({ token }) => ownerOf(token),
  );
  const kept = Map.groupBy(bookings, ({ turn }) => ownerOf(turn.token));
  return [...new Set([...books.keys(), ...billed.keys()])].flatMap((owner): LimitProblem[] => {
    const booked = sumOf(books.get(owner) ?? []);
    const made = billed.get(owner) ?? [];
    const ofTurns = kept.get(owner) ?? [];
    const bill = billOf(made);
    const matchedCalls = new Set(ofTurns.flatMap(({ call }) => call?.id ?? []));
    const rest = made.filter(({ id }) => !matchedCalls.has(id));
    const restBooked = booked.cost - ofTurns.reduce((sum, { booking }) => sum + (booking.cost ?? 0), 0);
    const problems: LimitProblem[] = [];
    if (booked.cost < bill)
      problems.push({ counter: 'BELOW THE BILL', why: `${owner}: ${booked.cost} booked, ${bill} billed` });
    else if (restBooked < billOf(rest))
      problems.push({
        counter: 'BELOW THE BILL',
        why: `${owner}: calls without a turn: ${restBooked} booked, ${billOf(rest)} billed ${JSON.stringify(rest)}`,
      });
    const finished = made.filter(({ how }) => how === 'whole' || how === 'gone').length;
    if (booked.requests - booked.estimated > finished)
      problems.push(misbooked(`${owner}: ${JSON.stringify(booked)} booked, but ${finished} calls finished`));
    if (booked.requests === ofTurns.length && restBooked !== 0)
      problems.push(misbooked(`${owner}: the books differ from the turns by ${restBooked}`));
    return problems;
  });
}

const billOf = (calls: ProviderCall[]) => calls.reduce((sum, { bill }) => sum + bill, 0);

/** The spent sums of the accounts, over all of their periods, against the books. */
function accountProblems({ stored }: BooksEvidence): LimitProblem[] {
  const inBooks = new Map<string, number>();
  const add = (owner: string, cost: number) => inBooks.set(owner, (inBooks.get(owner) ?? 0) + cost);
  for (const { tenant, person, cost } of stored.books) {
    add('installation', cost);
    add(`tenant|${tenant}`, cost);
    add(`person|${person}`, cost);
    add(`member|${tenant}|${person}`, cost);
  }
  const inAccounts = new Map<string, { owner: string; spent: number }>();
  for (const { id, level } of stored.accounts) {
    const [, owner = '', period = '', zone = ''] = /^(.*)\|(\d{4}-\d\d(?:-\d\d)?)\|([^|]*)$/.exec(id) ?? [];
    const key = `${owner} by ${period.length > '2026-11'.length ? 'days' : 'months'} in ${zone}`;
    const before = inAccounts.get(key)?.spent ?? 0;
    inAccounts.set(key, { owner, spent: before + (level.spentOperator ?? 0) });
  }
  return [...inAccounts].flatMap(([key, { owner, spent }]) => {
    const booked = inBooks.get(owner) ?? 0;
    return spent === booked ? [] : [misbooked(`${key}: ${spent} spent, ${booked} in the books`)];
  });
}

const NANO_DIGITS = 9;

/** @param lines with a head that names the columns */
function csvSum([head = '', ...lines]: string[]): Sum {
  const columns = head.split(',');
  const column = (cells: string[], name: string) => cells[columns.indexOf(name)] ?? '';
  return lines
    .map((line) => line.split(','))
    .reduce(
      (sum, cells) => ({
        requests: sum.requests + Number(column(cells, 'requests')),
        estimated: sum.estimated + Number(column(cells, 'estimated')),
        cost: sum.cost + nanosIn(column(cells, 'cost_usd')),
      }),
      NOTHING,
    );
}

function nanosIn(dollars: string): number {
  const [whole = '0', part = ''] = dollars.split('.');
  return Number(`${whole}${part.padEnd(NANO_DIGITS, '0')}`);
}
