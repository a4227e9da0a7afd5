/** Everything that the tools of one turn work with. */
import type { Logger } from 'pino';
import type { Choice } from '../../models/catalog/choose.ts';
import type { Booking } from '../../money/booking.ts';
import type { OwnMeter } from '../../money/metering/meter.ts';
import type { Spending } from '../../money/metering/spending.ts';
import type { Spender } from '../../money/spender.ts';
import { persistently } from '../../persistently.ts';
import type { TenantSettings } from '../../settings.ts';
import type { Message, Turn } from '../../types.ts';
import type { AnswerSoFar } from '../answer-so-far.ts';
import type { PictureNumbers } from '../past/picture-numbers.ts';
import type { QueuedAttempt } from '../queue.ts';
import { quotedName } from '../speech.ts';
import type { ToolRoundsOptions } from '../tool-rounds.ts';
import type { SourceBook } from '../tools/citing/sources.ts';
import type { Journal } from '../tools/journal.ts';
import { type KnownAddresses, knownAddresses } from '../tools/known-addresses.ts';
import { contentOf, isPicture, type MadeFiles } from '../tools/made-files.ts';
import type { Round } from '../tools/step.ts';
import type { ConversationFile, ToolContext } from '../tools/tool.ts';
import { stepsOf } from './run-steps.ts';

export interface TurnRunOptions {
  message: Message;
  /** The turns that the model is shown, oldest first. */
  shown: Turn[];
  numbers: PictureNumbers;
  choice: Choice;
  spender: Spender;
  settings: TenantSettings;
  spending: Spending;
  attempt: Pick<QueuedAttempt, 'journal'>;
  journal: Journal;
  /** The pages of the turn, with those of the journal. */
  sources: Pick<SourceBook, 'cite'>;
  answer: Pick<AnswerSoFar, 'text'>;
  made: Pick<MadeFiles, 'keep' | 'list'>;
  /** The meter of the answer's own requests. */
  meter?: Pick<OwnMeter, 'bookings' | 'charge' | 'settled'>;
  log: Logger;
}

/** The part of `ToolRoundsOptions` that depends on the turn alone. */
export type TurnRun = Pick<
  ToolRoundsOptions,
  'cite' | 'contextOf' | 'journal' | 'keepFile' | 'keepHosted' | 'log'
>;

export function createTurnRun(options: TurnRunOptions): TurnRun {
  const { message, numbers, choice, attempt, journal, answer, made, log } = options;
  const { rounds } = journal;
  const { cite } = options.sources;
  const files = filesOf(options);
  let known: KnownAddresses | undefined;
  let steps = -1;

  function isKnown(url: string): boolean {
    const ended = [...stepsOf(rounds)].filter(({ output }) => output !== undefined).length;
    if (!known || ended !== steps) known = addressesOf(options, rounds);
    steps = ended;
    return known.has(url);
  }

  /** Pictures of an earlier attempt have their numbers already. */
  function freeNumber(): number {
    const number = numbers.next();
    return files.some((file) => file.number === number) ? freeNumber() : number;
  }

  const keepFile: TurnRun['keepFile'] = async (content) => {
    const kept = await persistently(() => made.keep(content));
    if ('refused' in kept) return { says: kept.refused };
    const { file } = kept;
    if (isPicture(file)) file.number = freeNumber();
    files.push({ attachment: file, ...(file.number !== undefined && { number: file.number }) });
    const what = file.number === undefined ? 'file' : `picture ${file.number}`;
    return { file, says: `[${what}, shown to the person: ${quotedName(file.name)}]` };
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
      const shown = made.list();
      const now: Journal = {
        ...(shown.length > 0 && { files: shown }),
        ...(bookings.length > 0 && { bookings }),
        answer: answer.text().slice(0, upTo),
        rounds: rounds.map(copyOf),
      };
      const charge = options.meter?.charge();
      await persistently(() => attempt.journal(now, charge));
      if (charge) options.meter?.settled(charge);
    },
  };
}

/** Steps change while the store writes. */
const copyOf = ({ steps, ...round }: Round): Round => ({
  ...round,
  steps: steps.map((step) => ({ ...step })),
});

function addressesOf({ message, shown }: TurnRunOptions, rounds: Round[]): KnownAddresses {
  const before = shown.toReversed();
  const said = [message, ...before.map((turn) => turn.message)];
  const texts = said.flatMap(({ text, topic = '', quotes = [] }) => [
    text,
    topic,
    ...quotes.map((quote) => quote.text),
  ]);
  const found = before.flatMap((turn) => [...stepsOf(turn.rounds ?? [])].reverse());
  return knownAddresses(texts, [...[...stepsOf(rounds)].reverse(), ...found]);
}

/** The files that the model knows of, oldest first. */
function filesOf({ message, shown, made, numbers }: TurnRunOptions): ConversationFile[] {
  const before = shown.flatMap((turn) => [...turn.message.attachments, ...(turn.files ?? [])]);
  return [...before, ...message.attachments, ...made.list()].map((attachment) => {
    const number = attachment.number ?? numbers.of(attachment);
    return { attachment, ...(number !== undefined && { number }) };
  });
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
