/**
 * The page's lists of conversations: for each conversation a row with its entry, and one whose key is its place in the
 * list. So adding and renaming cost the same however long a list is.
 *
 * Rows that go are overwritten in the change, not removed: removals are made last, and a crash may come between.
 */
import type { ConversationEntry, ConversationLists, ConversationPage } from '../../core/storage.ts';
import type { TenantId } from '../../core/types.ts';
import { conversationCountKey, conversationKey, conversationsKey, listedKey } from '../keys.ts';
import type { Entry, ExclusiveRows, Rows, Store } from '../store.ts';

/** Conversations that a person can have. With more, the page asks them to delete some. */
export const MOST_CONVERSATIONS = 10_000;
/** Entries read or taken up at once. Each takes three rows, with that for the index of words. */
const BATCH = 75;

export interface Count {
  count: number;
}

export function createConversationLists(store: Store): ConversationLists {
  /** Rows of the tenant, once nothing is left of the list of an earlier Parley. */
  const exclusive = async <T>(tenant: TenantId, task: (rows: ExclusiveRows) => Promise<T>): Promise<T> => {
    await takeUp(store, tenant);
    return store.exclusive(conversationsKey(tenant), task);
  };

  return {
    async tenants() {
      const prefixes = [conversationCountKey(''), conversationsKey('')];
      const found = await Promise.all(prefixes.map((prefix) => store.keys(prefix)));
      return [...new Set(found.flatMap((keys, i) => keys.map((key) => key.slice(prefixes[i]?.length))))];
    },
    async list(tenant) {
      await takeUp(store, tenant);
      const entries: ConversationEntry[] = [];
      for (const archived of [false, true]) {
        let page: ConversationPage = { entries: [], next: '' };
        while (page.next !== undefined) {
          page = await pageOf(store, tenant, {
            prefix: prefixOf({ archived }),
            after: page.next,
            limit: BATCH,
          });
          entries.push(...page.entries);
        }
      }
      return entries;
    },
    async page(tenant, { limit, after = '', archived = false }) {
      await takeUp(store, tenant);
      return pageOf(store, tenant, { prefix: prefixOf({ archived }), after, limit });
    },
    async count(tenant) {
      await takeUp(store, tenant);
      return (await store.read<Count>(conversationCountKey(tenant)))?.count ?? 0;
    },
    async find(tenant, id) {
      const entry = await readEntry(store, tenant, id);
      if (entry || !(await takeUp(store, tenant))) return entry;
      return readEntry(store, tenant, id);
    },
    add: (tenant, entry) => exclusive(tenant, (rows) => add(rows, tenant, entry)),
    change: (tenant, id, change) =>
      exclusive(tenant, async (rows) => {
        const old = await readEntry(rows, tenant, id);
        if (!old) return undefined;
        const changed = { ...old, ...change(old) };
        await rows.write([
          ...(placeOf(changed) === placeOf(old) ? [] : [unlisted(tenant, old)]),
          ...entriesFor(tenant, changed),
        ]);
        return changed;
      }),
    remove: (tenant, id) =>
      exclusive(tenant, async (rows) => {
        const old = await readEntry(rows, tenant, id);
        if (!old) return;
        const { count = 0 } = (await rows.read<Count | null>(conversationCountKey(tenant))) ?? {};
        await rows.write([
          gone(conversationKey(tenant, id)),
          unlisted(tenant, old),
          count > 1 ? counted(tenant, count - 1) : gone(conversationCountKey(tenant)),
        ]);
      }),
  };
}

async function add(
  rows: ExclusiveRows,
  tenant: TenantId,
  entry: ConversationEntry,
): Promise<'added' | 'full'> {
  const keys = [conversationKey(tenant, entry.id), conversationCountKey(tenant)];
  const [known, counter] = await rows.readMany<unknown>(keys);
  if (known) return 'added';
  const { count } = (counter ?? { count: 0 }) as Count;
  if (count >= MOST_CONVERSATIONS) return 'full';
  await rows.write([...entriesFor(tenant, entry), counted(tenant, count + 1)]);
  return 'added';
}

