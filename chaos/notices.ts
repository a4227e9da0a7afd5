/** Parley's notices, as they are found under an answer, and when each may stand there. */
import {
  BUG_NOTICE,
  failureNotice,
  NOT_KEPT_NOTICE,
  RESTART_NOTICE,
  SHUTDOWN_NOTICE,
} from '../src/core/notices.ts';
import { bare } from './answers.ts';

/**
 * `given up`: begun so often that it is not begun again; `stopped`: Parley was asked to end; `model`: the model failed;
 * `store`: the store did.
 */
export type NoticeKind = 'given up' | 'stopped' | 'model' | 'store' | 'mistake';

const NOTICES: [NoticeKind, RegExp][] = [
  ['given up', exactly(RESTART_NOTICE)],
  ['stopped', exactly(SHUTDOWN_NOTICE)],
  [
    'model',
    /hadafailureofitsown|stoppedsendinginthemiddle|closedtheconnectionbefore|didnotbegintoanswer|cannotbereached\./,
  ],
  ['store', exactly(failureNotice({ kind: 'store' }, undefined))],
  ['store', exactly(NOT_KEPT_NOTICE)],
  ['mistake', exactly(failureNotice({ kind: 'bug' }, undefined))],
  ['mistake', exactly(BUG_NOTICE)],
];

/** @param text without white space */
export function noticeIn(text: string): NoticeKind | undefined {
  return NOTICES.find(([, form]) => form.test(text))?.[0];
}

function exactly(notice: string): RegExp {
  return new RegExp(bare(notice).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
