/** Parley's notices under an answer, and when each is allowed. */
import { PAGE_WORDS } from '../../../src/adapters/web/vocabulary.ts';
import { failureNotice } from '../../../src/core/sentences/failure-notice.ts';
import {
  BUG_NOTICE,
  LATER_NOTICE,
  NOT_KEPT_NOTICE,
  RESTART_NOTICE,
  SHUTDOWN_NOTICE,
} from '../../../src/core/sentences/notices.ts';
import { bare } from '../people/answers.ts';

/**
 * `given up`: begun too often to begin again. `handed over`: Parley must end, and the next process continues.
 * `model`: the model failed. `store`: the store failed.
 */
export type NoticeKind = 'given up' | 'handed over' | 'model' | 'store' | 'mistake';

const NOTICES: [NoticeKind, RegExp][] = [
  ['given up', exactly(RESTART_NOTICE)],
  ['handed over', exactly(SHUTDOWN_NOTICE)],
  [
    'model',
    /hadafailureofitsown|stoppedsendinginthemiddle|closedtheconnectionbefore|didnotbegintoanswer|cannotbereached\./,
  ],
  ['store', exactly(failureNotice({ kind: 'store' }, undefined, { reader: 'member', words: PAGE_WORDS }))],
  ['store', exactly(NOT_KEPT_NOTICE)],
  ['mistake', exactly(failureNotice({ kind: 'bug' }, undefined, { reader: 'member', words: PAGE_WORDS }))],
  ['mistake', exactly(failureNotice({ kind: 'bug' }, undefined, { reader: 'operator', words: PAGE_WORDS }))],
  ['mistake', exactly(BUG_NOTICE)],
];

const LATER = exactly(LATER_NOTICE);

/** Whether a message says that the store is away and that the answer comes later in another message. */
export const isForLater = (text: string) => LATER.test(bare(text));

/** @param text without white space */
export function noticeIn(text: string): NoticeKind | undefined {
  return NOTICES.find(([, form]) => form.test(text))?.[0];
}

function exactly(notice: string): RegExp {
  return new RegExp(bare(notice).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
