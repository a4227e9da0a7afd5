/** The services of `forget` on a store that no Parley holds, or that several processes share. */
import type { Logger } from 'pino';
import { isPersonal, platformOf } from '../../adapters/all.ts';
import { VaultError } from '../../core/errors.ts';
import type { ForgetEverywhereOptions } from '../../core/forgetting/forget-everywhere.ts';
import type { ConversationId } from '../../core/types.ts';
import { answerRecordsOn, indexed } from '../../start/tables.ts';
import { createBooks } from '../../store/books/books.ts';
import { createAttachments } from '../../store/files/attachments.ts';
import { createLocalLeases } from '../../store/leases/leases.ts';
import { createTurnQueue } from '../../store/queue/queue.ts';
import type { Store } from '../../store/store.ts';
import { createConversationLists } from '../../store/tables/conversation-lists.ts';
import { createForgottenMarks } from '../../store/tables/forgotten-marks.ts';
import { createSettings } from '../../store/tables/settings.ts';
import { createTranscripts } from '../../store/tables/transcripts.ts';

/** @param store marks changes of words, so that what is forgotten leaves the index of words too */
export function forgettingOn(store: Store, log: Logger): ForgetEverywhereOptions {
  const transcripts = createTranscripts(store);
  const conversations = createConversationLists(store);
  return {
    // This process runs no turns. It tells the processes that do which turns were stopped.
    queue: createTurnQueue({ store, leases: createLocalLeases(), partitionOf, mostWaiting: 1, log }),
    transcripts,
    attachments: createAttachments(store),
    settings: createSettings(store, { seal: noVault, open: noVault }),
    books: createBooks({ store, isPersonal }),
    marks: createForgottenMarks(store),
    notes: answerRecordsOn(store),
    conversations,
    erase: indexed(store, { transcripts, conversations }, log).store.erase,
  };
}

function partitionOf(conversation: ConversationId): ConversationId {
  return platformOf(conversation)?.partitionOf(conversation) ?? conversation;
}

/** A vault that opens nothing: sealed secrets are only removed here. */
function noVault(): never {
  throw new VaultError('Secrets are not opened here.');
}
