/** The place where a person uses a command: what belongs to it, and whose each conversation there is. */
import type { Transcripts } from './storage.ts';
import type { ConversationId, TenantId } from './types.ts';

export interface Place {
  /** A conversation's id, or the beginning that all conversations of the place have. */
  id: string;
  /** A channel is taken with its threads. */
  kind: 'conversation' | 'channel';
  /** Whether several people talk in conversations that are not one person's own. */
  isShared: boolean;
  /** Undefined where a conversation does not belong to the place; else whose own it is, if one person's. */
  part(conversation: ConversationId): Part | undefined;
  /** The platform's id of the command, which stands among the ids of messages in their order; absent where it has none. */
  at?: string;
}

export interface Part {
  /** The id of the person whose own it is. */
  person?: string;
}

/** A conversation of the place, as one person may read and forget it. */
export interface PartOf {
  conversation: ConversationId;
  /** Whether all of it is that person's own; else their own turns are. */
  isOwn: boolean;
}

/** The conversations that hold something of one person's at a place. Those that are other people's own are left out. */
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
