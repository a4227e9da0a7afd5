/** The page's address: `/c/ID` is a conversation, `/new` a fresh one, any other path the start. */
export type Route = { at: 'conversation'; id: string } | { at: 'new' } | { at: 'start' };

export function readRoute(): Route {
  const [, first, second] = location.pathname.split('/');
  if (first === 'c' && second) return { at: 'conversation', id: decode(second) };
  return first === 'new' ? { at: 'new' } : { at: 'start' };
}

/** The path of a conversation. An `id` of null means a fresh conversation. */
export function pathOf(id: string | null): string {
  return id === null ? '/new' : `/c/${encodeURIComponent(id)}`;
}

/** Changes the address; with `replace`, Back will not come here again. */
export function setRoute(id: string | null, replace = false): void {
  const path = pathOf(id);
  if (location.pathname === path) return;
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