/**
 * Takes up the list that an earlier Parley wrote as one row, some entries at a time: a crash leaves the others there. An
 * earlier Parley on the same store then begins a new list, which is taken up too. Returns whether there was one.
 */
async function takeUp(store: Store, tenant: TenantId): Promise<boolean> {
  const key = conversationsKey(tenant);
  if (!(await store.read(key))) return false;
  const takeSome = (rows: ExclusiveRows) => takeUpSome(rows, tenant);
  while (await store.exclusive(key, takeSome));
  return true;
}

/** Returns whether there are more. */
async function takeUpSome(rows: ExclusiveRows, tenant: TenantId): Promise<boolean> {
  const key = conversationsKey(tenant);
  const old = (await rows.read<ConversationEntry[] | null>(key)) ?? [];
  const some = old.slice(0, BATCH);
  const keys = some.map(({ id }) => conversationKey(tenant, id));
  const known = await rows.readMany<ConversationEntry>(keys);
  const { count = 0 } = (await rows.read<Count | null>(conversationCountKey(tenant))) ?? {};
  const isNew = some.filter((_, i) => !known[i]);
  const total = count + isNew.length;
  const left = old.slice(BATCH);
  await rows.write([
    ...isNew.flatMap((entry) => entriesFor(tenant, entry)),
    ...(total > 0 ? [counted(tenant, total)] : []),
    left.length > 0 ? { key, value: left } : gone(key),
  ]);
  return left.length > 0;
}

async function readEntry(
  rows: Pick<Rows, 'read'>,
  tenant: TenantId,
  id: string,
): Promise<ConversationEntry | undefined> {
  return (await rows.read<ConversationEntry | null>(conversationKey(tenant, id))) ?? undefined;
}

async function pageOf(
  store: Store,
  tenant: TenantId,
  { prefix, after, limit }: { prefix: string; after: string; limit: number },
): Promise<ConversationPage> {
  const start = listedKey(tenant, prefix);
  const keys = await store.keys(start, { limit, ...(after !== '' && { after: `${start}${after}` }) });
  const ids = keys.map((key) => key.slice(start.length + PLACE_CHARACTERS));
  const read = await store.readMany<ConversationEntry>(ids.map((id) => conversationKey(tenant, id)));
  const last = keys.at(-1);
  // An entry that moved between the two reads would stand here in its old place.
  const entries = read.filter((entry, i) => entry && listedKey(tenant, placeOf(entry)) === keys[i]);
  return {
    entries: entries.filter((entry) => entry !== undefined),
    ...(keys.length === limit && last !== undefined && { next: last.slice(start.length) }),
  };
}

const LISTED = 'l';
const ARCHIVED = 'a';
const prefixOf = ({ archived }: { archived?: boolean }) => (archived ? ARCHIVED : LISTED);

/** The radix and the digits of a time in a key. */
const RADIX = 36;
const TIME_CHARACTERS = Number.MAX_SAFE_INTEGER.toString(RADIX).length;
/** Whether the entry is pinned, and its time. */
const PLACE_CHARACTERS = 1 + TIME_CHARACTERS;

/** Sorts as the list does: pinned ones first, the newest first. */
function placeOf(entry: ConversationEntry): string {
  const at = Math.min(Math.max(0, Math.floor(entry.at)), Number.MAX_SAFE_INTEGER);
  const time = (Number.MAX_SAFE_INTEGER - at).toString(RADIX).padStart(TIME_CHARACTERS, '0');
  return `${prefixOf(entry)}${entry.pinned ? 0 : 1}${time}${entry.id}`;
}

const entriesFor = (tenant: TenantId, entry: ConversationEntry): Entry[] => [
  { key: conversationKey(tenant, entry.id), value: entry },
  { key: listedKey(tenant, placeOf(entry)), value: 1 },
];
const unlisted = (tenant: TenantId, entry: ConversationEntry) => gone(listedKey(tenant, placeOf(entry)));
const counted = (tenant: TenantId, count: number): Entry => ({
  key: conversationCountKey(tenant),
  value: { count } satisfies Count,
});
/** The row of a key in its last moment. */
const gone = (key: string): Entry => ({ key, value: null, ttl: 1 });
