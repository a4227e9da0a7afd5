/**
 * The conversations in direct messages that answer private questions, by the channel where a person asked them. When the
 * person forgets or exports in that channel, these belong to it.
 */
import type { AdapterState } from '../../../core/platform.ts';
import type { ConversationId } from '../../../core/types.ts';
import { channelOf, teamOf } from '../ids.ts';

export interface PrivateQuestions {
  /** @param at where the person asked; @param answered the conversation in their direct messages */
  add(at: ConversationId, user: string, answered: ConversationId): Promise<void>;
  /** The conversations that answer what a person asked in private in the channel of a conversation. */
  of(at: ConversationId, user: string): Promise<ConversationId[]>;
}

/** Buttons under an answer work as long as this, ms. */
const KEPT_MS = 90 * 24 * 3_600_000;

export function createPrivateQuestions(adapterState: AdapterState): PrivateQuestions {
  const prefix = (at: ConversationId, user: string) => `private|${teamOf(at)} ${channelOf(at)} ${user}|`;
  return {
    add: (at, user, answered) => adapterState.write(prefix(at, user) + answered, true, KEPT_MS),
    of: async (at, user) => {
      const start = prefix(at, user);
      return (await adapterState.keys(start)).map((key) => key.slice(start.length));
    },
  };
}
