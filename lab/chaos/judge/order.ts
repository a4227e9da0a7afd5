/** Checks that the messages of a lane were answered in order, and that each answer knew of the earlier ones. */
import type { Verdict } from './verdict.ts';

/** Adds the problems it finds. @returns the number of turns overtaken on their way to Parley, which is no fault */
export function checkOrder(verdicts: Verdict[]): number {
  let overtaken = 0;
  for (const lane of Map.groupBy(verdicts, ({ turn }) => turn.lane).values()) {
    for (const [index, later] of lane.entries()) {
      const earlier = lane.slice(0, index).findLast(({ attempts }) => attempts.length > 0);
      if (!earlier || later.attempts.length === 0) continue;
      if (isOvertaken(earlier, later)) overtaken++;
      else {
        const whys = [...modelOrder(earlier, later), ...placeOrder(earlier, later)];
        later.problems.push(
          ...whys.map((why) => ({ counter: 'OUT OF ORDER', why, beside: earlier }) as const),
        );
      }
    }
  }
  return overtaken;
}

/** Whether the platform redelivered the earlier message, and Parley acknowledged it only after the later one. */
function isOvertaken(earlier: Verdict, later: Verdict): boolean {
  if (earlier.turn.place.platform !== 'slack') return false;
  const acceptedAt = ({ turn }: Verdict) => turn.acceptedAt ?? Number.POSITIVE_INFINITY;
  // An acknowledgement itself can be lost. A message that is being answered has arrived.
  const begunAt = later.attempts[0]?.startedAt ?? Number.POSITIVE_INFINITY;
  return acceptedAt(earlier) > Math.min(acceptedAt(later), begunAt);
}

function modelOrder(earlier: Verdict, later: Verdict): string[] {
  const name = earlier.turn.token;
  const begins = later.attempts.map(({ startedAt }) => startedAt);
  const firstBegin = Math.min(...begins);
  const whys: string[] = [];
  const hasEnded = earlier.attempts.some(({ endedAt = Number.POSITIVE_INFINITY }) => endedAt <= firstBegin);
  if (!hasEnded) whys.push(`the model was asked before it had ended ${name}`);
  if (earlier.attempts.some(({ startedAt }) => startedAt > firstBegin))
    whys.push(`the model was asked about ${name} afterwards`);
  const told = later.attempts.at(-1)?.told;
  if (
    whys.length === 0 &&
    earlier.outcome === 'whole' &&
    !told?.some((one) => one.token === name && one.isWhole)
  )
    whys.push(`the model was not told of ${name}`);
  return whys;
}

function placeOrder(earlier: Verdict, later: Verdict): string[] {
  const name = earlier.turn.token;
  // Slack shares a file later than its reply says, so its message may stand behind the beginning of the next answer.
  const begun = ({ messages }: Verdict) =>
    messages
      .filter(({ files, history }) => files.length === 0 || history.some(({ text }) => text !== ''))
      .map(({ history }) => history[0]?.at ?? 0);
  const firstLater = Math.min(...begun(later));
  if (earlier.messages.length === 0 || later.messages.length === 0) return [];
  if (begun(earlier).some((at) => at > firstLater)) return [`stands before ${name}`];
  if ((earlier.doneAt ?? 0) > (later.doneAt ?? 0)) return [`was whole before ${name}`];
  return [];
}
