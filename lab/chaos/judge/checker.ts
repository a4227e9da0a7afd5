/** Judges each turn: how it went, and what is wrong with it. */

import type { Happening } from '../faults.ts';
import { answerTo, bare } from '../people/answers.ts';
import type { Attempt } from '../people/model.ts';
import type { Turn } from '../people/people.ts';
import type { StepFindings } from '../tools/judge-steps.ts';
import { isForLater, noticeIn } from './notices.ts';
import { checkOrder } from './order.ts';
import type { Seen, SeenMessage } from './seen.ts';
import { COUNTERS, type Counter, type Problem, type Verdict } from './verdict.ts';

export interface Findings {
  verdicts: Verdict[];
  /** Messages of Parley that answer no turn. */
  strays: Seen['strays'];
  /** Turns that the platform redelivered only after later turns of their lane. */
  overtaken: number;
  counts: Record<Counter, number>;
  /** With `tools`: the searches. */
  steps?: StepFindings;
}

export interface Evidence {
  turns: Turn[];
  attempts: Attempt[];
  happenings: Happening[];
  seen: Seen;
}

/** Deaths of Parley during one answer after which the answer is given up. */
const DEATHS = 3;
/** Time after a store failure in which its effects still show, ms. */
const STORE_MS = 30_000;

export function check({ turns, attempts, happenings, seen }: Evidence): Findings {
  const byToken = Map.groupBy(attempts, ({ token }) => token);
  const verdicts = turns.map((turn) =>
    judge(turn, byToken.get(turn.token) ?? [], seen.answers.get(turn.token) ?? [], happenings),
  );
  const overtaken = checkOrder(verdicts);
  const strays = seen.strays.filter(({ message }) => !message.isDeleted);
  const counts = Object.fromEntries(
    COUNTERS.map((counter) => [
      counter,
      verdicts.filter(({ problems }) => problems.some((one) => one.counter === counter)).length,
    ]),
  ) as Findings['counts'];
  counts.UNHEALED += strays.length;
  return { verdicts, strays, overtaken, counts };
}

function judge(turn: Turn, attempts: Attempt[], all: SeenMessage[], happenings: Happening[]): Verdict {
  const standing = all.filter(({ isDeleted }) => !isDeleted);
  const messages = standing.filter((message) => !isForLater(textOf(message)));
  const texts = messages.map(textOf);
  const doneAt = messages.length === 0 ? undefined : Math.max(...messages.map(settledAt));
  const until = doneAt ?? Number.POSITIVE_INFINITY;
  const ends = happenings.filter(
    ({ at, kind }) => (kind === 'kill' || kind === 'stop') && at >= turn.saidAt && at <= until,
  );
  const hadStore = !happenings.some(
    ({ at, kind }) => kind.startsWith('store-') && at > turn.saidAt - STORE_MS && at < until,
  );
  const outcome = outcomeOf(turn.token, texts);
  const copies = copiesIn(turn, texts, messages);
  const problems: Problem[] = copies.map((why) => ({ counter: 'TWICE', why }));
  const isSplit = outcome === 'part' && copies.length > 0;
  const problem = isSplit ? undefined : problemOf(outcome, { attempts, deaths: ends.length, hadStore });
  if (problem) problems.push(problem);
  if (standing.length > messages.length && hadStore)
    problems.push({ counter: 'UNHEALED', why: 'a notice that the store is away, which it was not' });
  for (const { live, id } of messages)
    if (live !== undefined) problems.push({ counter: 'UNHEALED', why: `${live} (${id})` });

  return {
    turn,
    attempts,
    messages,
    removed: all.filter(({ isDeleted }) => isDeleted),
    outcome,
    doneAt,
    ends: ends.length,
    isHealed: outcome === 'whole' && isHealed(turn, attempts, messages, ends),
    problems,
  };
}

interface Reasons {
  attempts: Attempt[];
  /** Number of process ends since the message was said. */
  deaths: number;
  /** Whether the store worked all the time. */
  hadStore: boolean;
}

/** The problem of an answer that ends like this; undefined if there is none. */
function problemOf(
  outcome: Verdict['outcome'],
  { attempts, deaths, hadStore }: Reasons,
): Problem | undefined {
  const lost = (why: string): Problem => ({ counter: 'LOST', why });
  switch (outcome) {
    case 'whole':
      return undefined;
    case 'none':
      return lost('there is no answer');
    case 'part':
      return { counter: 'UNHEALED', why: 'a part of the answer without a notice' };
    case 'handed over':
      return { counter: 'UNHEALED', why: 'nobody went on with it after a stop' };
    case 'mistake':
      return lost('a notice of a mistake of Parley');
    case 'given up':
      return deaths < DEATHS ? lost(`given up after ${deaths} ends of Parley`) : undefined;
    case 'store':
      return hadStore ? lost('a notice of a failure that the store did not have') : undefined;
    case 'model':
      return attempts.some(({ how }) => how === 'cut' || how === 'stall' || how === 'status500')
        ? undefined
        : lost('a notice of a failure that the model did not have');
  }
}

const textOf = ({ history }: SeenMessage) => history.at(-1)?.text ?? '';

/** When the message got its final text. */
function settledAt({ history }: SeenMessage): number {
  const last = history.at(-1)?.text;
  let settled = history.at(-1);
  for (const entry of history.toReversed()) {
    if (entry.text !== last) break;
    settled = entry;
  }
  return settled?.at ?? 0;
}

function outcomeOf(token: string, texts: string[]): Verdict['outcome'] {
  if (texts.length === 0) return 'none';
  const shown = bare(texts.join('\n'));
  const wanted = bare(answerTo(token).text);
  if (shown === wanted) return 'whole';
  let same = 0;
  while (same < shown.length && shown[same] === wanted[same]) same++;
  return noticeIn(shown.slice(same)) ?? 'part';
}

function copiesIn(turn: Turn, texts: string[], messages: SeenMessage[]): string[] {
  const shown = texts.join('\n');
  const copies: string[] = [];
  const marks = new Map<string, number>();
  for (const [mark] of shown.matchAll(new RegExp(`(?:begin|end|p\\d+)-${turn.token}`, 'g')))
    marks.set(mark, (marks.get(mark) ?? 0) + 1);
  const doubled = [...marks].filter(([, count]) => count > 1).map(([mark]) => mark);
  if (doubled.length > 0) copies.push(`${doubled.join(', ')} in ${messages.map(({ id }) => id).join(', ')}`);
  if (turn.place.platform === 'page' && messages.length > 1)
    copies.push(`${messages.length} turns in the conversation`);
  // A file that Slack shares is a message without words.
  const filed = messages.filter(({ files }) => files.some((name) => name.includes(turn.token))).length;
  const wordless = texts.filter((text) => !text.includes(turn.token) && (text !== '' || filed === 0));
  // A notice that does not fit below the text is a message of its own.
  const strange = wordless.length - Math.min(1, wordless.filter((text) => noticeIn(bare(text))).length);
  if (strange > 0 && messages.length > 1) copies.push(`${strange} of its messages say nothing of it`);
  return copies;
}

function isHealed(turn: Turn, attempts: Attempt[], messages: SeenMessage[], ends: Happening[]): boolean {
  const [first] = messages;
  const begunAt = turn.place.platform === 'page' ? attempts[0]?.startedAt : first?.history[0]?.at;
  if (begunAt === undefined || !first) return false;
  const doneAt = settledAt(first);
  return ends.some(({ at }) => at > begunAt && at < doneAt);
}
