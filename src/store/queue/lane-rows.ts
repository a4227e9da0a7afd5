/**
 * What waits in a lane and what is being answered, as a row of the store: the turns in their order, gone once they are
 * shown. The messages and answers themselves are the transcript's. To be called under the transcript's name.
 */

import type { WhenBusy } from '../../core/settings.ts';
import type { StoredTurn } from '../../core/storage.ts';
import type { ConversationId, Material, Message, Quote, Turn } from '../../core/types.ts';
import { draftKey } from '../keys.ts';
import type { ExclusiveRows } from '../store.ts';
import {
  appendKeys,
  appendTurn,
  isKnown,
  keepKeys,
  keepTurn,
  removeTurn,
  swapPlaces,
  turnAt,
  withMaterial,
} from '../tables/transcript-rows.ts';

export interface LaneRow {
  v: 1;
  conversation: ConversationId;
  turns: LaneTurn[];
}

export interface LaneTurn {
  id: string;
  /** Its place in the transcript. */
  seq: number;
  phase: 'waiting' | 'answering' | 'answered';
  /** How often it was begun; begun again each time a process died over it or its handler failed. */
  attempts: number;
  /** Of the newest attempt. */
  run: string;
  /** How often its message was edited while it was being answered. */
  revision: number;
  /** Its message reads otherwise since it was begun: it is to be answered anew. */
  isEdited?: boolean;
  /** What somebody wants of it who may be in another process: a newer message interrupts. */
  request?: 'stop' | 'interrupt';
  /** It is answered together with those of the same person that wait before it. */
  joins?: boolean;
}

/** The text so far of what is being answered. */
export interface Draft {
  run: string;
  text: string;
}

/** A draft that its turn left behind, by a crash at the wrong moment. */
const DRAFT_MS = 24 * 3_600_000;
/** Between the messages that are answered together. */
const BETWEEN = '\n\n';
/** Messages that are answered together; each is an entry of those that are written at once. */
const MOST_JOINED = 200;

