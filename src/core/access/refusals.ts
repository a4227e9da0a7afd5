/** Tells people why they may not ask, and notes each refusal in the audit log. */

import type { Audit } from '../reports/audit.ts';
import { en } from '../sentences/en.ts';
import type { TenantId } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Access } from './access.ts';

export interface Refusals {
  /**
   * The sentence for somebody who tried to ask.
   * @param by the platform's id of the person
   */
  noticeFor(
    access: Exclude<Access, 'yes'>,
    by: { tenant: TenantId; person: string; isAdmin?: boolean },
  ): string;
}

export function createRefusals(audit: Audit, words: Vocabulary): Refusals {
  return {
    noticeFor(reason, { tenant, person, isAdmin = false }) {
      audit('refused', { tenant, person, reason });
      return en.notices.notAnswered(reason, words, isAdmin);
    },
  };
}
