/** What can be made to fail on Discord, and how. */
import type { Faults as FaultsOf } from '../faults.ts';

export type CallKind = 'create' | 'edit' | 'delete' | 'typing' | 'callback' | 'other';

/** `reset` drops the connection before the work is done, `resetAfter` after it; `hang` never answers. */
export type Fault = 'status500' | 'status429' | 'status403' | 'status404' | 'reset' | 'resetAfter' | 'hang';

export type Faults = FaultsOf<CallKind, Fault>;