/** Appends a message to its transcript and to its lane, at once. */
export async function acceptInto(
  rows: ExclusiveRows,
  key: string,
  message: Message,
  { whenBusy, mostWaiting }: { whenBusy: WhenBusy; mostWaiting: number },
): Promise<'new' | 'seen' | 'full'> {
  const { conversation, id } = message;
  await rows.readMany([key, ...appendKeys(conversation, id)]);
  const lane = (await rows.read<LaneRow>(key)) ?? { v: 1, conversation, turns: [] };
  const isFull = lane.turns.filter(({ phase }) => phase === 'waiting').length >= mostWaiting;
  if (isFull) return (await isKnown(rows, conversation, id)) ? 'seen' : 'full';
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
 * Puts the last before those that were said after it and have only waited: what a platform could not deliver it delivers
 * again later, maybe to another process.
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

/** Of one that was begun, or answered before, something is shown. */
function isUntouched({ attempts, revision }: LaneTurn, { end }: Turn): boolean {
  return attempts === 0 && revision === 0 && end === null;
}

/** Adds a turn that has ended to its lane again; false where it is there already. */
export async function addAgain(rows: ExclusiveRows, key: string, turn: StoredTurn): Promise<boolean> {
  const { conversation, id } = turn.message;
  const lane = (await rows.read<LaneRow>(key)) ?? { v: 1, conversation, turns: [] };
  if (lane.turns.some((one) => one.id === id)) return false;
  lane.turns.push(waiting(turn, false));
  await rows.write([{ key, value: lane }]);
  return true;
}

/** What is begun next: the message, and its entry from now on. */
export interface Begun {
  message: Message;
  turn: LaneTurn;
}

/**
 * Begins the lane's first turn, after taking out those whose messages are gone, and joining those that are to be
 * answered together. Undefined, and the lane is gone, when nothing is left. Done again for the same run, it changes
 * nothing more.
 * @param mayBegin whether a model may be asked about the message now; else the turn is `held`, and goes on waiting
 */
export async function beginFirst(
  rows: ExclusiveRows,
  key: string,
  run: string,
  mayBegin: (message: Message) => boolean,
): Promise<Begun | 'held' | undefined> {
  const lane = await rows.read<LaneRow>(key);
  let isChanged = false;
  while (lane && lane.turns.length > 0) {
    const [first] = lane.turns;
    const turn = first && (await turnAt(rows, lane.conversation, first));
    if (!first || !turn) {
      lane.turns.shift();
      isChanged = true;
      if (first) await rows.remove([draftKey(lane.conversation, first.id)]);
      continue;
    }
    // The attempt that was to be stopped for that has died: something of it may be there to be healed.
    if (first.isEdited) {
      await beginAnew(rows, lane, first, 1);
      isChanged = true;
    }
    if (first.run === run) return { message: turn.message, turn: first };
    if (asksModel(first) && !mayBegin(turn.message)) {
      if (isChanged) await rows.write([{ key, value: lane }]);
      return 'held';
    }
    const message = isUntouched(first, turn) ? await joinFollowing(rows, lane, turn.message) : turn.message;
    const [begun = first] = lane.turns;
    begun.attempts++;
    begun.run = run;
    if (begun.phase === 'waiting') begun.phase = 'answering';
    await rows.write([{ key, value: lane }]);
    return { message, turn: begun };
  }
  await rows.remove([key]);
  return undefined;
}

/** Whether a model is asked when the turn begins: not to show what was answered, nor to end what was stopped. */
function asksModel({ phase, request }: LaneTurn): boolean {
  return phase !== 'answered' && request !== 'stop';
}

/**
 * Puts what the first turn's person said after it, and wants answered with it, into one message in the place of the
 * last: the others leave the transcript.
 */
async function joinFollowing(rows: ExclusiveRows, lane: LaneRow, first: Message): Promise<Message> {
  let joined = first;
  for (let count = 1; count < MOST_JOINED; count++) {
    const [mine, next] = lane.turns;
    if (!mine || mine.request || !next?.joins || next.request) return joined;
    const following = await turnAt(rows, lane.conversation, next);
    if (!following || following.message.author.id !== joined.author.id) return joined;
    const { text, attachments, quotes } = joined;
    joined = together({ text, attachments, ...(quotes && { quotes }) }, following.message);
    await removeTurn(rows, lane.conversation, mine.id);
    await keepTurn(rows, lane.conversation, following, { ...following, message: joined });
    lane.turns.shift();
  }
  return joined;
}

function together(before: NonNullable<Message['before']>, message: Message): Message {
  const quotes = [...(before.quotes ?? []), ...(message.quotes ?? [])];
  return {
    ...message,
    text: [before.text, message.text].filter(Boolean).join(BETWEEN),
    attachments: [...before.attachments, ...message.attachments],
    ...(quotes.length > 0 && { quotes }),
    before,
  };
}

/**
 * Replaces the turn in its transcript, except for what was forgotten of its message since it was begun; from then on it
 * is only to be shown. Without effect where its message was edited meanwhile, or it is another run's by now.
 * @param begun the message as it was begun
 */
export async function keepAnswer(
  rows: ExclusiveRows,
  key: string,
  turn: Turn,
  { run, message: begun }: { run: string; message: Message },
): Promise<void> {
  const { conversation, id } = turn.message;
  const lane = await rows.read<LaneRow>(key);
  const mine = lane?.turns.find((one) => one.id === id);
  if (!lane || mine?.run !== run || mine.isEdited) return;
  await rows.readMany(keepKeys(conversation, mine.seq));
  const old = await turnAt(rows, conversation, mine);
  if (old) {
    const material = materialOf({ begun, ended: turn.message, stored: old.message });
    await keepTurn(rows, conversation, old, withMaterial(turn, material));
  }
  mine.phase = 'answered';
  await rows.write([{ key, value: lane }]);
}

/**
 * What a message quotes and has attached once it is answered: of what it had when it was begun, what is stored now, since
 * the rest was forgotten; and what was written down of its files, unless they were forgotten.
 */
function materialOf({ begun, ended, stored }: Record<'begun' | 'ended' | 'stored', Message>): Material {
  const { quotes: there = [], before } = stored;
  const files = new Set(stored.attachments.map(({ id }) => id));
  const goneFrom = new Set(
    begun.attachments.map(({ id, origin }) => (files.has(id) ? undefined : (origin?.by ?? origin?.from))),
  );
  const known = new Set([...(begun.quotes ?? []), ...there].map(asText));
  const added = (ended.quotes ?? []).filter(
    (quote) => !known.has(asText(quote)) && !goneFrom.has(quote.by ?? quote.from),
  );
  const quotes = [...there, ...added];
  return {
    attachments: ended.attachments.filter(({ id }) => files.has(id)),
    ...(quotes.length > 0 && { quotes }),
    ...(before && { before }),
  };
}

const asText = ({ from, note, text }: Quote) => JSON.stringify([from, note, text]);

/**
 * After an attempt. `done`: it is shown, and leaves its lane. `again`: it is begun anew, as if it had just been accepted.
 * `handed`: whoever runs next begins it, and this attempt does not count. `late`: it is shown once more, since it was said
 * that it could not be kept, and now it is.
 */
export type Outcome = 'done' | 'again' | 'handed' | 'late';

/** Without effect where the turn is another run's by now. */
export async function settle(
  rows: ExclusiveRows,
  key: string,
  { id, run }: { id: string; run: string },
  outcome: Outcome,
): Promise<void> {
  const lane = await rows.read<LaneRow>(key);
  const mine = lane?.turns.find((one) => one.id === id);
  if (!lane || mine?.run !== run) return;
  switch (outcome !== 'handed' && mine.isEdited ? 'again' : outcome) {
    case 'done':
      lane.turns = lane.turns.filter((one) => one !== mine);
      await rows.remove([draftKey(lane.conversation, id)]);
      break;
    case 'again':
      await beginAnew(rows, lane, mine, 0);
      break;
    case 'handed':
      // Once begun, something of it may be there to be healed.
      mine.attempts = Math.max(1, mine.attempts - 1);
      mine.run = '';
  }
  if (lane.turns.length > 0) await rows.write([{ key, value: lane }]);
  else await rows.remove([key]);
}

/** Makes a turn wait again, for its message reads otherwise now. */
async function beginAnew(
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
  await rows.remove([draftKey(lane.conversation, turn.id)]);
}

/** Gives a message another text; undefined where it does not wait or run. */
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

/** Asks for a turn, or all of the lane's, to be stopped by whoever answers it. */
export async function askToStop(rows: ExclusiveRows, key: string, id: string | undefined): Promise<boolean> {
  const lane = await rows.read<LaneRow>(key);
  const found = lane?.turns.filter((turn) => id === undefined || turn.id === id) ?? [];
  if (!lane || found.length === 0) return false;
  for (const turn of found) turn.request = 'stop';
  await rows.write([{ key, value: lane }]);
  return true;
}

export async function writeDraft(
  rows: ExclusiveRows,
  conversation: ConversationId,
  id: string,
  draft: Draft,
): Promise<void> {
  await rows.write([{ key: draftKey(conversation, id), value: draft, ttl: DRAFT_MS }]);
}

/** In the order of `ids`. */
export function readDrafts(
  rows: Pick<ExclusiveRows, 'readMany'>,
  conversation: ConversationId,
  ids: string[],
): Promise<(Draft | undefined)[]> {
  return rows.readMany<Draft>(ids.map((id) => draftKey(conversation, id)));
}

function waiting({ message: { id }, seq }: StoredTurn, joins: boolean): LaneTurn {
  return { id, seq, phase: 'waiting', attempts: 0, run: '', revision: 0, ...(joins && { joins }) };
}
