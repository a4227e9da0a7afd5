/**
 * Proxy bots (PluralKit, Tupperbox): what a person says is said again by a webhook, with the same text, and the
 * original is deleted, before or after that. It is one question, and the person's.
 */
import { LRUCache } from 'lru-cache';
import type { StoredTurn } from '../../core/ports.ts';
import type { AnswerRecord } from '../reply/records.ts';
import type { Update } from './asked.ts';
import { inTime } from './in-time.ts';
import type { IncomingMessage } from './incoming.ts';

export interface Proxies {
  /** A person said something on a server. */
  said(message: IncomingMessage): void;
  /** It was edited, which a proxy bot may take for the moment to say it again. */
  edited(update: Update): void;
  /** That was not for Parley. */
  notAsked(id: string): void;
  /** A webhook said something: the question that it says again, where that was taken back already. */
  repeated(message: IncomingMessage): TakenBack | undefined;
  /** A question was deleted: whether a webhook says it again, now or in a moment. */
  isSaidAgain(id: string): Promise<boolean>;
  /** The webhook's message in place of one that was deleted, or may be in a moment. */
  standIn(id: string): string | undefined;
  /** Once it is known: whether a question that was deleted is said again. */
  whenKnown(id: string): Promise<boolean | undefined>;
  /** A question was deleted for good, as far as is known now. @param ended its answer, where that had ended */
  takenBack(id: string, ended: Ended | undefined): void;
}

export interface TakenBack {
  message: IncomingMessage;
  ended: Ended | undefined;
}

/** An answer that was taken out with its question. */
export interface Ended {
  turn: StoredTurn;
  record: AnswerRecord;
}

interface Original {
  message: IncomingMessage;
  /** Milliseconds since 1970. */
  at: number;
  /** Resolves to the webhook's message. */
  again: PromiseWithResolvers<string>;
  standIn: string | undefined;
  deletion: Promise<boolean> | undefined;
  takenBack: TakenBack | undefined;
}

/** The longest that a proxy bot takes with a message. */
const WITHIN_MS = 10_000;
/** The time after a message in which its deletion may be a proxy bot's. */
const SOON_MS = 5_000;
/** How long a deleted question waits for the webhook. */
const HELD_MS = 1_500;
const MOST_ORIGINALS = 5_000;
/** The share of a message that a webhook says again, at least. */
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
      // Sent again after a resume.
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

/** A proxy bot may take away the marks by which it was called (`luna: hello`). */
function isRepeatOf(message: IncomingMessage, original: IncomingMessage): boolean {
  if (message.channel_id !== original.channel_id) return false;
  const [said, before] = [message.content.trim(), original.content.trim()];
  if (said !== '') return before.includes(said) && said.length >= before.length * LEAST_REPEATED;
  const names = ({ attachments }: IncomingMessage) => attachments.map(({ filename }) => filename).join('/');
  return before === '' && names(message) !== '' && names(message) === names(original);
}
