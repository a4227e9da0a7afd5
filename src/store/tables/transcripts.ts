/** Transcripts in the store. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { TranscriptPage, Transcripts } from '../../core/storage.ts';
import { trunkOf } from '../../core/turn/past/branches.ts';
import type { ConversationId } from '../../core/types.ts';
import { branchesOf, transcriptName, unlistIfGone } from '../branches/branch-list.ts';
import { fork } from '../branches/forking.ts';
import { draftKey, headKey, journalKey } from '../keys.ts';
import type { ExclusiveRows, Store } from '../store.ts';
import { beginAt, dropTurns, removeBeforeFirst, turnKeysIn } from './dropped-turns.ts';
import { dropNotesInAll } from './notes.ts';
import {
  appendKeys,
  appendTurn,
  findInLine,
  findTurn,
  type Head,
  isThere,
  keepTurn,
  oldOf,
  readRows,
  removeTurn,
  withMaterial,
} from './transcript-rows.ts';

/** Turns removed in one change. Between two, the event loop gets its turn. */
const FORGET_BATCH = 100;

export function createTranscripts(store: Store): Transcripts {
  const exclusive: Exclusive = (conversation, task) => store.exclusive(transcriptName(conversation), task);
  return {
    ...reading(store),
    ...branching(store, exclusive),
    ...changing(exclusive),
    ...forgetting(store, exclusive),
  };
}

/** Runs a task over a conversation's rows while nobody else changes them. */
type Exclusive = <T>(conversation: ConversationId, task: (rows: ExclusiveRows) => Promise<T>) => Promise<T>;

function reading(store: Store): Pick<Transcripts, 'find' | 'firstSeq' | 'read' | 'oldest' | 'list'> {
  const read: Transcripts['read'] = async (conversation, { limit, before }) => {
    const head = await store.read<Head>(headKey(conversation));
    if (!head) return { turns: [], bytes: 0, more: false };
    const { first = 0, base } = head;
    const page: TranscriptPage = { turns: [], bytes: head.bytes, more: false };
    let start = Math.min(before ?? head.next, head.next);
    // Goes on past removed turns: a page without turns would look like the transcript's beginning.
    while (page.turns.length < limit && start > first) {
      const end = start;
      start = Math.max(first, end - (limit - page.turns.length));
      const rows = await readRows(store, conversation, { start, end }, oldOf(head));
      page.turns.unshift(...rows.filter(isThere));
    }
    page.more = start > first || (base !== undefined && Math.min(start, base.seq) > 0);
    if (base && page.turns.length < limit) {
      const rest = { limit: limit - page.turns.length, before: Math.min(start, base.seq) };
      const { turns, more } = await read(base.conversation, rest);
      page.turns.unshift(...turns);
      page.more = more;
    }
    return { ...page, ...(head.afresh && { afresh: head.afresh }) };
  };
  return {
    find: (conversation, messageId) => findInLine(store, conversation, messageId),

    read,

    async firstSeq(conversation) {
      let head = await store.read<Head>(headKey(conversation));
      while (head?.base) head = await store.read<Head>(headKey(head.base.conversation));
      return head?.first ?? 0;
    },

    async oldest(conversation, limit) {
      const head = await store.read<Head>(headKey(conversation));
      if (!head) return { turns: [], end: 0, isLast: true };
      const { first: start = 0, next } = head;
      const end = Math.min(next, start + limit);
      const rows = await readRows(store, conversation, { start, end }, oldOf(head));
      return { turns: rows.filter(isThere), end, isLast: end === next };
    },

    list: async (tenant, beginning = '') => {
      const heads = await store.keys(headKey(tenant === undefined ? '' : `${tenant}:${beginning}`));
      return heads.map((key) => key.slice(headKey('').length));
    },
  };
}

function branching(store: Store, exclusive: Exclusive): Pick<Transcripts, 'fork' | 'branches'> {
  return {
    fork: (branch, base) => exclusive(branch, (rows) => fork(rows, branch, base)),
    branches: (trunk) => branchesOf(store, trunk),
  };
}

function changing(
  exclusive: Exclusive,
): Pick<
  Transcripts,
  'append' | 'appendAll' | 'changeMaterial' | 'rate' | 'shorten' | 'remove' | 'beginAfresh'
