/** Versions lead to every branch, whichever turns were deleted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../../harness/web.ts';
import { importTurns } from '../import/import-turns.ts';
import { edit, loud, reachable, read, remove, say, type Talk, textsOf } from './talk.ts';

describe('versions', () => {
  let model: ModelServer;
  let parley: Parley;
  beforeAll(async () => {
    model = await startModelServer();
    model.respond(loud);
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterAll(async () => {
    await parley?.app.stop();
    await model?.stop();
  });

  async function talked(...texts: string[]): Promise<{ talk: Talk; turns: string[] }> {
    const browser = parley.browser();
    const talk = { browser, id: await browser.newConversation() };
    const turns: string[] = [];
    for (const text of texts) turns.push(await say(talk, text));
    return { talk, turns };
  }

  it('lead on from a branch whose first turn was deleted, and from those that begin behind it', async () => {
    const { talk, turns } = await talked('one', 'two');
    const branch = await edit(talk, turns[1] ?? '', { text: 'zwei' });
    const later = await say(talk, 'drei', branch);
    await remove(talk, branch);
    expect(await reachable(talk)).toEqual(['one drei', 'one two']);
    await edit(talk, later, { text: 'trois', branch });
    expect(await textsOf(talk)).toEqual(['one', 'trois']);
    expect(await reachable(talk)).toEqual(['one drei', 'one trois', 'one two']);
    expect((await read(talk)).turns.at(-1)?.versions?.of).toHaveLength(3);
  });

  it('are shown in place of a last turn that was deleted, whichever branch it was on', async () => {
    const { talk, turns } = await talked('one', 'two');
    const [, two = ''] = turns;
    const branch = await edit(talk, two, { text: 'zwei' });
    await remove(talk, two, talk.id);
    expect(await textsOf(talk)).toEqual(['one', 'zwei']);
    const other = await edit(talk, branch, { text: 'deux' });
    await remove(talk, other);
    expect(await textsOf(talk)).toEqual(['one', 'zwei']);
    await remove(talk, branch);
    expect(await textsOf(talk)).toEqual(['one']);
  });

  it('of a first message lead on once the first one was deleted', async () => {
    const { talk, turns } = await talked('one');
    const [one = ''] = turns;
    const branch = await edit(talk, one, { text: 'eins' });
    await say(talk, 'zwei', branch);
    expect(
      (
        await talk.browser.fetch(`/api/conversations/${talk.id}/shown`, {
          method: 'PUT',
          json: { branch: talk.id },
        })
      ).status,
    ).toBe(200);
    await remove(talk, one, talk.id);
    expect(await textsOf(talk)).toEqual(['eins', 'zwei']);
  });

  it('are the same for a turn that is the first on a page of many', async () => {
    const browser = parley.browser();
    await browser.state();
    const talk = { browser, id: await importTurns(browser, 55) };
    const { turns } = await read(talk);
    await edit(talk, turns[0]?.id ?? '', { text: 'other' });
    const { turns: page } = await read(talk, talk.id);
    expect(page[0]).toMatchObject({ text: 'Question 5?', versions: { at: 1 } });
  });
});
