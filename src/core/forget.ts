/** Forgetting: what was said and attached, in a conversation or in all of a tenant's. */
import type { Attachments, Settings, Transcripts, TurnQueue } from './ports.ts';
import type { ConversationId, TenantId } from './types.ts';

export interface ForgettingOptions {
  queue: TurnQueue;
  transcripts: Transcripts;
  attachments: Attachments;
  settings: Settings;
  /** What adapters remember of a tenant's answers. */
  notes: { forget(tenant: TenantId): Promise<void> }[];
}

/** Each of these is finished by doing it again where a crash cut it short. All throw StoreError. */
export interface Forgetting {
  /** Stops one turn and takes it out, with what was attached to it. */
  message(conversation: ConversationId, messageId: string): Promise<void>;
  /** Stops what runs in it, and removes all of it. */
  conversation(conversation: ConversationId): Promise<void>;
  /** Every conversation, then the settings and keys. */
  tenant(tenant: TenantId): Promise<void>;
}

export function createForgetting({
  queue,
  transcripts,
  attachments,
  settings,
  notes,
}: ForgettingOptions): Forgetting {
  async function forget(conversation: ConversationId): Promise<void> {
    await queue.cancel(conversation);
    // The transcript goes last: by it the conversation is found again, should this be cut short.
    await attachments.forget(conversation);
    await transcripts.forget(conversation);
  }
  return {
    async message(conversation, messageId) {
      await queue.cancel(conversation, messageId);
      const turn = await transcripts.find(conversation, messageId);
      if (!turn) return;
      // The turn goes last: it is what tells which files are its.
      await attachments.remove(
        conversation,
        turn.message.attachments.map(({ id }) => id),
      );
      await transcripts.remove(conversation, messageId);
    },
    conversation: forget,
    async tenant(tenant) {
      for (const conversation of await transcripts.list(tenant)) await forget(conversation);
      for (const note of notes) await note.forget(tenant);
      await settings.forget(tenant);
    },
  };
}
