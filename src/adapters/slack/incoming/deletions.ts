/** Handles deleted questions: stops their answers and takes them back. */

import type { Records } from '../../../chat/answer/answer-records.ts';
import type { Answering } from '../../../chat/answer/answering.ts';
import type { ChatDeletions } from '../../../chat/inbox/chat-platform.ts';
import { createRecent } from '../../../core/recent.ts';
import { type Delivered, idOf } from './delivered.ts';
import type { Announced } from './early-sign.ts';

export interface Deletions extends ChatDeletions {
  /** Whether a message was deleted, perhaps before Parley took it. */
  has(id: string): boolean;
  /** @param inOrder runs a task in the message's lane. @throws StoreError */
  deleted(
    delivered: Delivered,
    inOrder: (delivered: Delivered, task: () => Promise<void>) => Promise<void>,
  ): Promise<void>;
}

export interface DeletionsOptions {
  answering: Pick<Answering, 'messageDeleted' | 'withdraw'>;
  announced: Announced;
  records: Records;
}

const MOST_DELETED = 10_000;

export function createDeletions({ answering, announced, records }: DeletionsOptions): Deletions {
  const deleted = createRecent<string, true>(MOST_DELETED);
  const has = (id: string) => deleted.has(id);

  async function withdraw(id: string): Promise<void> {
    const record = await records.read(id);
    if (record) await answering.withdraw(id, record, false);
  }

  return {
    has,
    isGone: async (id) => has(id),
    withdraw,
    async deleted(delivered, inOrder) {
      const { message, workspace } = delivered;
      const id = idOf(delivered);
      answering.messageDeleted(message.ts);
      deleted.set(id, true);
      await inOrder(delivered, async () => {
        await announced.remove(id, workspace, message.channel ?? '');
        await withdraw(id);
      });
    },
  };
}
