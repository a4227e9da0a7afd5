/** Whether the page may be open: without an access token, for people on this machine only. */
import { isLoopback } from '../../../loopback.ts';

/** Whether the page is listened for and opened on this machine only, as it is configured. */
export function isOpenPage(host: string, publicUrl: string | undefined): boolean {
  return isLoopback(host) && (publicUrl === undefined || isLoopback(new URL(publicUrl).hostname));
}
