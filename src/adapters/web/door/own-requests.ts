/** Which requests come from Parley's own page, and not from a page of another site in the same browser. */
import type { Context } from 'hono';
import { ORIGIN_HEADER, WINDOW_HEADER } from '../api.ts';

export const isRead = (c: Context) => c.req.method === 'GET' || c.req.method === 'HEAD';

/** Other sites, and pictures that lead here, send no header of the page's own. */
export const namesItself = (c: Context) => Boolean(c.req.header(WINDOW_HEADER));

/**
 * Whether the browser itself says that another site sent it. Only browsers say so, and over plain http to others than
 * this machine they don't (Fetch Metadata, 2.3).
 */
export function isOfOtherSite(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Browsers name the origin of every write; what has none (curl) carries no cookie of somebody else. */
export function isSameOrigin(c: Context, publicUrl: string | undefined): boolean {
  if (isOfOtherSite(c)) return false;
  // The browser knows which address it asked, also where a proxy gives Parley another host.
  if (c.req.header('sec-fetch-site') === 'same-origin') return true;
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  if (!url) return false;
  const isPublic = publicUrl !== undefined && new URL(publicUrl).origin === origin;
  // The page's own word for where it is. A page of another origin cannot send that header: its browser asks first.
  const isOwn = c.req.header(ORIGIN_HEADER) === origin;
  return isPublic || isOwn || url.host === c.req.header('host');
}
