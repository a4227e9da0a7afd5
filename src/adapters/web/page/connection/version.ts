/** The version of the session that this window has seen (`SessionEvents` in ../api.ts). */
import { uuid } from './uuid.ts';

/** This window's own id; a reload gives it another. */
export const WINDOW = uuid();

let seen = '';

/** This window has read everything up to this version. */
export function see(version: string): void {
  seen = version;
}

/** Notes a change by this window. If its version directly follows, nothing was missed in between. */
export function advance(version: string): void {
  const [epoch, count] = seen.split('.');
  if (version === `${epoch}.${Number(count) + 1}`) seen = version;
}

/** Adds the parameters that ask for changes along with the events at `url`. */
export const withChanges = (url: string) =>
  `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams({ seen, window: WINDOW })}`;
