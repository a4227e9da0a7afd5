/** Deleting on the page, which takes what is deleted out of share links first. */
import type { Forgetting } from '../../../../core/forgetting/forget.ts';
import { type ConversationId, type TenantId, tenantIn } from '../../../../core/types.ts';
import type { RouteTools } from '../route-tools.ts';
import type { ShareLinks } from './share-links.ts';

export function forgetWithLinks(
  forgetting: Forgetting,
  shareLinks: ShareLinks,
): Pick<RouteTools, 'forget' | 'forgetTurn'> {
  return {
    async forget(conversation) {
      const { tenant, id } = listedAs(conversation);
      await shareLinks.endAll(tenant, id);
      await forgetting.conversation(conversation);
    },
    async forgetTurn(conversation, turn) {
      const { tenant, id } = listedAs(conversation);
      await shareLinks.dropTurn(tenant, id, turn);
      await forgetting.message(conversation, turn);
      // A link that was being made meanwhile may have copied it.
      await shareLinks.dropTurn(tenant, id, turn);
    },
  };
}

/** The conversation in its owner's list. A branch has its own id behind that of its conversation. */
function listedAs(conversation: ConversationId): { tenant: TenantId; id: string } {
  const tenant = tenantIn(conversation);
  return { tenant, id: conversation.slice(tenant.length + 1).split(':', 1)[0] ?? '' };
}
