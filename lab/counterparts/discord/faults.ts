/** What can be made to fail on Discord, and how. */
import type { Faults as FaultsOf } from '../faults.ts';

export type CallKind = 'create' | 'edit' | 'delete' | 'typing' | 'commands' | 'callback' | 'other';

/**
 * A refusal by Discord: JSON with this code. `retryAfter` in seconds. `html`: a page of Cloudflare, which
 * stands before Discord, instead of JSON.
 */
export interface Refusal {
  status: number;
  code?: number;
  message?: string;
  retryAfter?: number;
  html?: true;
  /** Errors of 50035, by the field of the request's body. */
  errors?: Record<string, unknown>;
}

/** `reset` drops the connection before the work is done, `resetAfter` after it; `hang` never answers. */
export type Fault =
  | 'status500'
  | 'status429'
  | 'status403'
  | 'status404'
  | 'reset'
  | 'resetAfter'
  | 'hang'
  | Refusal;

export type Faults = FaultsOf<CallKind, Fault>;
