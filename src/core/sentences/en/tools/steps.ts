/** English lines about what Parley does while it answers. */

export const using = (tool: string) => `Using ${tool}`;
/** @param query empty: it is not known yet */
export const searching = (query: string) =>
  query === '' ? 'Searching the web' : `Searching the web: ${query}`;
export const drawing = 'Making a picture';
export const computing = 'Running code';
