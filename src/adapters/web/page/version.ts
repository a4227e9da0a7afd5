/** Which version of the session this window has seen (`SessionEvents` in ../api.ts). */
import { uuid } from './uuid.ts';

/** This window's name for itself; a reload makes it another one. */
export const WINDOW = uuid();

let seen = '';

/** What this window has read is as new as this. */
export function see(version: string): void {
  seen = version;
}

/** This window changed something: nothing is missed where that was the very next change. */
export function advance(version: string): void {
  const [epoch, count] = seen.split('.');
  if (version === `${epoch}.${Number(count) + 1}`) seen = version;
}

/** To be told of changes along with the events at `url`. */
export const withChanges = (url: string) => `${url}?${new URLSearchParams({ seen, window: WINDOW })}`;
