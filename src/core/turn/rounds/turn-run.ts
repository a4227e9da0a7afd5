/** Everything that the tools of one turn work with. */
import type { Logger } from 'pino';
import type { Choice } from '../../models/catalog/choose.ts';
import type { Booking } from '../../money/booking.ts';
import type { OwnMeter } from '../../money/metering/meter.ts';
import type { Spending } from '../../money/metering/spending.ts';
import type { Spender } from '../../money/spender.ts';
import type { TenantSettings } from '../../settings.ts';
import type { Message, Turn } from '../../types.ts';
import type { AnswerSoFar } from '../answer-so-far.ts';
import { persistently } from '../kept-turns.ts';
import type { Window } from '../past/window.ts';
import type { QueuedAttempt } from '../queue.ts';
import { quotedName } from '../speech.ts';
import type { ToolRoundsOptions } from '../tool-rounds.ts';
import type { Journal } from '../tools/journal.ts';
import { type KnownAddresses, knownAddresses } from '../tools/known-addresses.ts';
import { contentOf, type MadeFiles } from '../tools/made-files.ts';
import type { Round } from '../tools/step.ts';
import type { ConversationFile, ToolContext } from '../tools/tool.ts';
import { createPageNumbers } from './page-numbers.ts';
import { stepsOf } from './run-steps.ts';

export interface TurnRunOptions {
  message: Message;
  window: Window;
  choice: Choice;
  spender: Spender;
  settings: TenantSettings;
  spending: Spending;
  attempt: Pick<QueuedAttempt, 'journal'>;
  journal: Journal;
  answer: Pick<AnswerSoFar, 'text'>;
  made: Pick<MadeFiles, 'keep' | 'list'>;
  /** The meter of the answer's own requests. */
  meter?: Pick<OwnMeter, 'bookings'>;
  log: Logger;
}

/** The part of `ToolRoundsOptions` that depends on the turn alone. */
export type TurnRun = Pick<
  ToolRoundsOptions,
  'cite' | 'contextOf' | 'journal' | 'keepFile' | 'keepHosted' | 'log'
>;

export function createTurnRun(options: TurnRunOptions): TurnRun {
  const { message, window, choice, attempt, journal, answer, made, log } = options;
  const { rounds } = journal;
  const cite = createPageNumbers(stepsOf(rounds));
  const files = filesOf(message, window);
  let known: KnownAddresses | undefined;
  let steps = -1;

  function isKnown(url: string): boolean {
    const ended = [...stepsOf(rounds)].filter(({ output }) => output !== undefined).length;
    if (!known || ended !== steps) known = addressesOf(message, window, rounds);
    steps = ended;
    return known.has(url);
  }

  const keepFile: TurnRun['keepFile'] = async (content) => {
    const kept = await persistently(() => made.keep(content));
    if ('refused' in kept) return { says: kept.refused };
    const { file } = kept;
    return { file, says: `[file shown to the person: ${quotedName(file.name)}]` };
  };

  return {
    cite,
    log,
    keepFile,
    async keepHosted(file) {
      const content = contentOf(file);
      return content ? keepFile(content) : { says: '' };
    },
    contextOf: ({ id }) => ({ message, files, choice, cite, isKnown, step: id, spend: spendOn(options) }),
    async journal() {
      const bookings = [...(journal.bookings ?? []), ...(options.meter?.bookings() ?? [])];
      const upTo = rounds.at(-1)?.upTo ?? 0;
      const files = made.list();
      const now: Journal = {
        ...(files.length > 0 && { files }),
        ...(bookings.length > 0 && { bookings }),
        answer: answer.text().slice(0, upTo),
        rounds: rounds.map(copyOf),
      };
      await persistently(() => attempt.journal(now));
    },
  };
}

/** Steps change while the store writes. */
const copyOf = ({ steps, ...round }: Round): Round => ({
  ...round,
  steps: steps.map((step) => ({ ...step })),
});

function addressesOf(message: Message, window: Window, rounds: Round[]): KnownAddresses {
  const before = turnsBefore(message, window).reverse();
  const said = [message, ...before.map((turn) => turn.message)];
  const texts = said.flatMap(({ text, topic = '', quotes = [] }) => [
    text,
    topic,
    ...quotes.map((quote) => quote.text),
  ]);
  const found = before.flatMap((turn) => [...stepsOf(turn.rounds ?? [])].reverse());
  return knownAddresses(texts, [...[...stepsOf(rounds)].reverse(), ...found]);
}

/** The turns that the model knows of, oldest first. */
function turnsBefore({ id }: Message, { turns, held }: Window): Turn[] {
  const place = turns.findIndex((turn) => turn.message.id === id);
  return [...(held ? [held] : []), ...(place < 0 ? turns : turns.slice(0, place))];
}

/** The files of the window, oldest first, then those of the message. */
function filesOf(message: Message, window: Window): ConversationFile[] {
  const all = [
    ...turnsBefore(message, window).flatMap((turn) => [...turn.message.attachments, ...(turn.files ?? [])]),
    ...message.attachments,
  ];
  return all.map((attachment) => ({ attachment }));
}

/** Tools charge their calls at once, and each by itself: several can be open at a time. */
function spendOn({ spending, spender, settings, journal }: TurnRunOptions): ToolContext['spend'] {
  return async (kind, choice, task) => {
    const meter = spending.meterOf({ kind, spender, settings, choice });
    try {
      return await task(meter);
    } finally {
      const charge = meter.charge();
      if (charge) await spending.settle(charge);
      const booked: Booking[] = meter.bookings();
      journal.bookings = [...(journal.bookings ?? []), ...booked];
    }
  };
}
