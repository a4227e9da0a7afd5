/** What `forget` works with on a store that no Parley holds, or that several work on. */
import type { Logger } from 'pino';
import { PLATFORM as DISCORD, homeOf as homeOnDiscord } from '../adapters/discord/place.ts';
import { createRecords } from '../adapters/reply/records.ts';
import { homeOf as homeOnSlack, PLATFORM as SLACK } from '../adapters/slack/place.ts';
import { createForgetting } from '../core/forget.ts';
import { createForgetEverywhere, type ForgetEverywhere } from '../core/forget-everywhere.ts';
import { VaultError } from '../core/ports.ts';
import type { ConversationId } from '../core/types.ts';
import { createAttachments } from '../store/attachments.ts';
import { createConversationLists } from '../store/conversation-lists.ts';
import { createForgottenMarks } from '../store/forgotten-marks.ts';
import { createNotebook } from '../store/notebook.ts';
import { createLocalClaims } from '../store/queue/claims.ts';
import { createTurnQueue } from '../store/queue/queue.ts';
import { createSettings } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import { createTranscripts } from '../store/transcripts.ts';

export function forgetEverywhereOn(store: Store, log: Logger): ForgetEverywhere {
  const transcripts = createTranscripts(store);
  const attachments = createAttachments(store);
  const settings = createSettings(store, { seal: noVault, open: noVault });
  const notes = [DISCORD, SLACK].map((name) => createRecords(createNotebook(store, name)));
  // It runs no turn: what is stopped is told to the processes that do.
  const queue = createTurnQueue({
    store,
    claims: createLocalClaims(),
    homeOf,
    mostWaiting: 1,
    log,
  });
  const marks = createForgottenMarks(store);
  const forgetting = createForgetting({ queue, transcripts, attachments, settings, marks, notes });
  const conversations = createConversationLists(store);
  const { erase } = store;
  return createForgetEverywhere({
    forgetting,
    queue,
    transcripts,
    attachments,
    conversations,
    settings,
    marks,
    notes,
    erase,
  });
}

function homeOf(conversation: ConversationId): string {
  if (conversation.startsWith(`${DISCORD}:`)) return homeOnDiscord(conversation);
  return conversation.startsWith(`${SLACK}:`) ? homeOnSlack(conversation) : conversation;
}

/** Nothing that is sealed is read here: it is removed as it is. */
function noVault(): never {
  throw new VaultError('Secrets are not opened here.');
}
