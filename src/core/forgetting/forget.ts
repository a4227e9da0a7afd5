/** Forgets messages and files of one person or of everybody, at a place or in all conversations of a tenant. */
import type { BooksForgetting } from '../money/books.ts';
import { type Place, partsOf } from '../place.ts';
import type { Audit } from '../reports/audit.ts';
import type { Settings } from '../settings.ts';
import type { ConversationId, TenantId } from '../types.ts';
import {
  createConversationForgetting,
  createTurnForgetting,
  type TurnForgettingOptions,
} from './forget-turns.ts';
import type { ForgottenMark, ForgottenMarks } from './marks.ts';

export interface ForgettingOptions extends TurnForgettingOptions {
  settings: Settings;
  books: BooksForgetting;
  marks: ForgottenMarks;
}

/** Counts of what was forgotten. */
export interface ForgottenCount {
  messages: number;
  conversations: number;
}

/** If a crash interrupts a call, calling again finishes it. All throw StoreError. */
export interface Forgetting {
  /** Stops one turn and takes it out, with its files. */
  message(conversation: ConversationId, messageId: string): Promise<void>;
  /** Stops the conversation's turns, and removes all of it. */
  conversation(conversation: ConversationId): Promise<void>;
  /** Forgets what one person said at a place, and the answers to it. */
  saidBy(person: string, tenant: TenantId, place: Place): Promise<ForgottenCount>;
  /** Forgets everything said at a place. */
  place(tenant: TenantId, place: Place): Promise<ForgottenCount>;
  /**
   * Forgets every conversation, then the settings and keys. The books keep their sums, without people.
   * @param place where people go on talking: nothing older is read there again. Absent: nothing is left of the tenant
   */
  tenant(tenant: TenantId, place?: Pick<Place, 'at'>): Promise<void>;
}

/** Writes an audit line when something is forgotten without a command: Parley was removed, or somebody signed out. */
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
  const { transcripts, attachments, settings, books, marks, notes } = options;
  const forgetConversation = createConversationForgetting(options);
  const turns = createTurnForgetting(options);

  return {
    message: turns.one,

    async conversation(conversation) {
      await forgetConversation(conversation);
    },

    async saidBy(person, tenant, place) {
      const mark = markOf(place.at);
      const found: ForgottenCount = { messages: 0, conversations: 0 };
      // The mark comes first: a message that arrives meanwhile reads nothing that is being forgotten.
      await marks.change(place.id, place.isShared ? { people: { [person]: mark } } : { all: mark });
      if (place.isShared && place.kind === 'conversation') await marks.change(place.id, { history: mark });
      for (const { conversation, isOwn } of await partsOf(transcripts, { tenant, place, person })) {
        const count = isOwn
          ? await forgetConversation(conversation)
          : await turns.allOf(person, conversation);
        if (count === 0) continue;
        found.messages += count;
        found.conversations++;
        await marks.change(conversation, { history: mark });
      }
      return found;
    },

    async place(tenant, place) {
      const found: ForgottenCount = { messages: 0, conversations: 0 };
      await marks.replaceWithin(place.id, markOf(place.at));
      for (const conversation of await transcripts.list(tenant)) {
        if (!place.part(conversation)) continue;
        found.messages += await forgetConversation(conversation);
        found.conversations++;
      }
      return found;
    },

    async tenant(tenant, place) {
      await marks.replaceWithin(tenant, place && markOf(place.at));
      for (const conversation of await transcripts.list(tenant)) await forgetConversation(conversation);
      // Files of messages that were never sent.
      const left = new Set((await attachments.list(tenant)).map((file) => file.conversation));
      for (const conversation of left) await attachments.forget(conversation);
      for (const note of notes) await note.forget(tenant);
      await books.forgetTenant(tenant);
      await settings.forget(tenant);
    },
  };
}

/** @param id of the command, as `Place.at` */
export function markOf(id: string | undefined): ForgottenMark {
  return { at: Date.now(), ...(id !== undefined && { id }) };
}
