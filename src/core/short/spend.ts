/** The port of spending: calls that belong to no turn, with their cost reserved before and booked afterwards. */
import { type Meter, UNMETERED } from '../models/model.ts';
import type { BookingKind, Payer } from '../money/booking.ts';
import type { Spender } from '../money/spender.ts';

/** The model that is asked, and the payer. */
export interface Planned {
  kind: BookingKind;
  payer: Payer;
  baseUrl: string;
  model: string;
}

/** @throws StoreError, or the error of the task */
export type Spend = <T>(
  spender: Spender,
  plan: Planned,
  task: (meter: Meter) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

/** Makes the calls, and books nothing. */
export const unmetered: Spend = (_spender, _plan, task) => task(UNMETERED);
