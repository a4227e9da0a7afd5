/** Which version of the session this window has seen (`SessionEvents` in ../api.ts). */
import { uuid } from './uuid.ts';

/** This window's name for itself; a reload makes it another one. */
export const WINDOW = uuid();

let seen = '';

/** This window has read everything up to this version. */
export function see(version: string): void {
  seen = version;
}

/** This window made a change. Nothing was missed in between where its version is the very next one. */
export function advance(version: string): void {
  const [epoch, count] = seen.split('.');
  if (version === `${epoch}.${Number(count) + 1}`) seen = version;
}

/** To be told of changes along with the events at `url`. */
export const withChanges = (url: string) => `${url}?${new URLSearchParams({ seen, window: WINDOW })}`;
