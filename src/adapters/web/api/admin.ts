/**
 * The JSON of the page for operators, `/admin`. Everybody else gets 404. No answer has anything that was said.
 *
 * | request | answer |
 * |---|---|
 * | `GET /api/admin/now` | `AdminNow` |
 * | `GET /api/admin/limits` | `AdminLimits` |
 * | `GET /api/admin/failures` | `FailuresOfDay` |
 * | `GET /api/admin/audit?from=NUMBER` | `AdminAudits`: a page of the audit log, the newest first |
 * | `GET /api/admin/usage?month=MONTH&by=BY` | `AdminUsage`; by `day`, `model` or `kind`, of a month such as `2026-11` |
 * | `GET /api/admin/people?month=MONTH&from=NUMBER` | `AdminSums`: a page of the people who signed in, or used something |
 * | `GET /api/admin/places?month=MONTH&from=NUMBER` | `AdminSums`: a page of servers and workspaces, dearest first |
 */
import type { Sum } from '../../../core/money/sum.ts';
import type { Health, OperatorLimit } from '../../../core/operator/operator-view.ts';
import type { AuditEntry } from '../../../core/reports/audit.ts';
import type { UsageView } from './usage.ts';

/** The address of the page for operators. */
export const ADMIN_PATH = '/admin';

/** The state of the process that is asked, and the turns of all processes. Times are milliseconds since 1970. */
export interface AdminNow {
  at: number;
  health: Health;
  turns: AdminTurn[];
  /** There are more turns than these. */
  isMore: boolean;
}

export interface AdminTurn {
  conversation: string;
  /** The name of the platform. */
  platform: string;
  person: AdminPerson;
  phase: 'waiting' | 'answering' | 'answered';
  /** When its message was sent. */
  at: number;
  /** The model that is asked; null: none is. */
  model: string | null;
  /** About as many tokens are written. */
  written: number;
}

/** A person by what an operator needs to act. */
export interface AdminPerson {
  /** The platform's id, or the tenant of the page; empty: nobody in particular. */
  id: string;
  /** The name and the address of a person who signed in to the page. */
  name?: string;
  email?: string;
  /** Whether an operator can end their sessions. */
  isSignedIn?: true;
}

export interface AdminLimits {
  limits: OperatorLimit[];
}

/** Lines of the audit log. */
export interface AdminAudits {
  rows: AdminAudit[];
  count: number;
  from: number;
}

export interface AdminAudit extends Omit<AuditEntry, 'person'> {
  /** Absent: somebody who is not known. */
  who?: AdminPerson;
}

export interface AdminUsage extends UsageView {
  /** Exact: nano-dollars and tokens. */
  total: Sum;
}

/** People or places, with what they cost in a month. */
export interface AdminSums {
  rows: AdminSum[];
  /** Number of all rows. */
  count: number;
  /** The place of the first of these rows. */
  from: number;
}

export interface AdminSum {
  /** The name of the platform. */
  platform: string;
  /** Absent: a place. */
  person?: AdminPerson;
  /** The id of a server or workspace. Absent: a person, or all direct messages and pages of a platform. */
  place?: string;
  /** Exact: nano-dollars and tokens. */
  sum: Sum;
  /** The cost as people read it. */
  cost: string;
  /** Limits with the amounts that are spent of them, in words. */
  limits: string[];
}
