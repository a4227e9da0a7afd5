/** The port of spending: calls that belong to no turn, with their cost reserved before and booked afterwards. */
import type { Choice } from '../models/catalog/choose.ts';
import { type Meter, UNMETERED } from '../models/model.ts';
import type { BookingKind } from '../money/booking.ts';
import type { Spender } from '../money/spender.ts';
import type { TenantSettings } from '../settings.ts';

/** A call that somebody causes. */
export interface Cause {
  kind: BookingKind;
  spender: Spender;
  settings: TenantSettings;
  choice: Choice;
}

/** @throws StoreError, or the error of the task */
export type Spend = <T>(cause: Cause, task: (meter: Meter) => Promise<T>) => Promise<T>;

/** Makes the calls, and books nothing. */
export const unmetered: Spend = (_cause, task) => task(UNMETERED);
