/** Takes a message that a person wrote at the page into their direct messages, as if it had been written there. */
import { type QuestionLimits, refusalByLimits } from '../../core/access/question-limits.ts';
import type { Refusals } from '../../core/access/refusals.ts';
import type { RefusedSaying, SaidAtPage, SayFromPage } from '../../core/platform.ts';
import { en } from '../../core/sentences/en.ts';
import { readerByRights } from '../../core/types.ts';
import type { Records } from '../answer/answer-records.ts';
import type { Answering } from '../answer/answering.ts';
import { askerFields, type ChatCaller } from './caller.ts';

export interface SayFromPageOptions extends QuestionLimits {
  /** The author as a caller in that place. Undefined: Parley is not there any more. @throws StoreError */
  callerOf(said: SaidAtPage): Promise<PageCaller | undefined>;
  /** The author for the limit of messages. */
  personOf(said: SaidAtPage): string;
  refusals: Refusals;
  records: Pick<Records, 'read'>;
  answering: Pick<Answering, 'begin'>;
}

/** `home`: as in `Author`. */
export type PageCaller = ChatCaller<unknown> & { home?: string };

export function createSayFromPage(options: SayFromPageOptions): SayFromPage {
  const { callerOf, records, answering } = options;
  return async (said) => {
    const { id, conversation, author, text, at } = said;
    // Ids of messages are of the page's making. Another person's answer must not be shown anew.
    const known = await records.read(id);
    if (known && known.conversation !== conversation) return away();
    const caller = await callerOf(said);
    if (!caller) return away();
    // Also one that is known: its turn may be long gone, and its record is kept for longer.
    const refused = await refusalOf(options, said, caller);
    if (refused) return refused;
    const { tenant, settings, home } = caller;
    const message = {
      id,
      conversation,
      lane: conversation,
      tenant,
      author: { id: author, name: '', ...(home !== undefined && { home }) },
      ...askerFields(caller),
      text,
      attachments: [],
      at,
    };
    // Joined with earlier messages, it would be quoted with what stands there already.
    const waits = settings.whenBusy === 'collect' ? ({ whenBusy: 'wait' } as const) : {};
    const outcome = await answering.begin(message, { fromPage: at, settings: { ...settings, ...waits } });
    return outcome === 'gone' ? away() : outcome;
  };
}

const away = (): RefusedSaying => ({ refused: 'away', notice: en.notices.awayFromThere });

async function refusalOf(
  { personOf, refusals, ...limits }: SayFromPageOptions,
  said: SaidAtPage,
  { access, tenant, settings, isAdmin, namedRoles: roles }: PageCaller,
): Promise<RefusedSaying | undefined> {
  const { id, conversation: place, author, text, at } = said;
  if (access !== 'yes') {
    const notice = refusals.noticeFor(access, { tenant, person: author, isAdmin });
    return { refused: 'access', notice };
  }
  const reader = readerByRights({ isAdmin });
  const question = { tenant, person: personOf(said), roles, author, settings, reader, text };
  const notice = await refusalByLimits(limits, question, { id, at, place });
  return notice === undefined ? undefined : { refused: 'limits', notice };
}
