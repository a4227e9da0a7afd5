/** Work that waits for the store. */
import { untilStored } from '../../until-stored.ts';

/** Retries the work until the store answers. False if Parley stops before that. */
export type Patiently = (work: () => Promise<void>) => Promise<boolean>;

/** @param shutdown aborted when Parley stops */
export const createPatiently =
  (shutdown: AbortSignal): Patiently =>
  (work) =>
    untilStored(work, { shutdown });
