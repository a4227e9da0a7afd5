/** Tells apart the requests of Parley's own page and of other sites in the same browser. */
import type { Context } from 'hono';
import { ORIGIN_HEADER, WINDOW_HEADER } from '../api.ts';

export const isRead = (c: Context) => c.req.method === 'GET' || c.req.method === 'HEAD';

/** Whether a request has the page's own header. Other sites, and pictures that lead here, cannot send it. */
export const namesItself = (c: Context) => Boolean(c.req.header(WINDOW_HEADER));

/**
 * Whether the browser says that another site sent the request. Only browsers send that header, and over plain http only
 * to this machine (Fetch Metadata, 2.3).
 */
export function isOfOtherSite(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Whether a write comes from the page. Browsers send its origin; a program without one (curl) has no cookies of others. */
export function isSameOrigin(c: Context, publicUrl: string | undefined): boolean {
  if (isOfOtherSite(c)) return false;
  // The browser knows which address it asked, even if a proxy gives Parley another host.
  if (c.req.header('sec-fetch-site') === 'same-origin') return true;
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  if (!url) return false;
  const isPublic = publicUrl !== undefined && new URL(publicUrl).origin === origin;
  // The page says its own address. A page of another origin cannot send that header: its browser asks first.
  const isOwn = c.req.header(ORIGIN_HEADER) === origin;
  return isPublic || isOwn || url.host === c.req.header('host');
}
