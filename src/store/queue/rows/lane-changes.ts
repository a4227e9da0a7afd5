/** Changes to a lane by people and platforms: they add a message, edit it, ask again, or ask to stop. */
import type { WhenBusy } from '../../../core/settings.ts';
import type { StoredTurn } from '../../../core/storage.ts';
import { isBranch, trunkOf } from '../../../core/turn/past/branches.ts';
import type { AuthorRights, Message } from '../../../core/types.ts';
import { branchesOf } from '../../branches/branch-list.ts';
import { branchesKey, headKey, messageKey } from '../../keys.ts';
import type { ExclusiveRows } from '../../store.ts';
import {
  appendKeys,
  appendTurn,
  isKnown,
  keepTurn,
  swapPlaces,
  turnAt,
} from '../../tables/transcript-rows.ts';
import { together } from './joining.ts';
import { isUntouched, type LaneRow, type LaneTurn, readLane, waiting } from './lane-rows.ts';

/** Appends a message to its transcript and to its lane, both at once. */
export async function acceptInto(
  rows: ExclusiveRows,
  key: string,
  message: Message,
  { whenBusy, mostWaiting }: { whenBusy: WhenBusy; mostWaiting: number },
): Promise<'new' | 'seen' | 'full' | 'gone'> {
  const { conversation, id } = message;
  const trunk = trunkOf(conversation);
  await rows.readMany([key, branchesKey(trunk), ...appendKeys(conversation, id)]);
  const lane = await readLane(rows, key, conversation);
  const isFull = lane.turns.filter(({ phase }) => phase === 'waiting').length >= mostWaiting;
  const isGone = isBranch(conversation) && (await rows.read(headKey(conversation))) === undefined;
  if (isFull || isGone) {
    if (await isKnown(rows, conversation, id)) return 'seen';
    return isGone ? 'gone' : 'full';
  }
  if (await isOnOtherLine(rows, conversation, id)) return 'seen';
  const turn = await appendTurn(rows, conversation, { message, answer: '', end: null });
  if (!turn) return 'seen';
  const [first] = lane.turns;
  if (first?.phase === 'answering' && whenBusy === 'interrupt') first.request ??= 'interrupt';
  lane.turns.push(waiting(turn, whenBusy !== 'wait'));
  await putInOrder(rows, lane);
  await rows.write([{ key, value: lane }]);
  return 'new';
}

/**
 * Whether the trunk or another branch knows the message. A page that sends a message again may name no branch, and another
 * one may be shown by then.
 */
async function isOnOtherLine(rows: ExclusiveRows, conversation: string, id: string): Promise<boolean> {
  const trunk = trunkOf(conversation);
  const branches = await branchesOf(rows, trunk);
  if (branches.length === 0) return false;
  const lines = [trunk, ...branches.map((branch) => branch.conversation)];
  const seqs = await rows.readMany(lines.map((line) => messageKey(line, id)));
  return seqs.some((seq, i) => seq !== undefined && lines[i] !== conversation);
}

/**
 * Moves the last turn before turns that were said after it and have only waited. A platform redelivers a message that
 * it could not deliver, later and maybe to another process.
 */
async function putInOrder(rows: ExclusiveRows, { conversation, turns }: LaneRow): Promise<void> {
  for (let place = turns.length - 1; place > 0; place--) {
    const [before, last] = [turns[place - 1], turns[place]];
    if (!before || !last) return;
    const earlier = await turnAt(rows, conversation, before);
    const later = await turnAt(rows, conversation, last);
    if (!earlier || !later || !isUntouched(before, earlier) || earlier.message.at <= later.message.at) return;
    await swapPlaces(rows, conversation, earlier, later);
    turns.splice(place - 1, 2, { ...last, seq: earlier.seq }, { ...before, seq: later.seq });
  }
}

/**
 * Adds a turn that has ended to its lane again; false if the lane has it already.
 * @param author the rights and choices that its author has now; absent: those of then
 */
export async function addAgain(
  rows: ExclusiveRows,
  key: string,
  turn: StoredTurn,
  author?: AuthorRights,
): Promise<boolean> {
  const { conversation, id } = turn.message;
  const lane = await readLane(rows, key, conversation);
  if (lane.turns.some((one) => one.id === id)) return false;
  const now = author && (await turnAt(rows, conversation, { id, seq: turn.seq }));
  if (now)
    await keepTurn(rows, conversation, now, { ...now, message: { ...saidOf(now.message), ...author } });
  lane.turns.push(waiting(turn, false));
  await rows.write([{ key, value: lane }]);
  return true;
}

/** The message without the rights and choices of its author. */
const saidOf = ({ reader: _, namedRoles: __, chosen: ___, ...said }: Message): Message => said;

/** Gives a message another text. Returns its turn's phase. Undefined: the turn neither waits nor runs. */
export async function replaceMessage(
  rows: ExclusiveRows,
  key: string,
  message: Message,
): Promise<LaneTurn['phase'] | undefined> {
  const { conversation, id } = message;
  const lane = await rows.read<LaneRow>(key);
  const mine = lane?.turns.find((one) => one.id === id);
  const turn = mine && (await turnAt(rows, conversation, mine));
  if (!lane || !mine || !turn) return undefined;
  const { before } = turn.message;
  await keepTurn(rows, conversation, turn, {
    ...turn,
    message: before ? together(before, message) : message,
  });
  if (mine.phase !== 'waiting') {
    mine.isEdited = true;
    delete mine.request;
  }
  await rows.write([{ key, value: lane }]);
  return mine.phase;
}

/** Asks the process that answers a turn to stop it. @param id absent: all turns of the lane */
export async function askToStop(rows: ExclusiveRows, key: string, id: string | undefined): Promise<boolean> {
  const lane = await rows.read<LaneRow>(key);
  const found = lane?.turns.filter((turn) => id === undefined || turn.id === id) ?? [];
  if (!lane || found.length === 0) return false;
  for (const turn of found) turn.request = 'stop';
  await rows.write([{ key, value: lane }]);
  return true;
}
