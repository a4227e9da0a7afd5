/**
 * Short versions of kept answers (TL;DR): made by the tenant's model when somebody first asks for one, and kept with the
 * turn. Forgetting the turn, or answering it again, takes them along.
 */
import { createHash } from 'node:crypto';
import { VaultError } from '../errors.ts';
import type { ModelChooser } from '../models/catalog/choose.ts';
import { ModelError } from '../models/model.ts';
import { en } from '../sentences/en.ts';
import { failureNotice, type Told } from '../sentences/failure-notice.ts';
import { SHORT_INSTRUCTIONS } from '../sentences/prompts.ts';
import type { Settings, TenantSettings } from '../settings.ts';
import type { StoredTurn, Transcripts } from '../storage.ts';
import { ownFailure } from '../turn/ending.ts';
import { barred } from '../turn/speech.ts';
import type { Reader } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { withoutLinks } from './citations.ts';
import type { AskOnce, OneAnswer } from './one-answer.ts';

export interface ShortVersions {
  /** @throws StoreError */
  of(turn: StoredTurn, asker: ShortAsker): Promise<OneAnswer>;
}

/** The person who wants a short version. They may ask the model there: that is checked before. */
export interface ShortAsker {
  /** The same in all conversations of the platform. */
  person: string;
  reader: Reader;
  /** The tenant's settings, if they were read already. */
  settings?: TenantSettings;
  /** The platform's ids of the person's roles that have a limit. */
  limitRoles?: string[];
}

export interface ShortVersionsOptions {
  transcripts: Pick<Transcripts, 'find' | 'shorten'>;
  models: Pick<ModelChooser, 'choose'>;
  settings: Pick<Settings, 'read'>;
  askOnce: AskOnce;
  words: Vocabulary;
  /** Most tokens of history that a model is sent. */
  budgetTokens: number;
}

/** UTF-8 bytes of an average token; low, as in the context. */
const BYTES_PER_TOKEN = 3;
/** Most characters of an answer that are summed up: its beginning, and a quarter of them from its end. */
const MOST_READ = 60_000;
/** Most characters of a short version: three long sentences. */
const MOST_CHARACTERS = 1_200;
/** Longest wait for a short version, ms. The page itself waits a minute. */
const LONGEST_MS = 55_000;

export function createShortVersions(options: ShortVersionsOptions): ShortVersions {
  const { transcripts, budgetTokens } = options;
  const most = Math.min(MOST_READ, Math.max(1_000, Math.floor((budgetTokens * BYTES_PER_TOKEN) / 4)));
  /** Short versions that are being made in this process, by turn and answer. */
  const underWay = new Map<string, Promise<OneAnswer>>();

  async function make(turn: StoredTurn, asker: ShortAsker): Promise<OneAnswer> {
    const made = await ask(options, turn, asker, most);
    if (!('text' in made)) return made;
    const short = withoutLinks(made.text);
    const { conversation, id } = turn.message;
    const isKept = await transcripts.shorten(conversation, id, { answer: turn.answer, short });
    // It was forgotten or answered again meanwhile: nothing of it may be shown any more.
    return isKept ? { text: short } : { notice: en.notices.answerGone };
  }

  return {
    async of(turn, asker) {
      if (turn.short !== undefined) return { text: turn.short };
      if (turn.end === null || turn.answer === '') return { notice: en.notices.nothingToShorten };
      const key = digest(turn.message.conversation, turn.message.id, turn.answer);
      // A failure may concern the other person alone, such as their limit.
      const others = await underWay.get(key)?.catch(() => undefined);
      if (others && 'text' in others) return others;
      const making = make(turn, asker).finally(() => {
        if (underWay.get(key) === making) underWay.delete(key);
      });
      underWay.set(key, making);
      return making;
    },
  };
}

async function ask(
  { models, settings: stored, askOnce, words }: ShortVersionsOptions,
  { message, answer }: StoredTurn,
  { person, reader, settings: known, limitRoles = [] }: ShortAsker,
  most: number,
): Promise<OneAnswer> {
  const { tenant, conversation } = message;
  const told: Told = { reader, words };
  try {
    const settings = known ?? (await stored.read(tenant));
    const chosen = await models.choose(tenant, settings);
    const request = {
      instructions: SHORT_INSTRUCTIONS,
      messages: [{ role: 'user' as const, text: barred(withoutMiddle(answer, most)) }],
      cacheKey: digest('short', conversation),
      user: digest(tenant, person),
    };
    const spender = { tenant, person, roles: limitRoles, conversation };
    const cause = { kind: 'short' as const, spender, settings };
    const bounds = { most: MOST_CHARACTERS, longestMs: LONGEST_MS };
    return await askOnce({ chosen, request, cause, ...bounds, told });
  } catch (error) {
    if (!(error instanceof ModelError || error instanceof VaultError)) throw error;
    return { notice: failureNotice(ownFailure(error), undefined, told) };
  }
}

/** The text, without its middle where it is longer than `most` characters. */
function withoutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 4);
  const left = text.length - most;
  return `${text.slice(0, most - end)}\n[… ${left} characters are left out here …]\n${text.slice(-end)}`;
}

const digest = (...texts: string[]) =>
  createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 32);
