/** Parley's notices under an answer, and when each is allowed. */
import { PAGE_WORDS } from '../../../src/adapters/web/vocabulary.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { failureNotice } from '../../../src/core/sentences/failure-notice.ts';
import { bare } from '../people/answers.ts';

/**
 * `given up`: begun too often to begin again. `handed over`: Parley had to end, and the next process continues.
 * `model`: the model failed. `store`: the store failed.
 */
export type NoticeKind = 'given up' | 'handed over' | 'model' | 'store' | 'mistake';

const NOTICES: [NoticeKind, RegExp][] = [
  ['given up', exactly(en.notices.cutByRestart)],
  ['handed over', exactly(en.notices.restarting)],
  [
    'model',
    /hadafailureofitsown|stoppedsendinginthemiddle|closedtheconnectionbefore|didnotbegintoanswer|cannotbereached\./,
  ],
  ['store', exactly(failureNotice({ kind: 'store' }, undefined, { reader: 'member', words: PAGE_WORDS }))],
  ['store', exactly(en.notices.notKept)],
  ['mistake', exactly(failureNotice({ kind: 'bug' }, undefined, { reader: 'member', words: PAGE_WORDS }))],
  ['mistake', exactly(failureNotice({ kind: 'bug' }, undefined, { reader: 'operator', words: PAGE_WORDS }))],
  ['mistake', exactly(en.notices.mistake)],
];

const LATER = exactly(en.notices.answeredLater);

/** Whether a message says that the store is away and that the answer comes later in another message. */
export const isForLater = (text: string) => LATER.test(bare(text));

/** @param text without white space */
export function noticeIn(text: string): NoticeKind | undefined {
  return NOTICES.find(([, form]) => form.test(text))?.[0];
}

function exactly(notice: string): RegExp {
  return new RegExp(bare(notice).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
