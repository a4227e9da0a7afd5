/**
 * Marks each change of a turn or a title, in the same change, for the index of words. So nothing is forgotten by the index:
 * after a crash the marks are still there.
 */
import { randomUUID } from 'node:crypto';
import { type TenantId, tenantIn } from '../../core/types.ts';
import { conversationKey, conversationsKey, headKey, oldTurnKey, turnKey, unindexedKey } from '../keys.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { type IndexPlace, TITLE } from './word-index.ts';

const HEAD = headKey('');
const LIST = conversationsKey('');

/** @param isSearched whether a tenant has a list of conversations, in which its person searches */
export function markChanges<S extends Store>(store: S, isSearched: (tenant: TenantId) => boolean): S {
  return {
    ...store,
    exclusive: (name, task) => {
      const placeOf = placesOf(name, isSearched);
      if (!placeOf) return store.exclusive(name, task);
      return store.exclusive(name, (rows) => task(marking(rows, placeOf)));
    },
  };
}

type PlaceOf = (key: string) => IndexPlace | undefined;

/** Finds the place whose words a row has, in a change of that name. Undefined: the change has no such rows. */
function placesOf(name: string, isSearched: (tenant: TenantId) => boolean): PlaceOf | undefined {
  if (name.startsWith(HEAD)) {
    const conversation = name.slice(HEAD.length);
    if (!isSearched(tenantIn(conversation))) return undefined;
    const prefixes = [turnKey(conversation, ''), oldTurnKey(conversation, '')];
    return (key) => {
      const prefix = prefixes.find((one) => key.startsWith(one));
      return prefix === undefined ? undefined : { conversation, seq: Number(key.slice(prefix.length)) };
    };
  }
  if (name.startsWith(LIST)) {
    const tenant = name.slice(LIST.length);
    const prefix = conversationKey(tenant, '');
    return (key) =>
      key.startsWith(prefix)
        ? { conversation: `${tenant}:${key.slice(prefix.length)}`, seq: TITLE }
        : undefined;
  }
  return undefined;
}

function marking(rows: ExclusiveRows, placeOf: PlaceOf): ExclusiveRows {
  const mark = async (keys: string[]) => {
    const places = keys.map(placeOf).filter((place) => place !== undefined);
    if (places.length === 0) return;
    await rows.write(
      places.map(({ conversation, seq }) => ({ key: unindexedKey(conversation, seq), value: randomUUID() })),
    );
  };
  return {
    ...rows,
    async write(entries) {
      await rows.write(entries);
      await mark(entries.map(({ key }) => key));
    },
    async remove(keys) {
      await mark(keys);
      await rows.remove(keys);
    },
  };
}
