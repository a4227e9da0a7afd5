/**
 * Snapshots: copies of conversations as they stood when they were shared. A snapshot is a transcript of its owner that
 * stands in no list, so that forgetting the owner forgets it, and retention shortens it. Files are not copied: the
 * link shows those of the conversation while they are kept.
 */
import { randomUUID } from 'node:crypto';
import { turnsInOrder } from '../../../../core/exports/turns-in-order.ts';
import {
  type ConversationEntry,
  MOST_APPENDED,
  type StoredTurn,
  type Transcripts,
} from '../../../../core/storage.ts';
import type { Attachment, ConversationId, MadeFile, TenantId, Turn } from '../../../../core/types.ts';
import { titleOf } from '../titles.ts';

export interface Snapshots {
  /** The id of a snapshot that is not taken yet. */
  idFor(tenant: TenantId): ConversationId;
  /**
   * Copies all turns that have ended, and returns the ids of their messages: one for each position. A turn that is dropped
   * later leaves its position empty.
   */
  take(id: ConversationId, of: SnapshotSource): Promise<Set<string>>;
  /** Drops the turns that were taken and have been deleted since. */
  dropGone(id: ConversationId, of: { conversation: ConversationId; taken: Set<string> }): Promise<void>;
  /** Turns from the position `from` on, oldest first. */
  read(id: ConversationId, from: number): Promise<StoredTurn[]>;
  /** The title: it goes with the message that it repeats or describes. Undefined: no turn is left. */
  titleOf(id: ConversationId, count: number): Promise<string | undefined>;
  find(id: ConversationId, turn: string): Promise<StoredTurn | undefined>;
  dropTurn(id: ConversationId, turn: string): Promise<void>;
  drop(id: ConversationId): Promise<void>;
}

interface SnapshotSource {
  tenant: TenantId;
  conversation: ConversationId;
  /** Gives the title, if that is not the first message's. */
  entry: Pick<ConversationEntry, 'title' | 'titledBy'>;
}

/** Turns of a page. */
export const SHARED_PAGE = 50;

export function createSnapshots(transcripts: Transcripts): Snapshots {
  async function read(id: ConversationId, from: number): Promise<StoredTurn[]> {
    const { turns } = await transcripts.read(id, { limit: SHARED_PAGE, before: from + SHARED_PAGE });
    return turns.filter(({ seq }) => seq >= from);
  }

  return {
    idFor: (tenant) => `${tenant}:share-${randomUUID()}`,
    async take(id, { tenant, conversation, entry }) {
      const taken = new Set<string>();
      let batch: Turn[] = [];
      const write = async () => {
        await transcripts.appendAll(id, batch);
        batch = [];
      };
      for await (const turn of turnsInOrder(transcripts, conversation)) {
        if (turn.end === null) continue;
        taken.add(turn.message.id);
        batch.push(bare(turn, { tenant, id, ...topicOf(turn, entry) }));
        if (batch.length === MOST_APPENDED) await write();
      }
      if (batch.length > 0) await write();
      return taken;
    },
    async dropGone(id, { conversation, taken }) {
      const left = new Set(taken);
      for await (const { message } of turnsInOrder(transcripts, conversation)) left.delete(message.id);
      for (const turn of left) await transcripts.remove(id, turn);
    },
    read,
    async titleOf(id, count) {
      for (let from = 0; from < count; from += SHARED_PAGE) {
        const turns = await read(id, from);
        const [first] = turns;
        if (!first) continue;
        const named = turns.find(({ message }) => message.topic !== undefined);
        return named?.message.topic ?? titleOf(first.message);
      }
      return undefined;
    },
    find: (id, turn) => transcripts.find(id, turn),
    dropTurn: async (id, turn) => void (await transcripts.remove(id, turn)),
    drop: (id) => transcripts.forget(id),
  };
}

/** A person's title stands with each turn, and a model's with the turn that it describes. */
function topicOf(
  { message }: StoredTurn,
  { title, titledBy = 'message' }: SnapshotSource['entry'],
): { topic?: string } {
  const isHere = typeof titledBy === 'object' ? titledBy.turn === message.id : titledBy === 'person';
  return isHere ? { topic: title } : {};
}

/** The turn with what was said, and nothing else: no name, thoughts, steps, costs or sentences of Parley's own. */
function bare(
  { message, answer, end, endedAt, files }: StoredTurn,
  { tenant, id, topic }: { tenant: TenantId; id: ConversationId; topic?: string },
): Turn {
  return {
    message: {
      id: message.id,
      conversation: id,
      lane: id,
      tenant,
      author: { id: tenant, name: '' },
      text: message.text,
      attachments: message.attachments.map(bareFile),
      ...(topic !== undefined && { topic }),
      at: message.at,
    },
    answer,
    end,
    ...(endedAt !== undefined && { endedAt }),
    ...(files && { files: files.map((file): MadeFile => ({ ...bareFile(file), alt: file.alt })) }),
  };
}

const bareFile = ({ id, name, type, size }: Attachment): Attachment => ({ id, name, type, size });
