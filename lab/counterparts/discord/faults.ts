/** Faults that a test can inject on Discord. */
import type { Faults as FaultsOf } from '../faults.ts';

export type CallKind = 'create' | 'edit' | 'delete' | 'typing' | 'commands' | 'callback' | 'other';

/**
 * A refusal by Discord: JSON with this code. `retryAfter` is in seconds. `html` sends a page of Cloudflare, the
 * proxy in front of Discord, instead of JSON.
 */
export interface Refusal {
  status: number;
  code?: number;
  message?: string;
  retryAfter?: number;
  html?: true;
  /** Errors of 50035, by field of the request's body. */
  errors?: Record<string, unknown>;
}

/** `reset` drops the connection before the work is done, `resetAfter` afterwards. `hang` never answers. */
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
