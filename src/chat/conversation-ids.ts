/** The form that chat platforms' ids of conversations share: `platform:space:channel[:thread][:@person]`. */
import type { Place, PlacePart } from '../core/place.ts';
import type { ConversationId } from '../core/types.ts';

/** Parts that name the platform and the space: the tenant. */
const TENANT_PARTS = 2;

/** The id without its person, where the conversation is one person's own. */
function partsOf(conversation: ConversationId): { place: string[]; person: string | undefined } {
  const parts = conversation.split(':');
  const person = parts.slice(TENANT_PARTS).find((part) => part.startsWith('@'));
  return { place: parts.filter((part, index) => index < TENANT_PARTS || part !== person), person };
}

/** The conversation and everything around it, from its tenant on. Forgetting one of them forgets the conversation. */
export function placesAround(conversation: ConversationId): string[] {
  const { place } = partsOf(conversation);
  const within = place.map((_, index) => place.slice(0, index + 1).join(':'));
  return [...within.slice(TENANT_PARTS - 1), conversation];
}

/** The place of a conversation, with everything within it and every person's own conversations there. */
export function placeOf(conversation: ConversationId, rest: Pick<Place, 'kind' | 'isShared' | 'at'>): Place {
  const id = partsOf(conversation).place.join(':');
  return {
    ...rest,
    id,
    part(other): PlacePart | undefined {
      if (other !== id && !other.startsWith(`${id}:`)) return undefined;
      const { person } = partsOf(other);
      return person === undefined ? {} : { person: person.slice(1) };
    },
  };
}
