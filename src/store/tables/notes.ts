/**
 * Notes of transcripts in the store: one row for each transcript that has some. Turns that are forgotten take their notes
 * along (`dropNotes`), also the one that is being made, by taking its claim away.
 */
import { randomUUID } from 'node:crypto';
import type { Base, Note, Notes } from '../../core/storage.ts';
import { isBranch } from '../../core/turn/past/branches.ts';
import type { ConversationId } from '../../core/types.ts';
import { branchesWith, transcriptName } from '../branches/branch-list.ts';
import { headKey, summaryKey } from '../keys.ts';
import type { ExclusiveRows, Rows, Store } from '../store.ts';

interface NotesRow {
  v: 1;
  /** Oldest first. */
  notes: Note[];
  making?: Making;
}

/** A note that is being made. */
interface Making {
  claim: string;
  /** The seq of the first turn that it does not tell of, at most. */
  upTo: number;
  /** When the claim is void (ms since 1970, by the store's clock). */
  until: number;
}

/** The one that is read, one that came too late to be read, and the next one. */
const MOST_NOTES = 3;

export function createNotes(store: Store): Notes {
  return {
    read: (conversation) => notesInLine(store, conversation),

    begin: (conversation, ms) =>
      store.exclusive(transcriptName(conversation), async (rows) => {
        const head = await readHead(rows, conversation);
        const row = await readNotes(rows, conversation);
        if (!head || (row.making && row.making.until > rows.now)) return undefined;
        const making: Making = { claim: randomUUID(), upTo: head.next, until: rows.now + ms };
        await rows.write([{ key: summaryKey(conversation), value: { ...row, making } }]);
        return { claim: making.claim, notes: await notesInLine(rows, conversation) };
      }),

    keep: (conversation, claim, note) =>
      store.exclusive(transcriptName(conversation), async (rows) => {
        const head = await readHead(rows, conversation);
        const { making, notes } = await readNotes(rows, conversation);
        if (!head || making?.claim !== claim) return false;
        const value: NotesRow = {
          v: 1,
          notes: [...notes, { ...note, next: head.next }].slice(-MOST_NOTES),
        };
        await rows.write([{ key: summaryKey(conversation), value }]);
        return true;
      }),
  };
}

interface NotesHead {
  next: number;
  base?: Base;
}

/** The transcript's head, as far as notes read it (tables/transcript-rows). */
const readHead = (rows: Pick<Rows, 'read'>, conversation: ConversationId) =>
  rows.read<NotesHead>(headKey(conversation));

async function readNotes(rows: Pick<Rows, 'read'>, conversation: ConversationId): Promise<NotesRow> {
  return (await rows.read<NotesRow | null>(summaryKey(conversation))) ?? { v: 1, notes: [] };
}

/** The conversation's own notes, after those of its base that tell of the turns it begins with. */
async function notesInLine(rows: Pick<Rows, 'read'>, conversation: ConversationId): Promise<Note[]> {
  const { notes } = await readNotes(rows, conversation);
  const base = isBranch(conversation) ? (await readHead(rows, conversation))?.base : undefined;
  if (!base) return notes;
  const { seq } = base;
  const before = (await notesInLine(rows, base.conversation)).filter(({ upTo }) => upTo <= seq);
  return [...before.map((note) => ({ ...note, next: Math.min(note.next, seq) })), ...notes].slice(
    -MOST_NOTES,
  );
}

/** Drops notes as `dropNotes`, also those of the branches that begin with these turns. */
export async function dropNotesInAll(
  rows: ExclusiveRows,
  conversation: ConversationId,
  first: number,
  end = first + 1,
): Promise<void> {
  await dropNotes(rows, conversation, first, end);
  for (const branch of await branchesWith(rows, conversation, first))
    await dropNotes(rows, branch, first, end);
}

/**
 * Drops all notes that tell of one of the turns from `first` to before `end`, in the change that forgets these turns.
 * @param end absent: of the turn `first` alone
 */
async function dropNotes(
  rows: ExclusiveRows,
  conversation: ConversationId,
  first: number,
  end = first + 1,
): Promise<void> {
  const key = summaryKey(conversation);
  const row = await rows.read<NotesRow | null>(key);
  if (!row) return;
  const notes = row.notes.filter(({ from, upTo }) => upTo <= first || from >= end);
  const making = row.making && row.making.upTo <= first ? row.making : undefined;
  if (notes.length === row.notes.length && making === row.making) return;
  const left: NotesRow = { v: 1, notes, ...(making && { making }) };
  // Overwritten, not removed: removals are made last, and nothing finds the notes once the turn is gone.
  const isEmpty = notes.length === 0 && !making;
  await rows.write([isEmpty ? { key, value: null, ttl: 1 } : { key, value: left }]);
}