> {
  return {
    append: (conversation, turn) =>
      exclusive(conversation, async (rows) =>
        (await appendTurn(rows, conversation, turn)) ? 'new' : 'seen',
      ),

    appendAll: (conversation, turns) =>
      exclusive(conversation, async (rows) => {
        await rows.readMany(turns.flatMap(({ message }) => appendKeys(conversation, message.id)));
        let added = 0;
        for (const turn of turns) if (await appendTurn(rows, conversation, turn)) added++;
        return added;
      }),

    changeMaterial: (conversation, messageId, change) =>
      exclusive(conversation, async (rows) => {
        const turn = await findTurn(rows, conversation, messageId);
        const left = turn && change(turn.message);
        if (!left) return;
        // The answer belongs to a request that nobody should make again.
        // Steps can repeat what they read of the material.
        const { digest: _, rounds: __, ...rest } = withMaterial(turn, left);
        await keepTurn(rows, conversation, turn, rest);
        // A note may tell of the material that is taken out.
        await dropNotesInAll(rows, conversation, turn.seq);
      }),

    rate: (conversation, messageId, feedback) =>
      exclusive(conversation, async (rows) => {
        const turn = await findTurn(rows, conversation, messageId);
        if (!turn) return false;
        await keepTurn(rows, conversation, turn, { ...turn, feedback });
        return true;
      }),

    shorten: (conversation, messageId, { answer, short }) =>
      exclusive(conversation, async (rows) => {
        const turn = await findTurn(rows, conversation, messageId);
        if (!turn || turn.end === null || turn.answer !== answer) return false;
        await keepTurn(rows, conversation, turn, { ...turn, short });
        return true;
      }),

    remove: (conversation, messageId) =>
      exclusive(conversation, (rows) => removeTurn(rows, conversation, messageId)),

    beginAfresh: (conversation) =>
      exclusive(conversation, async (rows) => {
        const head = await rows.read<Head>(headKey(conversation));
        // A transcript without turns is new anyway.
        if (!head) return;
        const { next: seq, bytes } = head;
        await rows.write([{ key: headKey(conversation), value: { ...head, afresh: { seq, bytes } } }]);
      }),
  };
}

function forgetting(
  store: Store,
  exclusive: Exclusive,
): Pick<Transcripts, 'sweep' | 'dropBefore' | 'forget'> {
  async function sweep(conversation: ConversationId): Promise<void> {
    const found = await turnKeysIn(store, conversation);
    const { first = 0 } = (await store.read<Head>(headKey(conversation))) ?? {};
    const stranded = found.filter(({ seq }) => seq < first);
    for (let at = 0; at < stranded.length; at += FORGET_BATCH) {
      const some = stranded.slice(at, at + FORGET_BATCH);
      await exclusive(conversation, (rows) => removeBeforeFirst(rows, conversation, some));
      await turnOfTheLoop();
    }
  }

  /** The entry in the list of branches goes after the branch: after a crash, forgetting the trunk finds it there. */
  const unlist = (conversation: ConversationId) =>
    exclusive(conversation, (rows) => unlistIfGone(rows, conversation));

  return {
    sweep,

    async dropBefore(conversation, seq) {
      const end = await exclusive(conversation, (rows) => dropTurns(rows, conversation, () => seq));
      const isGone = await exclusive(conversation, async (rows) => {
        const branches = await branchesOf(rows, trunkOf(conversation));
        const isBase = branches.some(({ base }) => base.conversation === conversation);
        return beginAt(rows, conversation, end, isBase);
      });
      if (isGone) await unlist(conversation);
    },

    async forget(conversation) {
      await sweep(conversation);
      for (const prefix of [draftKey(conversation, ''), journalKey(conversation, '')])
        await store.remove(await store.keys(prefix));
      // Turns that arrive from now on stay.
      const { next: last } = (await store.read<Head>(headKey(conversation))) ?? { next: 0 };
      // The head goes last: after a crash, forgetting again finishes it.
      for (;;) {
        const end = await exclusive(conversation, (rows) =>
          dropTurns(rows, conversation, ({ first = 0 }) => Math.min(last, first + FORGET_BATCH)),
        );
        const isGone = await exclusive(conversation, (rows) => beginAt(rows, conversation, end));
        if (isGone) await unlist(conversation);
        if (isGone || end >= last) return;
        await turnOfTheLoop();
      }
    },
  };
}
