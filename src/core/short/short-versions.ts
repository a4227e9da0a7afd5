/**
 * Short versions of kept answers (TL;DR): made by the tenant's model when somebody first asks for one, and kept with the
 * turn. Forgetting the turn, or answering it again, takes them along.
 */
import { en } from '../sentences/en.ts';
import { SHORT_INSTRUCTIONS } from '../sentences/prompts.ts';
import type { Settings, TenantSettings } from '../settings.ts';
import type { StoredTurn, Transcripts } from '../storage.ts';
import { barred } from '../turn/speech.ts';
import { withoutSourceList } from '../turn/tools/citing/source-list.ts';
import type { Reader } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { withoutLinks } from './citations.ts';
import { type AskOnce, BYTES_PER_TOKEN, type OneAnswer } from './one-answer.ts';

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
  namedRoles?: string[];
}

export interface ShortVersionsOptions {
  transcripts: Pick<Transcripts, 'find' | 'shorten'>;
  settings: Pick<Settings, 'read'>;
  askOnce: AskOnce;
  words: Vocabulary;
  /** Most tokens of history that a model is sent. */
  budgetTokens: number;
}

/** Most characters of an answer that are summed up: its beginning, and a quarter of them from its end. */
const MOST_READ = 60_000;
/** Most characters of a short version: three long sentences. */
const MOST_CHARACTERS = 1_200;
/** Longest wait for a short version, ms. The page itself waits a minute. */
const LONGEST_MS = 55_000;

export function createShortVersions(options: ShortVersionsOptions): ShortVersions {
  const { transcripts, settings, askOnce, budgetTokens, words } = options;
  const most = Math.min(MOST_READ, Math.max(1_000, Math.floor((budgetTokens * BYTES_PER_TOKEN) / 4)));
  /** Short versions that are being made in this process, by turn and answer. */
  const underWay = new Map<string, Promise<OneAnswer>>();

  async function make(
    turn: StoredTurn,
    { person, reader, namedRoles: roles = [], ...asker }: ShortAsker,
  ): Promise<OneAnswer> {
    const { tenant, conversation, id } = turn.message;
    const made = await askOnce({
      instructions: SHORT_INSTRUCTIONS,
      text: barred(withoutMiddle(withoutSourceList(turn.answer), most)),
      spender: { tenant, person, roles, conversation },
      settings: asker.settings ?? (await settings.read(tenant)),
      purpose: 'short',
      most: MOST_CHARACTERS,
      longestMs: LONGEST_MS,
      told: { reader, words },
    });
    if (!('text' in made)) return made;
    const short = withoutLinks(made.text);
    const isKept = await transcripts.shorten(conversation, id, { answer: turn.answer, short });
    // It was forgotten or answered again meanwhile: nothing of it may be shown any more.
    return isKept ? { text: short } : { notice: en.notices.answerGone };
  }

  return {
    async of(turn, asker) {
      if (turn.short !== undefined) return { text: turn.short };
      if (turn.end === null || turn.answer === '') return { notice: en.notices.nothingToShorten };
      const { conversation, id } = turn.message;
      const key = JSON.stringify([conversation, id, turn.answer]);
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

/** The text, without its middle where it is longer than `most` characters. */
function withoutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 4);
  const left = text.length - most;
  return `${text.slice(0, most - end)}\n[… ${left} characters are left out here …]\n${text.slice(-end)}`;
}
