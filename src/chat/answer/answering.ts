/** Answers on a platform of messages, from the question to the last edit: begun, shown, begun again, taken back. */
import { CONTINUE_PROMPT } from '../../core/sentences/prompts.ts';
import type { StoredTurn } from '../../core/storage.ts';
import type { AuthorRights, Message } from '../../core/types.ts';
import type { Dialect } from '../markdown/dialect.ts';
import { createDocument } from '../markdown/document.ts';
import { createOrElse } from './or-else.ts';
import { createSaying, type Saying } from './saying.ts';
import { type AnswerAgain, createAnswerAgain } from './turns/answer-again.ts';
import { type BeginTurn, createBeginTurn, type Destination } from './turns/begin-turn.ts';
import { phaseOf } from './turns/phase-of.ts';
import { createTurnShowings, type TurnShowings, type TurnShowingsOptions } from './turns/turn-showings.ts';

export interface AnsweringOptions extends Omit<TurnShowingsOptions, 'blank' | 'orElse'> {
  /** How the platform renders Markdown. */
  dialect: Dialect;
  /** Whether a message that grows is only ever appended to, as a stream is. */
  isAppendOnly?: boolean;
}

export interface Answering extends TurnShowings {
  /** Hands a message to the queue, to be answered there. */
  begin: BeginTurn;
  /** Begins a turn, asked for by a press, whose answer goes on where that of another was cut. */
  goOn(cut: StoredTurn, press: Pick<Message, 'id' | 'at'> & AuthorRights, to: Destination): Promise<void>;
  /** Begins an answer again in the same messages. */
  again: AnswerAgain;
  /** The message of a turn that is being answered now, or waits for it. */
  live(turn: string): Promise<Message | undefined>;
  /** Answers a message that was edited as it now reads, in the same messages. */
  restart(message: Message): Promise<void>;
  /** Whether the text of an answer takes more than one message. */
  isLong(answer: string): boolean;
  /** Says something by itself, as one message without buttons. Never throws. */
  say: Saying['say'];
}

export function createAnswering(options: AnsweringOptions): Answering {
  const { limit, dialect, isAppendOnly = false, records, transcripts, queue, log } = options;
  const orElse = createOrElse(log);
  const blank = () => createDocument({ limit, dialect, isAppendOnly });
  const { say, sayNotice } = createSaying({ ...options, blank });
  const begin = createBeginTurn({ ...options, sayNotice, orElse });

  return {
    ...createTurnShowings({ ...options, blank, orElse }),
    say,
    begin,

    isLong(answer) {
      const document = blank();
      document.append(answer);
      return document.parts(true).filter((part) => part.trim() !== '').length > 1;
    },

    async goOn({ message: { conversation, lane, tenant, author } }, press, to) {
      const text = CONTINUE_PROMPT;
      await begin({ ...press, conversation, lane, tenant, author, text, attachments: [] }, to);
    },

    again: createAnswerAgain(options),

    async live(turn) {
      const record = await records.read(turn);
      if (!record || (await phaseOf(queue, record.conversation, turn)) === undefined) return undefined;
      return (await transcripts.find(record.conversation, turn))?.message;
    },

    async restart(message) {
      await queue.restart(message);
    },
  };
}
