/** Deletes everything of a tenant of the page, and counts it. */
import { eachTurn } from '../../../../core/forgetting/each-turn.ts';
import type { Forgetting } from '../../../../core/forgetting/forget.ts';
import type { Settings } from '../../../../core/settings.ts';
import type { Attachments, ConversationLists, Transcripts } from '../../../../core/storage.ts';
import { trunkOf } from '../../../../core/turn/past/branches.ts';
import type { ConversationId, TenantId } from '../../../../core/types.ts';
import type { AccountReceipt } from '../../api/account.ts';
import type { RouteTools } from '../route-tools.ts';
import type { ShareLinks } from '../share/share-links.ts';

export interface DeletionOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  settings: Settings;
  forgetting: Forgetting;
  shareLinks: ShareLinks;
}

type Deleted = Omit<AccountReceipt, 'sessions'>;

/** If a crash interrupts the deletion, deleting again finishes it. @throws StoreError */
export function createAccountDeletion(options: DeletionOptions, { forget }: Pick<RouteTools, 'forget'>) {
  const { transcripts, attachments, conversations, settings, forgetting, shareLinks } = options;

  async function turnsFrom(conversation: ConversationId, seq: number): Promise<number> {
    let count = 0;
    for await (const turn of eachTurn(transcripts, conversation)) {
      if (turn.seq < seq) break;
      count++;
    }
    return count;
  }

  async function remove(tenant: TenantId, receipt: Deleted): Promise<void> {
    // Links end before anything is counted: what they show are copies.
    await shareLinks.endAll(tenant);
    receipt.files += (await attachments.list(tenant)).length;
    for (const conversation of await transcripts.list(tenant)) {
      // A branch counts with its trunk.
      if (trunkOf(conversation) !== conversation) continue;
      receipt.conversations++;
      receipt.messages += await turnsFrom(conversation, 0);
      for (const branch of await transcripts.branches(conversation))
        receipt.messages += await turnsFrom(branch.conversation, branch.base.seq);
    }
    const { keys, ...chosen } = await settings.read(tenant);
    receipt.hadSettings ||= Object.keys(keys).length + Object.keys(chosen).length > 0;
    for (const { id } of await conversations.list(tenant)) {
      await forget(`${tenant}:${id}`);
      await conversations.remove(tenant, id);
    }
    await forgetting.tenant(tenant);
    // Links that were being made meanwhile.
    await shareLinks.endAll(tenant);
  }

  /** @param before the tenant of the browser from before its person signed in */
  return async (tenant: TenantId, before: TenantId | undefined): Promise<Deleted> => {
    const receipt = { at: Date.now(), conversations: 0, messages: 0, files: 0, hadSettings: false };
    await remove(tenant, receipt);
    if (before !== undefined) await remove(before, receipt);
    return receipt;
  };
}
