/** Finds what a person is looking for in their conversations. */
import type { ConversationEntry, ConversationLists, StoredTurn, Transcripts } from '../storage.ts';
import type { TenantId } from '../types.ts';
import type { ConversationIndex, FoundPlace } from './conversation-index.ts';
import { candidatesIn, type FoundPart, formsAmong, partsOf, startOfRun } from './found-words.ts';
import { type FoundPassage, passageOf } from './passage.ts';
import { shownText } from './shown-text.ts';
import { type QueryWords, queryWords } from './words.ts';

/** A title, a message or an answer with the words. */
export interface Hit extends FoundPassage {
  entry: ConversationEntry;
  /** The rest of the conversation's id behind that of its list entry; empty: the conversation itself. */
  branch: string;
  /** Absent: the hit is in the title. */
  turn?: Pick<StoredTurn, 'seq'> & { id: string };
  of: 'title' | 'message' | 'answer';
  /** When it was said, or the conversation last written to (ms since 1970). */
  at: number;
  /** The different words that were found in it, folded. */
  words: string[];
}

export interface Hits {
  /** Hits with all of the words. Titles come first, then words side by side, then the others; the newest first. */
  all: Hit[];
  /** Hits with most of the words, the best first, if there are few with all of them. */
  some: Hit[];
}

export type Search = (tenant: TenantId, query: string) => Promise<Hits>;

export interface SearchOptions {
  index: ConversationIndex;
  transcripts: Pick<Transcripts, 'read'>;
  conversations: Pick<ConversationLists, 'find'>;
}

/** Places that are looked at, the newest. */
const MOST_PLACES = 100;
/** Hits that are shown. */
const MOST_HITS = 50;
/** With this many hits, nobody needs others that have only some of the words. */
const ENOUGH = 3;
/** Places with some of the words that are looked at, and those that are shown. */
const MOST_SOME_PLACES = 40;
const MOST_SOME = 20;
/** Part of the best hit's weight that another one has at least. */
const LEAST_OF_BEST = 0.5;
const MOST_WORDS = 30;

export function createSearch({ index, transcripts, conversations }: SearchOptions): Search {
  async function look(tenant: TenantId, place: FoundPlace, sought: Sought): Promise<RankedHit | undefined> {
    // The index is only a hint: what counts is who has what in their list now.
    if (!place.conversation.startsWith(`${tenant}:`)) return undefined;
    const [id = '', ...rest] = place.conversation.slice(tenant.length + 1).split(':');
    const entry = await conversations.find(tenant, id);
    if (!entry) return undefined;
    const common = { entry, branch: rest.join(':') };
    if (place.seq < 0) {
      const found = await findIn([['title', entry.title]], '', sought);
      return found && { ...common, at: entry.at, ...found, rank: RANK.title };
    }
    const [turn] = (await transcripts.read(place.conversation, { limit: 1, before: place.seq + 1 })).turns;
    if (turn?.seq !== place.seq) return undefined;
    const { message, answer, seq } = turn;
    const files = message.attachments.map(({ name }) => name).join('\n');
    const texts: [Hit['of'], string][] = [
      ['message', message.text === '' ? files : message.text],
      ['answer', await shownText(answer)],
      ['message', files],
    ];
    const found = await findIn(texts, answer, sought);
    return found && { ...common, turn: { seq, id: message.id }, at: message.at, ...found };
  }

  async function lookAll(tenant: TenantId, places: FoundPlace[], sought: Sought): Promise<RankedHit[]> {
    const hits: RankedHit[] = [];
    for (const place of places) {
      const hit = await look(tenant, place, sought);
      if (hit) hits.push(hit);
    }
    return hits;
  }

  async function findSome(tenant: TenantId, query: QueryWords): Promise<RankedHit[]> {
    const { places, weights } = await index.findSome(tenant, query, MOST_SOME_PLACES);
    const hits = await lookAll(tenant, places, { query, weights });
    const best = Math.max(...hits.map(({ weight }) => weight));
    return hits
      .filter(({ isWhole, weight }) => !isWhole && weight >= best * LEAST_OF_BEST)
      .sort((a, b) => b.weight - a.weight || b.rank - a.rank || b.at - a.at)
      .slice(0, MOST_SOME);
  }

  return async (tenant, text) => {
    const query = queryWords(text);
    if (!query) return { all: [], some: [] };
    const places = await index.find(tenant, query, MOST_PLACES);
    const all = (await lookAll(tenant, places, { query, weights: [] })).filter(({ isWhole }) => isWhole);
    all.sort((a, b) => b.rank - a.rank || b.at - a.at);
    const isFew = all.length < ENOUGH && query.words.length > 1;
    const some = isFew ? await findSome(tenant, query) : [];
    return { all: all.slice(0, MOST_HITS).map(hitOf), some: some.map(hitOf) };
  };
}

interface Sought {
  query: QueryWords;
  /** One for each word of the query. A word without a weight weighs 1. */
  weights: number[];
}

const RANK = { title: 2, sideBySide: 1, apart: 0 };

type Found = Pick<Hit, 'of' | 'snippet' | 'marks' | 'words'> & {
  rank: number;
  /** It has all of the words. */
  isWhole: boolean;
  /** The weight of the words that it has. */
  weight: number;
};
type RankedHit = Hit & Found;

const hitOf = ({ rank: _, isWhole: __, weight: ___, ...hit }: RankedHit): Hit => hit;

/**
 * The words may stand in several texts together: the passage is of the one with most of them.
 * @param unshown has words that nobody sees, such as addresses of links; they count, too
 */
async function findIn(
  texts: [Hit['of'], string][],
  unshown: string,
  { query, weights }: Sought,
): Promise<Found | undefined> {
  const candidates = [];
  for (const [of, text] of texts) candidates.push({ of, text, found: await candidatesIn(text, query) });
  const words = new Set(candidates.flatMap(({ found }) => found.map(({ word }) => word)));
  const isUnseen = formsAmong(words, query).includes(undefined) && unshown !== '';
  if (isUnseen) for (const { word } of await candidatesIn(unshown, query)) words.add(word);
  const forms = formsAmong(words, query);
  const weigh = (of: number) => weights[of] ?? 1;
  const weight = forms.reduce((sum, form, of) => sum + (form ? weigh(of) : 0), 0);
  if (weight === 0) return undefined;
  const weighed = candidates.map(({ of, text, found }) => {
    const parts = partsOf(found, forms);
    const run = query.words.length > 1 ? startOfRun(parts, query.words.length, text) : undefined;
    const held = [...new Set(parts.map((part) => part.of))].reduce((sum, part) => sum + weigh(part), 0);
    return { of, text, parts, run, held };
  });
  const best = bestOf(weighed);
  if (!best) return undefined;
  return {
    of: best.of,
    ...passageOf(best.text, best.parts, weights, best.run),
    words: wordsOf(best.parts),
    rank: rankOf(best),
    isWhole: !forms.includes(undefined),
    weight,
  };
}

/** With words side by side, or else with most of them. Words that nobody sees are the answer's. */
function bestOf<T extends { of: Hit['of']; run: unknown; held: number }>(texts: T[]): T | undefined {
  const [first] = texts.toSorted((a, b) => rankOf(b) - rankOf(a) || b.held - a.held);
  return first?.held === 0 ? texts.find(({ of }) => of === 'answer') : first;
}

const rankOf = ({ run }: { run: unknown }) => (run ? RANK.sideBySide : RANK.apart);

const wordsOf = (parts: FoundPart[]) => [...new Set(parts.map(({ word }) => word))].slice(0, MOST_WORDS);
