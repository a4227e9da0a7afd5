/**
 * Tokens of interactions, with which Discord lets Parley reach their answers. They are stored, since another process than
 * the one that took the interaction may show the answer. They are sealed, since a token lets anybody write as Parley.
 */
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { Secrets } from '../../../core/storage.ts';
import type { ConversationId } from '../../../core/types.ts';
import { tenantOfConversation } from '../ids.ts';
import type { InteractionToken } from './message-access.ts';

/** Tokens by the turn that is answered. */
export interface InteractionTokens {
  /** Undefined if there is no token, or it cannot be read. Never throws. */
  read(turn: string, conversation: ConversationId): Promise<InteractionToken | undefined>;
  /** @throws StoreError */
  write(turn: string, conversation: ConversationId, token: InteractionToken): Promise<void>;
}

/** Discord: a token is valid for 15 minutes (receiving-and-responding.mdx). */
const KEPT_MS = 15 * 60_000;
const MOST_TOKENS = 5_000;

const purposeOf = (turn: string) => `discord interaction ${turn}`;

export function createInteractionTokens(secrets: Secrets, log: Logger): InteractionTokens {
  /** Tokens that came to this process, so that an answer begins even if the store fails at that moment. */
  const own = new LRUCache<string, InteractionToken>({ max: MOST_TOKENS, ttl: KEPT_MS });
  return {
    async read(turn, conversation) {
      try {
        const kept = await secrets.read(tenantOfConversation(conversation), purposeOf(turn));
        return kept === undefined ? undefined : (JSON.parse(kept) as InteractionToken);
      } catch (error) {
        log.warn({ conversation, turn, error: whereFrom(error) }, 'interaction not read');
        return own.get(turn);
      }
    },
    async write(turn, conversation, token) {
      own.set(turn, token);
      const tenant = tenantOfConversation(conversation);
      await secrets.write(tenant, purposeOf(turn), JSON.stringify(token), KEPT_MS);
    },
  };
}
