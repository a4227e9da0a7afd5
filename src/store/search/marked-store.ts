/**
 * Marks each change of a turn or a title, in the same change, for the index of words. So nothing is forgotten by the index:
 * after a crash the marks are still there.
 */
import { randomUUID } from 'node:crypto';
import { type ConversationId, type TenantId, tenantIn } from '../../core/types.ts';
import { branchesOf } from '../branches/branch-list.ts';
import {
  conversationKey,
  conversationsKey,
  headKey,
  oldTurnKey,
  TURNS,
  turnKey,
  unindexedKey,
} from '../keys.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { type IndexPlace, TITLE } from './word-index.ts';

const HEAD = headKey('');
const LIST = conversationsKey('');

/** @param isSearched whether a tenant has a list of conversations, in which its person searches */
export function markChanges<S extends Store>(store: S, isSearched: (tenant: TenantId) => boolean): S {
  return {
    ...store,
    exclusive: (name, task) => {
      const findPlaces = placesOf(name, isSearched);
      if (!findPlaces) return store.exclusive(name, task);
      return store.exclusive(name, (rows) => task(marking(rows, findPlaces)));
    },
  };
}

/** Finds the places whose words some rows have. */
type FindPlaces = (keys: string[], rows: ExclusiveRows) => Promise<IndexPlace[]>;

/** Undefined: a change of that name has no such rows. */
function placesOf(name: string, isSearched: (tenant: TenantId) => boolean): FindPlaces | undefined {
  if (name.startsWith(HEAD)) {
    const trunk = name.slice(HEAD.length);
    return isSearched(tenantIn(trunk)) ? turnsOf(trunk) : undefined;
  }
  if (name.startsWith(LIST)) {
    const tenant = name.slice(LIST.length);
    const prefix = conversationKey(tenant, '');
    return async (keys) =>
      keys
        .filter((key) => key.startsWith(prefix))
        .map((key) => ({ conversation: `${tenant}:${key.slice(prefix.length)}`, seq: TITLE }));
  }
  return undefined;
}

/** Rows of branches are changed under the name of their trunk, and their keys do not tell the branch. */
function turnsOf(trunk: ConversationId): FindPlaces {
  const placeIn = (conversation: ConversationId, key: string): IndexPlace | undefined => {
    const prefix = [turnKey(conversation, ''), oldTurnKey(conversation, '')].find((one) =>
      key.startsWith(one),
    );
    return prefix === undefined ? undefined : { conversation, seq: Number(key.slice(prefix.length)) };
  };
  return async (keys, rows) => {
    const turns = keys.filter((key) => TURNS.some((prefix) => key.startsWith(prefix)));
    const isOfTrunk = (key: string) => placeIn(trunk, key) !== undefined;
    const conversations = turns.every(isOfTrunk)
      ? [trunk]
      : [trunk, ...(await branchesOf(rows, trunk)).map(({ conversation }) => conversation)];
    return turns.flatMap((key) => conversations.flatMap((one) => placeIn(one, key) ?? []));
  };
}

function marking(rows: ExclusiveRows, findPlaces: FindPlaces): ExclusiveRows {
  const mark = async (keys: string[]) => {
    const places = await findPlaces(keys, rows);
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
