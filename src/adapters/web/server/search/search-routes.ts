/** The API for searching in all conversations of a person. */
import type { Hono } from 'hono';
import type { Hit, Search } from '../../../../core/search/search.ts';
import type { SearchHit, SearchHits } from '../../api/search.ts';
import type { Env, RouteTools } from '../route-tools.ts';

export interface SearchRoutesOptions {
  search: Search;
}

export function mountSearch(
  app: Hono<Env>,
  { search }: SearchRoutesOptions,
  { session }: Pick<RouteTools, 'session'>,
): void {
  app.get('/api/search', async (c) => {
    const { all, some } = await search(session(c).tenant, c.req.query('q') ?? '');
    return c.json<SearchHits>({ hits: all.map(viewOf), some: some.map(viewOf) });
  });
}

const viewOf = ({ entry, branch, turn, ...hit }: Hit): SearchHit => ({
  conversation: entry.id,
  title: entry.title,
  archived: entry.archived ?? false,
  branch: branch === '' ? null : branch,
  turn: turn ?? null,
  ...hit,
});
