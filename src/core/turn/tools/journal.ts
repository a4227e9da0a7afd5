/** The journal of a turn, which is kept while it is answered. */
import type { Booking } from '../../money/booking.ts';
import type { MadeFile } from '../../types.ts';
import type { Round } from './step.ts';

/** A turn's rounds so far, with the answer and the made files so far, as they are journalled. */
export interface Journal {
  answer: string;
  rounds: Round[];
  files?: MadeFile[];
  /** The calls of models that were billed so far. */
  bookings?: Booking[];
}
