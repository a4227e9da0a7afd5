/** Forgetting: what was said and attached, by one person or by all, at a place or in all of a tenant's. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Place, partsOf } from '../place.ts';
import type { Audit } from '../reports/audit.ts';
import type { Settings } from '../settings.ts';
import type { Attachments, StoredTurn, Transcripts } from '../storage.ts';
import type { TurnQueue } from '../turn/queue.ts';
import type { ConversationId, TenantId } from '../types.ts';
import { eachTurn } from './each-turn.ts';
import { createForgottenQuotes, type ForgottenQuotes } from './forgotten-quotes.ts';
import type { ForgottenMark, ForgottenMarks } from './marks.ts';

export interface ForgettingOptions {
  queue: TurnQueue;
  transcripts: Transcripts;
  attachments: Attachments;
  settings: Settings;
  marks: ForgottenMarks;
  /** What adapters remember of answers: of all of a tenant's, and of single turns. */
  notes: { forget(tenant: TenantId): Promise<void>; remove(...turns: string[]): Promise<void> }[];
}

/** How much was forgotten. */
export interface Forgotten {
  messages: number;
  conversations: number;
}

/** Each of these is finished by doing it again where a crash cut it short. All throw StoreError. */
export interface Forgetting {
  /** Stops one turn and takes it out, with what was attached to it. */
  message(conversation: ConversationId, messageId: string): Promise<void>;
  /** Stops what runs in it, and removes all of it. */
  conversation(conversation: ConversationId): Promise<void>;
  /** What one person said at a place and what was answered to them. */
  saidBy(person: string, tenant: TenantId, place: Place): Promise<Forgotten>;
  /** All that was said at a place. */
  place(tenant: TenantId, place: Place): Promise<Forgotten>;
  /**
   * Every conversation, then the settings and keys.
   * @param place where people go on talking: nothing older is read there again. Absent: nothing is left of the tenant
   */
  tenant(tenant: TenantId, place?: Pick<Place, 'at'>): Promise<void>;
}

/** Longest wait for answers that were stopped to end, ms: what they note until then is forgotten as well. */
const STOPPED_MS = 5_000;
const STOPPED_EVERY_MS = 25;

/** What is forgotten because Parley was removed, or somebody signed out, is audited: nobody there asks for it by a command. */
export function auditLeaving(forgetting: Forgetting, audit: Audit): Forgetting {
  return {
    ...forgetting,
    async tenant(tenant, place) {
      await forgetting.tenant(tenant, place);
      if (!place) audit('forgotten', { tenant, what: 'everything', reason: 'left' });
    },
  };
}

export function createForgetting(options: ForgettingOptions): Forgetting {
  const { queue, transcripts, attachments, settings, marks, notes } = options;

  /** Stops turns, and waits until none of them is answered or shown any more. */
  async function stop(conversation: ConversationId, isMeant = (_turn: string) => true): Promise<void> {
    const live = async () => (await queue.live(conversation)).filter(({ id }) => isMeant(id));
    const found = await live();
    for (const { id } of found) await queue.cancel(conversation, id);
    const until = Date.now() + STOPPED_MS;
    const isRunning = async () => (await live()).some(({ phase }) => phase !== 'waiting');
    while (found.length > 0 && (await isRunning()) && Date.now() < until) await sleep(STOPPED_EVERY_MS);
  }

  async function forgetNotes(turns: string[]): Promise<void> {
    for (const note of notes) await note.remove(...turns);
  }

  /** Returns how many turns it had. */
  async function forget(conversation: ConversationId): Promise<number> {
    await stop(conversation);
    let count = 0;
    for await (const { message } of eachTurn(transcripts, conversation)) {
      await forgetNotes([message.id]);
      count++;
    }
    // The transcript goes last: by it the conversation is found again, should this be cut short.
    await attachments.forget(conversation);
    await transcripts.forget(conversation);
    return count;
  }

  /** @param others ids of files that other turns have */
  async function takeOut(
    conversation: ConversationId,
    { message }: StoredTurn,
    others: Set<string>,
  ): Promise<void> {
    // The turn goes last: it is what tells which files are its.
    const own = message.attachments.filter(({ id, origin }) => !origin || !others.has(id));
    await attachments.remove(
      conversation,
      own.map(({ id }) => id),
    );
    await transcripts.remove(conversation, message.id);
  }

  /** The files of all turns but one, where it quotes files: the same file may be another's own. */
  async function filesBeside(conversation: ConversationId, { message }: StoredTurn): Promise<Set<string>> {
    const others = new Set<string>();
    if (!message.attachments.some(({ origin }) => origin)) return others;
    for await (const turn of eachTurn(transcripts, conversation))
      if (turn.message.id !== message.id) for (const { id } of turn.message.attachments) others.add(id);
    return others;
  }

  /** What others said stays, without these quotes. A conversation that has no turns any more is no more. */
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

  /** Returns how many turns of a conversation were this person's. */
  async function forgetTurnsOf(person: string, conversation: ConversationId): Promise<number> {
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
    await stop(conversation, (turn) => ids.has(turn));
    for (const turn of own) {
      await takeOut(conversation, turn, others);
      await forgetNotes([turn.message.id]);
    }
    await forgetQuotes(gone, conversation);
    return own.length;
  }

  return {
    async message(conversation, messageId) {
      await queue.cancel(conversation, messageId);
      const turn = await transcripts.find(conversation, messageId);
      if (turn) await takeOut(conversation, turn, await filesBeside(conversation, turn));
    },

    async conversation(conversation) {
      await forget(conversation);
    },

    async saidBy(person, tenant, place) {
      const mark = markOf(place.at);
      const found: Forgotten = { messages: 0, conversations: 0 };
      // First of all: a message that comes meanwhile reads nothing of what goes.
      await marks.change(place.id, place.isShared ? { people: { [person]: mark } } : { all: mark });
      if (place.isShared && place.kind === 'conversation') await marks.change(place.id, { history: mark });
      for (const { conversation, isOwn } of await partsOf(transcripts, { tenant, place, person })) {
        const count = isOwn ? await forget(conversation) : await forgetTurnsOf(person, conversation);
        if (count === 0) continue;
        found.messages += count;
        found.conversations++;
        await marks.change(conversation, { history: mark });
      }
      return found;
    },

    async place(tenant, place) {
      const found: Forgotten = { messages: 0, conversations: 0 };
      await marks.replaceWithin(place.id, markOf(place.at));
      for (const conversation of await transcripts.list(tenant)) {
        if (!place.part(conversation)) continue;
        found.messages += await forget(conversation);
        found.conversations++;
      }
      return found;
    },

    async tenant(tenant, place) {
      await marks.replaceWithin(tenant, place && markOf(place.at));
      for (const conversation of await transcripts.list(tenant)) await forget(conversation);
      // Of messages that were never sent.
      const left = new Set((await attachments.list(tenant)).map((file) => file.conversation));
      for (const conversation of left) await attachments.forget(conversation);
      for (const note of notes) await note.forget(tenant);
      await settings.forget(tenant);
    },
  };
}

/** @param id of the command, as `Place.at` */
export function markOf(id: string | undefined): ForgottenMark {
  return { at: Date.now(), ...(id !== undefined && { id }) };
}
