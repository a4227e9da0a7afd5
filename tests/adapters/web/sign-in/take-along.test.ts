/** Branches of a conversation that a person takes along: the same turns, in the same places. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createMove } from '../../../../src/adapters/web/server/account/take-along.ts';
import type { Transcripts } from '../../../../src/core/storage.ts';
import { branchOf } from '../../../../src/core/turn/past/branches.ts';
import { createAttachments } from '../../../../src/store/files/attachments.ts';
import { openStore } from '../../../../src/store/open.ts';
import { createConversationLists } from '../../../../src/store/tables/conversation-lists.ts';
import { createSettings } from '../../../../src/store/tables/settings.ts';
import { createTranscripts } from '../../../../src/store/tables/transcripts.ts';
import { emptyFolder, turnOf } from '../../../fixtures.ts';

const [FROM, TO] = ['a', 'b'].map((letter) => `web:${letter.repeat(43)}`) as [string, string];
const ID = '00000000-0000-4000-8000-000000000000';
const uuid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const branch = (tenant: string, digit: string) => branchOf(`${tenant}:${ID}`, uuid(digit));

async function wordsOf(transcripts: Transcripts, conversation: string): Promise<string> {
  const { turns } = await transcripts.read(conversation, { limit: 100 });
  return turns.map(({ message }) => message.id).join(' ');
}

it('keeps branches of branches, also where turns were deleted, and finishes what a crash broke off', async () => {
  const store = await openStore(`sqlite://${join(await emptyFolder(), 'parley.sqlite')}`);
  try {
    const transcripts = createTranscripts(store);
    const conversations = createConversationLists(store);
    const attachments = createAttachments(store);
    const trunk = `${FROM}:${ID}`;
    for (const id of ['0', '1', '2', '3']) await transcripts.append(trunk, turnOf(id));
    await transcripts.remove(trunk, '1');
    await transcripts.fork(branch(FROM, 'a'), { conversation: trunk, seq: 3 });
    for (const id of ['a', 'b']) await transcripts.append(branch(FROM, 'a'), turnOf(id));
    await transcripts.fork(branch(FROM, 'c'), { conversation: branch(FROM, 'a'), seq: 4 });
    await transcripts.append(branch(FROM, 'c'), turnOf('c'));
    await conversations.add(FROM, { id: ID, title: 'Otters', at: 1, shown: uuid('c') });
    const shown = ['', 'a', 'c'].map(
      (digit) => (tenant: string) => (digit === '' ? `${tenant}:${ID}` : branch(tenant, digit)),
    );
    const before = await Promise.all(shown.map((of) => wordsOf(transcripts, of(FROM))));
    expect(before).toEqual(['0 2 3', '0 2 a b', '0 2 a c']);

    let crashes = 2;
    const sealed = { seal: (text: string) => text, open: (text: string) => text };
    const move = createMove({
      transcripts: {
        ...transcripts,
        async append(conversation, turn) {
          const result = await transcripts.append(conversation, turn);
          if (turn.message.id === 'a' && crashes-- > 0) throw new Error('crashed');
          return result;
        },
      },
      attachments,
      conversations,
      settings: createSettings(store, sealed as never),
      queue: { live: async () => [] } as never,
      forgetting: {
        conversation: (conversation: string) => transcripts.forget(conversation),
        tenant: async () => {},
      } as never,
      shareLinks: { endAll: async () => {} } as never,
    });
    await expect(move(FROM, TO)).rejects.toThrow('crashed');
    await expect(move(FROM, TO)).rejects.toThrow('crashed');
    await move(FROM, TO);
    expect(await Promise.all(shown.map((of) => wordsOf(transcripts, of(TO))))).toEqual(before);
    expect(await conversations.find(TO, ID)).toMatchObject({ title: 'Otters', shown: uuid('c') });
    expect(await conversations.list(FROM)).toEqual([]);
  } finally {
    await store.close();
  }
});
