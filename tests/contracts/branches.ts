/** The part of the transcripts' contract that is about branches. */
import { expect, it } from 'vitest';
import type { Transcripts } from '../../src/core/storage.ts';
import { branchOf } from '../../src/core/turn/past/branches.ts';
import { turnOf } from '../fixtures.ts';

const TRUNK = 'test:space:00000000-0000-4000-8000-000000000000';
const [A, B] = ['a', 'b'].map((digit) => branchOf(TRUNK, `${digit.repeat(8)}-0000-4000-8000-000000000000`));

export function testBranches(openOne: () => Promise<Transcripts>): void {
  /** A trunk of five turns, and a branch before the turn `3` with a turn of its own. */
  async function branched() {
    const transcripts = await openOne();
    for (const id of ['0', '1', '2', '3', '4']) await transcripts.append(TRUNK, turnOf(id));
    expect(await transcripts.fork(A ?? '', { conversation: TRUNK, seq: 3 })).toBe('new');
    await transcripts.append(A ?? '', turnOf('a'));
    return transcripts;
  }
  const read = async (transcripts: Transcripts, conversation = '', limit = 100, before = Infinity) => {
    const { turns, more } = await transcripts.read(conversation, { limit, before });
    return [turns.map(({ message }) => message.id).join(' '), more];
  };

  it('begins a branch with the turns of its base, and keeps both apart', async () => {
    const transcripts = await branched();
    await transcripts.append(TRUNK, turnOf('5'));
    expect(await read(transcripts, A)).toEqual(['0 1 2 a', false]);
    expect(await read(transcripts, TRUNK)).toEqual(['0 1 2 3 4 5', false]);
    const { turns, bytes } = await transcripts.read(A ?? '', { limit: 100 });
    expect(turns.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
    expect(turns.map(({ message }) => message.conversation)).toEqual([TRUNK, TRUNK, TRUNK, A]);
    const [, , third, own] = turns;
    expect(own?.offset).toBeGreaterThan(third?.offset ?? 0);
    expect(bytes).toBeGreaterThan(own?.offset ?? 0);
  });

  it('pages through a branch into its base', async () => {
    const transcripts = await branched();
    expect(await read(transcripts, A, 1)).toEqual(['a', true]);
    expect(await read(transcripts, A, 2)).toEqual(['2 a', true]);
    expect(await read(transcripts, A, 2, 3)).toEqual(['1 2', true]);
    expect(await read(transcripts, A, 5, 2)).toEqual(['0 1', false]);
    expect(await transcripts.firstSeq(A ?? '')).toBe(0);
    await transcripts.dropBefore(TRUNK, 2);
    expect(await transcripts.firstSeq(A ?? '')).toBe(2);
  });

  it('finds the turns that a branch shows, and no others', async () => {
    const transcripts = await branched();
    for (const [id, there] of Object.entries({ 2: true, a: true, 3: false, 4: false }))
      expect((await transcripts.find(A ?? '', id)) !== undefined, id).toBe(there);
    expect(await transcripts.find(TRUNK, 'a')).toBeUndefined();
    expect(await transcripts.append(A ?? '', turnOf('2'))).toBe('seen');
    expect(await transcripts.append(A ?? '', turnOf('4'))).toBe('new');
  });

  it('begins a branch once, however often it is asked to', async () => {
    const transcripts = await branched();
    const again = await Promise.all(
      [1, 2].map(() => transcripts.fork(A ?? '', { conversation: TRUNK, seq: 1 })),
    );
    expect(again).toEqual(['seen', 'seen']);
    const both = await Promise.all(
      [1, 2].map(() => transcripts.fork(B ?? '', { conversation: TRUNK, seq: 1 })),
    );
    expect(both.sort()).toEqual(['new', 'seen']);
    expect(await read(transcripts, A)).toEqual(['0 1 2 a', false]);
    expect(await transcripts.branches(TRUNK)).toEqual([
      { conversation: A, base: { conversation: TRUNK, seq: 3 } },
      { conversation: B, base: { conversation: TRUNK, seq: 1 } },
    ]);
  });

  it('begins no branch of a conversation that is gone', async () => {
    const transcripts = await openOne();
    expect(await transcripts.fork(A ?? '', { conversation: TRUNK, seq: 0 })).toBe('gone');
    expect(await transcripts.branches(TRUNK)).toEqual([]);
  });

  it('begins a branch of a branch, beside it or upon it', async () => {
    const transcripts = await branched();
    await transcripts.append(A ?? '', turnOf('a2'));
    const [upon, beside] = [B ?? '', branchOf(TRUNK, 'cccccccc-0000-4000-8000-000000000000')];
    await transcripts.fork(upon, { conversation: A ?? '', seq: 4 });
    await transcripts.fork(beside, { conversation: A ?? '', seq: 3 });
    await transcripts.append(upon, turnOf('b'));
    expect(await read(transcripts, upon)).toEqual(['0 1 2 a b', false]);
    expect(await read(transcripts, beside)).toEqual(['0 1 2', false]);
    expect((await transcripts.branches(TRUNK)).map(({ base }) => base.conversation)).toEqual([
      TRUNK,
      A,
      TRUNK,
    ]);
  });

  it('takes a removed turn out of all branches', async () => {
    const transcripts = await branched();
    await transcripts.remove(TRUNK, '1');
    expect(await read(transcripts, A)).toEqual(['0 2 a', false]);
    expect(await transcripts.find(A ?? '', '1')).toBeUndefined();
    await transcripts.dropBefore(TRUNK, 3);
    expect(await read(transcripts, A)).toEqual(['a', false]);
  });

  it('takes the beginning of a conversation over that stands before the branch', async () => {
    const transcripts = await branched();
    await transcripts.beginAfresh(TRUNK);
    await transcripts.append(TRUNK, turnOf('5'));
    await transcripts.append(TRUNK, turnOf('6'));
    await transcripts.fork(B ?? '', { conversation: TRUNK, seq: 6 });
    expect((await transcripts.read(B ?? '', { limit: 1 })).afresh?.seq).toBe(5);
    expect((await transcripts.read(A ?? '', { limit: 1 })).afresh).toBeUndefined();
  });

  it('lists a branch until it is forgotten', async () => {
    const transcripts = await branched();
    await transcripts.forget(A ?? '');
    expect(await transcripts.branches(TRUNK)).toEqual([]);
    expect(await read(transcripts, A)).toEqual(['', false]);
    expect(await read(transcripts, TRUNK)).toEqual(['0 1 2 3 4', false]);
  });
}
