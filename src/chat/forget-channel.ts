/** Forgets the conversations of a channel that was deleted. */
import type { Forgetting } from '../core/forgetting/forget.ts';
import type { Transcripts } from '../core/storage.ts';
import type { ConversationId, TenantId } from '../core/types.ts';

export interface ChannelForgetting {
  transcripts: Pick<Transcripts, 'list'>;
  forgetting: Pick<Forgetting, 'conversation'>;
}

/** @param isIn whether a conversation of the tenant is in the channel. @throws StoreError */
export async function forgetChannel(
  { transcripts, forgetting }: ChannelForgetting,
  tenant: TenantId,
  isIn: (conversation: ConversationId) => boolean,
): Promise<void> {
  for (const conversation of await transcripts.list(tenant))
    if (isIn(conversation)) await forgetting.conversation(conversation);
}
