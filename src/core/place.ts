/** The place where a person uses a command: its conversations, and the owner of each. */
import type { Transcripts } from './storage.ts';
import type { ConversationId, TenantId } from './types.ts';

export interface Place {
  /** A conversation's id, or the beginning that all conversations of the place have. */
  id: string;
  /** A channel includes its threads. */
  kind: 'conversation' | 'channel';
  /** Whether several people talk in conversations that are not one person's own. */
  isShared: boolean;
  /** Returns the owner of a conversation, if it is one person's own; undefined where it does not belong to the place. */
  part(conversation: ConversationId): PlacePart | undefined;
  /** The platform's id of the command, which stands among the ids of messages in their order; absent where it has none. */
  at?: string;
}

export interface PlacePart {
  /** The owner's id; absent where the conversation is nobody's own. */
  person?: string;
}

/** A conversation of the place, as one person may read and forget it. */
export interface PartOf {
  conversation: ConversationId;
  /** Whether the whole conversation is that person's own; otherwise only their turns are. */
  isOwn: boolean;
}

/** Conversations of a place that may hold turns of one person. Other people's own conversations are left out. */
export async function partsOf(
  transcripts: Transcripts,
  { tenant, place, person }: { tenant: TenantId; place: Place; person: string },
): Promise<PartOf[]> {
  return (await transcripts.list(tenant)).flatMap((conversation) => {
    const part = place.part(conversation);
    if (!part || (part.person !== undefined && part.person !== person)) return [];
    return { conversation, isOwn: part.person === person || !place.isShared };
  });
}
