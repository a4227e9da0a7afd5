/** What can be made to fail on Slack, and how. */
import type { Faults as FaultsOf } from '../faults.ts';

/**
 * `reset` drops the connection before the work is done, `resetAfter` after it; `hang` never answers; `ratelimited`
 * is a 429; `status404`, `page` and `page502` are what stands in Slack's place. Everything else is an error of Slack's, such as `channel_not_found`, in place of the work.
 */
export type Fault =
  | 'status500'
  | 'status404'
  | 'page'
  | 'page502'
  | 'ratelimited'
  | 'reset'
  | 'resetAfter'
  | 'hang'
  | (string & {});

/** By method. */
export type Faults = FaultsOf<string, Fault>;
