/** Which requests come from Parley's own page, and not from a page of another site in the same browser. */
import type { Context } from 'hono';
import { WINDOW_HEADER } from './api.ts';

export const isRead = (c: Context) => c.req.method === 'GET' || c.req.method === 'HEAD';

/** Other sites, and pictures that lead here, send no header of the page's own. */
export const namesItself = (c: Context) => Boolean(c.req.header(WINDOW_HEADER));

/** Browsers name the origin of every write; what has none (curl) carries no cookie of somebody else. */
export function isSameOrigin(c: Context, publicUrl: string | undefined): boolean {
  const site = c.req.header('sec-fetch-site');
  // The browser knows which address it asked, also where a proxy gives Parley another host.
  if (site === 'same-origin') return true;
  if (site !== undefined && site !== 'none') return false;
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  if (!url) return false;
  const isPublic = publicUrl !== undefined && new URL(publicUrl).origin === origin;
  return isPublic || url.host === c.req.header('host');
}
