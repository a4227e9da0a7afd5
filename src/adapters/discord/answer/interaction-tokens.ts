/**
 * The tokens by which the answers to interactions are reached, kept where every process finds them: an interaction comes
 * to one, and another may show its answer. Whoever has a token can write as Parley: they are sealed.
 */
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { Secrets } from '../../../core/storage.ts';
import type { ConversationId } from '../../../core/types.ts';
import { tenantOfConversation } from '../ids.ts';
import type { InteractionToken } from './message-access.ts';

/** By the turn that is answered. */
export interface InteractionTokens {
  /** Undefined where there is none, or none that can be had. Never throws. */
  read(turn: string, conversation: ConversationId): Promise<InteractionToken | undefined>;
  /** @throws StoreError */
  write(turn: string, conversation: ConversationId, token: InteractionToken): Promise<void>;
}

/** Discord: after that a token is of no use (receiving-and-responding.mdx). */
const KEPT_MS = 15 * 60_000;
const MOST_TOKENS = 5_000;

const purposeOf = (turn: string) => `discord interaction ${turn}`;

export function createInteractionTokens(secrets: Secrets, log: Logger): InteractionTokens {
  /** Those that came to this process: an answer is begun also where the store fails in that moment. */
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
