/** Finds what a person is looking for in their conversations. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { ConversationEntry, ConversationLists, StoredTurn, Transcripts } from '../storage.ts';
import type { TenantId } from '../types.ts';
import type { ConversationIndex, FoundPlace } from './conversation-index.ts';
import { type FoundWord, isHit, piecesOf, type QueryWords, queryWords, wordsIn } from './words.ts';

/** A title, a message or an answer with the words. */
export interface Hit {
  entry: ConversationEntry;
  /** The rest of the conversation's id behind that of its list entry; empty: the conversation itself. */
  branch: string;
  /** Absent: the hit is in the title. */
  turn?: Pick<StoredTurn, 'seq'> & { id: string };
  of: 'title' | 'message' | 'answer';
  /** When it was said, or the conversation last written to (ms since 1970). */
  at: number;
  /** Part of the text, on one line. */
  snippet: string;
  /** The places of the words in the snippet, in UTF-16 units: from one to before another. */
  marks: [from: number, to: number][];
}

export type Search = (tenant: TenantId, query: string) => Promise<Hit[]>;

export interface SearchOptions {
  index: ConversationIndex;
  transcripts: Pick<Transcripts, 'read'>;
  conversations: Pick<ConversationLists, 'find'>;
}

/** Places that are looked at, the newest. */
const MOST_PLACES = 100;
/** Hits that are shown. */
const MOST_HITS = 50;
/** Characters of a snippet before its first word that was looked for, and in all. */
const BEFORE = 40;
const SNIPPET = 180;

/** Titles come first, then texts with all words side by side, then the others; the newest first. */
export function createSearch({ index, transcripts, conversations }: SearchOptions): Search {
  async function look(
    tenant: TenantId,
    place: FoundPlace,
    query: QueryWords,
  ): Promise<RankedHit | undefined> {
    // The index is only a hint: what counts is who has what in their list now.
    if (!place.conversation.startsWith(`${tenant}:`)) return undefined;
    const [id = '', ...rest] = place.conversation.slice(tenant.length + 1).split(':');
    const entry = await conversations.find(tenant, id);
    if (!entry) return undefined;
    const common = { entry, branch: rest.join(':') };
    if (place.seq < 0) {
      const found = await findIn([['title', entry.title]], query);
      return found && { ...common, at: entry.at, ...found, rank: RANK.title };
    }
    const [turn] = (await transcripts.read(place.conversation, { limit: 1, before: place.seq + 1 })).turns;
    if (turn?.seq !== place.seq) return undefined;
    const { message, answer, seq } = turn;
    const files = message.attachments.map(({ name }) => name).join('\n');
    const texts: [Hit['of'], string][] = [
      ['message', message.text === '' ? files : message.text],
      ['answer', answer],
      ['message', files],
    ];
    const found = await findIn(texts, query);
    return found && { ...common, turn: { seq, id: message.id }, at: message.at, ...found };
  }

  return async (tenant, text) => {
    const query = queryWords(text);
    if (!query) return [];
    const hits: RankedHit[] = [];
    for (const place of await index.find(tenant, query, MOST_PLACES)) {
      const hit = await look(tenant, place, query);
      if (hit) hits.push(hit);
    }
    hits.sort((a, b) => b.rank - a.rank || b.at - a.at);
    return hits.slice(0, MOST_HITS).map(({ rank: _, ...hit }) => hit);
  };
}

const RANK = { title: 2, sideBySide: 1, apart: 0 };

type RankedHit = Hit & { rank: number };
type Found = Pick<RankedHit, 'of' | 'snippet' | 'marks' | 'rank'>;

/** The words may stand in several texts together: the snippet is of the first text with one of them. */
async function findIn(texts: [Hit['of'], string][], query: QueryWords): Promise<Found | undefined> {
  const wanted = [...query.words, ...(query.begins === undefined ? [] : [query.begins])];
  let best: Found | undefined;
  const left = new Set(wanted);
  for (const [of, text] of texts) {
    const hits = await hitsIn(text, query);
    for (const { word } of hits) {
      for (const one of left)
        if (word === one || (one === query.begins && word.startsWith(one))) left.delete(one);
    }
    const run = runOf(hits, wanted.length, text);
    const [first] = run ?? hits;
    const rank = run && wanted.length > 1 ? RANK.sideBySide : RANK.apart;
    if (first && (!best || rank > best.rank)) best = { of, ...snippetOf(text, first.from, hits), rank };
  }
  return left.size === 0 ? best : undefined;
}

/** Words of a text that are looked for; of many the first. */
async function hitsIn(text: string, query: QueryWords): Promise<FoundWord[]> {
  const hits: FoundWord[] = [];
  for (const { piece, offset } of piecesOf(text)) {
    for (const found of wordsIn(piece, offset)) if (isHit(found.word, query)) hits.push(found);
    if (hits.length > MOST_MARKED) return hits;
    if (offset > 0) await turnOfTheLoop();
  }
  return hits;
}
const MOST_MARKED = 2_000;

/** The first hits that stand side by side, as many as there are words. */
function runOf(hits: FoundWord[], length: number, text: string): FoundWord[] | undefined {
  let run: FoundWord[] = [];
  for (const hit of hits) {
    const last = run.at(-1);
    const touches = last && !/[\p{L}\p{N}\n]/u.test(text.slice(last.to, hit.from));
    run = touches && !run.some(({ word }) => word === hit.word) ? [...run, hit] : [hit];
    if (run.length === length) return run;
  }
  return undefined;
}

function snippetOf(text: string, first: number, hits: FoundWord[]): Pick<Hit, 'snippet' | 'marks'> {
  const start = first <= BEFORE ? 0 : wordStart(text, first - BEFORE, first);
  const end = wordEnd(text, start + SNIPPET);
  const lead = start > 0 ? '…' : '';
  const shown = text.slice(start, end).toWellFormed();
  // One character for one, so that the places of the words stay.
  const snippet = `${lead}${shown.replace(/\s/g, ' ')}${end < text.length ? '…' : ''}`;
  const marks = hits
    .filter(({ from, to }) => from >= start && to <= end)
    .map(({ from, to }): [number, number] => [from - start + lead.length, to - start + lead.length]);
  return { snippet, marks };
}

/** The beginning of a word at or after a place, but not after a last one. */
function wordStart(text: string, at: number, last: number): number {
  const space = text.slice(at, last).search(/\s\S/);
  return space < 0 ? at : at + space + 1;
}

function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const space = text.slice(at - BEFORE, at).search(/\s\S*$/);
  return space < 0 ? at : at - BEFORE + space;
}
