/** The part of the contract of transcripts that is about appending several turns. */
import { expect, it } from 'vitest';
import { MOST_APPENDED, type Transcripts } from '../../src/core/storage.ts';
import { turnOf } from '../fixtures.ts';

const CONVERSATION = 'test:space:several';

export function testAppendAll(open: () => Promise<Transcripts>): void {
  it('appends several turns in one write, and leaves out those that are there', async () => {
    const transcripts = await open();
    const ids = Array.from({ length: MOST_APPENDED }, (_, i) => String(i));
    const all = ids.map((id) => turnOf(id));
    await transcripts.append(CONVERSATION, turnOf('1'));
    expect(await transcripts.appendAll(CONVERSATION, all)).toBe(MOST_APPENDED - 1);
    expect(await transcripts.appendAll(CONVERSATION, all)).toBe(0);
    await transcripts.remove(CONVERSATION, '7');
    const more = [turnOf('7'), turnOf('new'), turnOf('new')];
    expect(await transcripts.appendAll(CONVERSATION, more)).toBe(1);
    const others = ids.filter((id) => !['1', '7'].includes(id));
    const { turns } = await transcripts.read(CONVERSATION, { limit: 1_000 });
    expect(turns.map(({ message }) => message.id)).toEqual(['1', ...others, 'new']);
  });
}
