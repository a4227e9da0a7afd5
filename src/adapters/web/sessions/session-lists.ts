/** The sessions of each person who signed in, so that the person and an operator can see and end them. */
import type { AdapterState } from '../../../core/platform.ts';
import type { TenantId } from '../../../core/types.ts';
import type { KeptSession } from './kept-session.ts';

/** A session as its person sees it. The id is a hash of the secret, which opens nothing. */
export type ListedSession = { id: string } & Pick<KeptSession, 'browser' | 'issuedAt' | 'seenAt'>;

export function createSessionLists(adapterState: AdapterState) {
  const prefixOf = (person: TenantId) => `session-of|${person}|`;
  const idsOf = async (person: TenantId) =>
    (await adapterState.keys(prefixOf(person))).map((key) => key.slice(prefixOf(person).length));
  const rowOf = (id: string) => `session|${id}`;

  const lists = {
    add: (person: TenantId, id: string, ms: number) => adapterState.write(prefixOf(person) + id, 1, ms),
    async of(person: TenantId): Promise<ListedSession[]> {
      const found = await Promise.all(
        (await idsOf(person)).map(async (id) => ({
          id,
          row: await adapterState.read<Omit<ListedSession, 'id'>>(rowOf(id)),
        })),
      );
      return found
        .flatMap(({ id, row }) => (row ? { id, ...row } : []))
        .sort((a, b) => b.seenAt - a.seenAt || b.issuedAt - a.issuedAt);
    },
    async end(person: TenantId, id?: string): Promise<boolean> {
      const ids = (await idsOf(person)).filter((each) => id === undefined || each === id);
      // A request that began before must not bring it back.
      for (const each of ids) await adapterState.change(rowOf(each), () => undefined);
      await adapterState.remove(...ids.map((each) => prefixOf(person) + each));
      return ids.length > 0;
    },
    async endBefore(person: TenantId, time: number): Promise<void> {
      for (const { id, issuedAt } of await lists.of(person)) if (issuedAt < time) await lists.end(person, id);
    },
  };
  return lists;
}
