/** English lines about tools of the web: read while they run. */

/** @param query cleaned and shortened; empty where nothing of it can be shown */
export const searching = (query: string) =>
  query === '' ? 'Searching the web …' : `Searching the web: ${query}`;
