/** What can be made to fail on Slack, and how. */
import type { Faults as FaultsOf } from '../faults.ts';

/**
 * `reset` drops the connection before the work is done, `resetAfter` after it. `hang` never answers.
 * `ratelimited` is a 429. `status404`, `page` and `page502` are answers of a server in Slack's place. Any other
 * fault is an error code of Slack, such as `channel_not_found`, instead of the work.
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
