/**
 * Proxy bots (PluralKit, Tupperbox) repeat a person's message through a webhook and delete the original, before
 * or after that. Both messages are one question of that person.
 */
import { LRUCache } from 'lru-cache';
import type { AnswerRecord } from '../../../chat/answer/answer-records.ts';
import type { StoredTurn } from '../../../core/storage.ts';
import { inTime } from '../in-time.ts';
import type { Update } from './asked.ts';
import type { IncomingMessage } from './callers.ts';

export interface Proxies {
  /** Notes a person's message on a server. */
  said(message: IncomingMessage): void;
  /** Notes an edit; a proxy bot may take an edit as the moment to repeat the message. */
  edited(update: Update): void;
  /** Notes that the message was not for Parley. */
  notAsked(id: string): void;
  /** Call for a webhook's message. Returns the deleted question that it repeats, if any. */
  repeated(message: IncomingMessage): DeletedQuestion | undefined;
  /** Whether a webhook repeats a deleted question, now or in a moment. */
  isSaidAgain(id: string): Promise<boolean>;
  /** The webhook's message that replaces a question, deleted already or soon. */
  standIn(id: string): string | undefined;
  /** Resolves once it is known whether a deleted question is repeated. */
  whenKnown(id: string): Promise<boolean | undefined>;
  /** Notes that a question was deleted for good, as far as is known. @param ended its answer, if that had ended */
  takenBack(id: string, ended: Ended | undefined): void;
}

export interface DeletedQuestion {
  message: IncomingMessage;
  ended: Ended | undefined;
}

/** An answer that was removed with its question. */
export interface Ended {
  turn: StoredTurn;
  record: AnswerRecord;
}

interface Original {
  message: IncomingMessage;
  /** Milliseconds since 1970. */
  at: number;
  /** Resolves to the id of the webhook's message. */
  again: PromiseWithResolvers<string>;
  standIn: string | undefined;
  deletion: Promise<boolean> | undefined;
  takenBack: DeletedQuestion | undefined;
}

/** Longest time that a proxy bot needs for a message, ms. */
const WITHIN_MS = 10_000;
/** Time after a message in which its deletion may be a proxy bot's, ms. */
const SOON_MS = 5_000;
/** How long a deleted question waits for the webhook, ms. */
const HELD_MS = 1_500;
const MOST_ORIGINALS = 5_000;
/** Least length of a repetition, as a share of the original's length. */
const LEAST_REPEATED = 0.5;

export function createProxies(): Proxies {
  const originals = new LRUCache<string, Original>({
    max: MOST_ORIGINALS,
    ttl: WITHIN_MS,
    ttlAutopurge: true,
  });

  async function decide({ standIn, at, again }: Original): Promise<boolean> {
    if (standIn !== undefined) return true;
    if (Date.now() - at > SOON_MS) return false;
    return (await inTime(HELD_MS, again.promise)) !== undefined;
  }

  return {
    said(message) {
      // Discord sent the message again after a resume.
      if (originals.has(message.id)) return;
      originals.set(message.id, {
        message,
        at: Date.now(),
        again: Promise.withResolvers(),
        standIn: undefined,
        deletion: undefined,
        takenBack: undefined,
      });
    },
    edited({ id, content }) {
      const original = originals.get(id);
      if (!original || content === undefined || content === original.message.content) return;
      originals.set(id, { ...original, message: { ...original.message, content }, at: Date.now() });
    },
    notAsked(id) {
      originals.delete(id);
    },
    repeated(message) {
      const original = [...originals.values()].find(
        (one) => one.standIn === undefined && isRepeatOf(message, one.message),
      );
      if (!original) return undefined;
      original.standIn = message.id;
      original.again.resolve(message.id);
      return original.takenBack;
    },
    async isSaidAgain(id) {
      const original = originals.get(id);
      if (!original) return false;
      original.deletion ??= decide(original);
      return original.deletion;
    },
    standIn: (id) => originals.get(id)?.standIn,
    whenKnown: async (id) => originals.get(id)?.deletion,
    takenBack(id, ended) {
      const original = originals.get(id);
      if (original) original.takenBack = { message: original.message, ended };
    },
  };
}

/** Whether a message repeats the original. A proxy bot may remove the marks by which it was called (`luna: hello`). */
function isRepeatOf(message: IncomingMessage, original: IncomingMessage): boolean {
  if (message.channel_id !== original.channel_id) return false;
  const [said, before] = [message.content.trim(), original.content.trim()];
  if (said !== '') return before.includes(said) && said.length >= before.length * LEAST_REPEATED;
  const names = ({ attachments }: IncomingMessage) => attachments.map(({ filename }) => filename).join('/');
  return before === '' && names(message) !== '' && names(message) === names(original);
}
