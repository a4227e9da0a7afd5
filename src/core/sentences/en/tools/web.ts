/** English lines about tools of the web: read while they run. */

/** @param query cleaned and shortened; empty where nothing of it can be shown */
export const searching = (query: string) =>
  query === '' ? 'Searching the web …' : `Searching the web: ${query}`;

/** @param host of the page; empty where its address is none */
export const reading = (host: string) => (host === '' ? 'Reading a page …' : `Reading a page of ${host}`);
