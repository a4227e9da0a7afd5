/** Judges what is left in the store once all Parleys have ended: nothing of what was deleted. */
import { openStore } from '../../../../src/store/open.ts';
import type { Store } from '../../../../src/store/store.ts';
import { tokensIn } from '../../people/answers.ts';
import type { Book } from '../book.ts';

const BATCH = 200;
const HEADS = 'head|';
/** Characters of a key that a report shows. */
const SHOWN = 90;

/** @param tenants of all people */
export async function judgeStore(book: Book, storeUrl: string, tenants: string[]): Promise<void> {
  const store = await openStore(storeUrl);
  try {
    const gone = goneTokens(book);
    await judgeRows(book, store, gone);
    await judgeTranscripts(book, store);
    for (const tenant of tenants) {
      for (const token of gone) {
        const [place] =
          (await store.words?.find(tenant, { words: [{ forms: [{ words: [token] }] }] }, 1)) ?? [];
        if (place)
          book.blame('GHOSTS', `the index of words has ${token} for ${place.conversation} ${place.seq}`);
      }
    }
  } finally {
    await store.close();
  }
}

/** The tokens whose messages are all deleted, for certain. */
function goneTokens(book: Book): Set<string> {
  const byToken = Map.groupBy(book.messages, ({ token }) => token);
  const isGone = (token: string) =>
    byToken.get(token)?.every((message) => book.fateOf(message) === 'gone' && message.outcome === 'taken');
  return new Set([...byToken.keys()].filter(isGone));
}

async function judgeRows(book: Book, store: Store, gone: Set<string>): Promise<void> {
  const keys = await store.keys('');
  for (let i = 0; i < keys.length; i += BATCH) {
    const some = keys.slice(i, i + BATCH);
    for (const [j, value] of (await store.readMany(some)).entries()) {
      // A row in its last moment.
      if (value === null || value === undefined) continue;
      const found = tokensIn(JSON.stringify(value)).find((token) => gone.has(token));
      if (found) book.blame('GHOSTS', `the row ${some[j]?.slice(0, SHOWN)} has ${found}, which was deleted`);
    }
  }
}

/** Each transcript is of a conversation in its person's list, or of a link. */
async function judgeTranscripts(book: Book, store: Store): Promise<void> {
  const snapshots = new Set<unknown>();
  for (const key of await store.keys('note|web|share|')) {
    const link = await store.read<{ snapshot: string }>(key);
    snapshots.add(link?.snapshot);
  }
  for (const key of await store.keys(HEADS)) {
    const conversation = key.slice(HEADS.length);
    const [platform, person, id = '', branch] = conversation.split(':');
    const tenant = `${platform}:${person}`;
    const isLink = id.startsWith('share-');
    const entry = isLink ? undefined : await store.read(`conversation|${tenant}|${id}`);
    const said = book.messages.filter((message) => message.conversation === id);
    const mayBe = said.some((message) => book.fateIn(message) === 'either' || message.isUnclear);
    if (isLink ? !snapshots.has(conversation) : !entry && !mayBe)
      book.blame('GHOSTS', `the transcript ${conversation} is of nothing that is listed`);
    if (branch === undefined || !entry) continue;
    const listed = await store.read<{ branches: { id: string }[] }>(`branches|${tenant}:${id}`);
    if (!listed?.branches.some((one) => one.id === branch))
      book.blame('GHOSTS', `the transcript ${conversation} is of no branch`);
  }
}
