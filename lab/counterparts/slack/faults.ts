/** Faults that a test can inject on Slack. */
import type { Faults as FaultsOf } from '../faults.ts';

/**
 * `reset` drops the connection before the work is done, `resetAfter` afterwards. `hang` never answers. `ratelimited`
 * is a 429. `status404`, `page` and `page502` are responses of another server in Slack's place. Any other fault is a
 * Slack error code, such as `channel_not_found`, instead of the work.
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

/** Faults, by method. */
export type Faults = FaultsOf<string, Fault>;
