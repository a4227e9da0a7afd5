/**
 * A lane as a row of the store: its turns in their order, each until it is shown. Messages and answers stand in the
 * transcript. Everything here is called under the transcript's name.
 */
import type { StoredTurn } from '../../../core/storage.ts';
import type { ConversationId, Turn } from '../../../core/types.ts';
import type { ExclusiveRows } from '../../store.ts';
import { removeDraft } from './drafts.ts';

export interface LaneRow {
  v: 1;
  conversation: ConversationId;
  turns: LaneTurn[];
}

export interface LaneTurn {
  id: string;
  /** Its position in the transcript. */
  seq: number;
  phase: 'waiting' | 'answering' | 'answered';
  /** Attempts at it. Each process that dies over it, and each handler that fails, adds one. */
  attempts: number;
  /** Id of the newest attempt, stored under this name. */
  run: string;
  /** How often its message was edited while it was being answered. */
  revision: number;
  /** Its message was edited since the attempt began: it must be answered anew. */
  isEdited?: boolean;
  /** A request to whichever process answers it. `interrupt`: a newer message wants to be answered at once. */
  request?: 'stop' | 'interrupt';
  /** It is answered together with the turns of the same person that wait before it. */
  joins?: boolean;
}

export async function readLane(
  rows: ExclusiveRows,
  key: string,
  conversation: ConversationId,
): Promise<LaneRow> {
  return (await rows.read<LaneRow>(key)) ?? { v: 1, conversation, turns: [] };
}

export function waiting({ message: { id }, seq }: StoredTurn, joins: boolean): LaneTurn {
  return { id, seq, phase: 'waiting', attempts: 0, run: '', revision: 0, ...(joins && { joins }) };
}

/** Whether nothing is shown of a turn yet. Something is shown of a turn that was begun or answered before. */
export function isUntouched({ attempts, revision }: LaneTurn, { end }: Turn): boolean {
  return attempts === 0 && revision === 0 && end === null;
}

/** Makes a turn wait again, since its message was edited. */
export async function beginAnew(
  rows: ExclusiveRows,
  lane: LaneRow,
  turn: LaneTurn,
  attempts: number,
): Promise<void> {
  turn.phase = 'waiting';
  turn.attempts = attempts;
  turn.run = '';
  turn.revision++;
  delete turn.isEdited;
  await removeDraft(rows, lane.conversation, turn.id);
}
