/** Keeps imported conversations, as if they had been said here. */
import { createHash } from 'node:crypto';
import type { ConversationLists, Transcripts } from '../../../../core/storage.ts';
import type { Attachment, ConversationId, MadeFile, TenantId, Turn } from '../../../../core/types.ts';
import type { ImportOutcome, ImportSource } from '../../api/import.ts';
import { conversationId } from '../input.ts';
import { titleOf } from '../titles.ts';
import type { ReadSlice, ReadTurn } from './import-form.ts';

export interface KeepImportedOptions {
  conversations: ConversationLists;
  transcripts: Transcripts;
}

/**
 * Keeps the slices in their order. Turns are added only right after the turn that they follow: nothing is put into a
 * conversation that went on here, and a message that was deleted here stays deleted. @throws StoreError
 */
export function createKeepImported({ conversations, transcripts }: KeepImportedOptions) {
  async function keep(tenant: TenantId, slice: ReadSlice): Promise<ImportOutcome> {
    const id = idOf(slice.source, slice.key);
    const conversation: ConversationId = `${tenant}:${id}`;
    const turns = slice.turns.map((turn) => turnOf(turn, { tenant, conversation, source: slice.source }));
    const [first] = turns;
    if (!first) return 'known';
    const isKnown = (await conversations.find(tenant, id)) !== undefined;
    // The entry comes first: turns that a crash cuts off can then be seen, deleted, and imported again.
    if (!isKnown) {
      const title = slice.title || titleOf(first.message);
      if ((await conversations.add(tenant, { id, title, at: slice.at })) === 'full') return 'full';
    }
    const last = (await transcripts.read(conversation, { limit: 1 })).turns.at(-1)?.message.id;
    const before = slice.after === null ? undefined : turnIdOf(slice.source, slice.after);
    const next = [before, ...turns.map(({ message }) => message.id)].lastIndexOf(last);
    const added = next < 0 ? 0 : await transcripts.appendAll(conversation, turns.slice(next));
    if (!isKnown) return 'new';
    return added > 0 ? 'grown' : 'known';
  }

  function turnOf(
    turn: ReadTurn,
    {
      tenant,
      conversation,
      source,
    }: { tenant: TenantId; conversation: ConversationId; source: ImportSource },
  ): Turn {
    const id = turnIdOf(source, turn.key);
    const { text, answer, end, at, model, thoughts } = turn;
    return {
      message: {
        id,
        conversation,
        lane: conversation,
        tenant,
        author: { id: tenant, name: '' },
        text,
        attachments: turn.files.map(
          (file, index): Attachment => ({ ...file, id: uuidOf(id, 'file', `${index}`) }),
        ),
        at,
      },
      answer,
      end,
      ...(model && { model }),
      ...(thoughts && { thoughts }),
      ...(turn.made.length > 0 && {
        files: turn.made.map((file, index): MadeFile => ({ ...file, id: uuidOf(id, 'made', `${index}`) })),
      }),
    };
  }

  return async (tenant: TenantId, slices: ReadSlice[]): Promise<ImportOutcome[]> => {
    const outcomes: ImportOutcome[] = [];
    for (const slice of slices) outcomes.push(await keep(tenant, slice));
    return outcomes;
  };
}

/** A conversation of Parley's own keeps its id, so that an export is taken back into the conversation it came from. */
function idOf(source: ImportSource, key: string): string {
  return source === 'parley' && isUuid(key) ? key : uuidOf('conversation', source, key);
}

function turnIdOf(source: ImportSource, key: string): string {
  return source === 'parley' && isUuid(key) ? key : uuidOf('turn', source, key);
}

const isUuid = (text: string) => conversationId.safeParse(text).success;

/** A UUID that is the same for the same words: version 8, for ids of one's own making (RFC 9562, 5.8). */
function uuidOf(...words: string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(words)).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
