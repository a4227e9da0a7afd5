/** The page that a person asked for before they signed in. */

/** Stands for the page's own origin. Names under `invalid` belong to nobody (RFC 2606, 2). */
const BASE = 'https://page.invalid';
const MOST_CHARACTERS = 500;
/** Ways in and the API: nobody reads these as pages. */
const NO_PAGE = /^\/(?:sign-in|access|api|assets)(?:\/|$)/;

/** A path of this page, else the start. Nothing that a link says leads to another host. */
export function returnTo(given: string | undefined): string {
  if (given === undefined || given.length > MOST_CHARACTERS || !given.startsWith('/')) return '/';
  const url = URL.parse(given, BASE);
  if (url?.origin !== BASE) return '/';
  const path = url.pathname + url.search;
  // A browser reads two slashes as the beginning of a host, and a backslash as a slash (URL Standard, 4.4).
  return /^\/(?![/\\])/.test(path) && !NO_PAGE.test(url.pathname) ? path : '/';
}
