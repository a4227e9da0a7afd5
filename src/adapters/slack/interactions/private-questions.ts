/**
 * Where questions were asked that are answered in direct messages: what a person forgets or exports in a channel is also
 * what they asked there in private.
 */
import type { AdapterState } from '../../../core/platform.ts';
import type { ConversationId } from '../../../core/types.ts';
import { channelOf, teamOf } from '../ids.ts';

export interface PrivateQuestions {
  /** @param at the place where the person asked; @param answered the conversation in their direct messages */
  add(at: ConversationId, user: string, answered: ConversationId): Promise<void>;
  /** The conversations of what a person asked in private in the channel of that conversation. */
  of(at: ConversationId, user: string): Promise<ConversationId[]>;
}

/** As long as buttons under an answer are of use. */
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
