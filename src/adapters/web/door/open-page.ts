/** Tells whether the page may be open: without an access token, for people on this machine only. */
import { isLoopback } from '../../../loopback.ts';

/** Whether Parley is configured to listen, and to be opened, on this machine only. */
export function isOpenPage(host: string, publicUrl: string | undefined): boolean {
  return isLoopback(host) && (publicUrl === undefined || isLoopback(new URL(publicUrl).hostname));
}
