/** Stops turns and takes them out: all of a conversation, one turn, or those of one person. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attachments, StoredTurn, Transcripts } from '../storage.ts';
import type { TurnQueue } from '../turn/queue.ts';
import type { Attachment, ConversationId, TenantId } from '../types.ts';
import { eachTurn } from './each-turn.ts';
import { createForgottenQuotes, type ForgottenQuotes } from './forgotten-quotes.ts';

export interface TurnForgettingOptions {
  queue: TurnQueue;
  transcripts: Transcripts;
  attachments: Attachments;
  /** The answers that adapters remember: all of a tenant's, and those of single turns. */
  notes: { forget(tenant: TenantId): Promise<void>; remove(...turns: string[]): Promise<void> }[];
}

/** Longest wait for stopped answers to end, ms. Notes that they write until then are forgotten too. */
const STOPPED_MS = 5_000;
const STOPPED_EVERY_MS = 25;

/** Stops turns, and waits until no process answers or shows them any more. */
async function stopTurns(
  queue: TurnQueue,
  conversation: ConversationId,
  isMeant = (_turn: string) => true,
): Promise<void> {
  const live = async () => (await queue.live(conversation)).filter(({ id }) => isMeant(id));
  const found = await live();
  for (const { id } of found) await queue.cancel(conversation, id);
  const until = Date.now() + STOPPED_MS;
  const isRunning = async () => (await live()).some(({ phase }) => phase !== 'waiting');
  while (found.length > 0 && (await isRunning()) && Date.now() < until) await sleep(STOPPED_EVERY_MS);
}

/** Forgets all of a conversation. The returned function resolves to the number of its turns. */
export function createConversationForgetting({
  queue,
  transcripts,
  attachments,
  notes,
}: TurnForgettingOptions) {
  async function forgetOne(conversation: ConversationId): Promise<number> {
    await stopTurns(queue, conversation);
    let count = 0;
    for await (const { message } of eachTurn(transcripts, conversation)) {
      for (const note of notes) await note.remove(message.id);
      count++;
    }
    // The transcript goes last: after a crash, it is how the conversation is found again.
    await attachments.forget(conversation);
    await transcripts.forget(conversation);
    return count;
  }

  return async function forgetConversation(conversation: ConversationId): Promise<number> {
    const count = await forgetOne(conversation);
    // A branch may begin from another branch meanwhile.
    for (;;) {
      const branches = await transcripts.branches(conversation);
      if (branches.length === 0) return count;
      for (const branch of branches) await forgetOne(branch.conversation);
    }
  };
}

const idsOf = (files: Attachment[]) => files.map(({ id }) => id);

/** Forgets some turns of a conversation; the others stay. */
export function createTurnForgetting({ queue, transcripts, attachments, notes }: TurnForgettingOptions) {
  /** @param others ids of files that other turns have */
  async function takeOut(
    conversation: ConversationId,
    { message, files = [] }: StoredTurn,
    others: Set<string>,
  ): Promise<void> {
    // The turn goes last: after a crash, it tells which files belong to it.
    const own = message.attachments.filter(({ id, origin }) => !origin || !others.has(id));
    await attachments.remove(conversation, idsOf([...own, ...files]));
    const gone = await transcripts.remove(conversation, message.id);
    // An answer with files may have been kept meanwhile.
    await attachments.remove(conversation, idsOf(gone?.files ?? []));
  }

  /** Files of all other turns, if this turn quotes files: a quoted file may belong to another turn. */
  async function filesBeside(conversation: ConversationId, { message }: StoredTurn): Promise<Set<string>> {
    const others = new Set<string>();
    if (!message.attachments.some(({ origin }) => origin)) return others;
    for await (const turn of eachTurn(transcripts, conversation))
      if (turn.message.id !== message.id) for (const { id } of turn.message.attachments) others.add(id);
    return others;
  }

  /** Takes quotes out of the turns that stay. A conversation left without turns is forgotten as a whole. */
  async function forgetQuotes(gone: ForgottenQuotes, conversation: ConversationId): Promise<void> {
    let isEmpty = true;
    for await (const { message } of eachTurn(transcripts, conversation)) {
      isEmpty = false;
      const found = gone.in(message);
      if (!found) continue;
      await attachments.remove(conversation, found.files);
      await transcripts.changeMaterial(conversation, message.id, (material) => gone.in(material)?.left);
    }
    if (isEmpty) await transcripts.forget(conversation);
  }

  return {
    async one(conversation: ConversationId, messageId: string): Promise<void> {
      await queue.cancel(conversation, messageId);
      const turn = await transcripts.find(conversation, messageId);
      if (turn) await takeOut(conversation, turn, await filesBeside(conversation, turn));
    },

    /** Resolves to the number of this person's turns. */
    async allOf(person: string, conversation: ConversationId): Promise<number> {
      const own: StoredTurn[] = [];
      const gone = createForgottenQuotes(person);
      const others = new Set<string>();
      for await (const turn of eachTurn(transcripts, conversation)) {
        if (turn.message.author.id === person) {
          own.push(turn);
          gone.add(turn);
        } else for (const { id } of turn.message.attachments) others.add(id);
      }
      const ids = new Set(own.map(({ message }) => message.id));
      await stopTurns(queue, conversation, (turn) => ids.has(turn));
      for (const turn of own) {
        await takeOut(conversation, turn, others);
        for (const note of notes) await note.remove(turn.message.id);
      }
      await forgetQuotes(gone, conversation);
      return own.length;
    },
  };
}
