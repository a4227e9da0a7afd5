/** What may be wanted of a turn by somebody who may be in another process. */
import { INTERRUPT, RESTART } from '../../core/ports.ts';

export type TurnRequest = 'stop' | 'restart' | 'interrupt';

/** What the signal of its run is aborted with. */
export function reasonOf(request: TurnRequest): string | undefined {
  return { stop: undefined, restart: RESTART, interrupt: INTERRUPT }[request];
}
