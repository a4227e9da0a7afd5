import { describe, expect, it } from 'vitest';
import { turnOf } from '../fixtures.ts';
import { admin, CONVERSATION, commanding, formOf, member, TENANT, textOf } from './commanding.ts';

describe('/forget', () => {
  it('deletes this conversation, for anyone, and no other one', async () => {
    await using set = await commanding();
    await set.transcripts.append(CONVERSATION, turnOf('1'));
    await set.transcripts.append(`${CONVERSATION}:thread`, turnOf('1'));
    await set.settings.change(TENANT, { persona: 'kind' });
    expect(textOf(await set.commands.run('forget', member, {}))).toMatch(/conversation is deleted/);
    expect(await set.transcripts.list(TENANT)).toEqual([`${CONVERSATION}:thread`]);
    expect(await set.settings.read(TENANT)).toMatchObject({ persona: 'kind' });
  });

  it('deletes all of the server for an admin who types the word, and nothing before', async () => {
    await using set = await commanding();
    await set.setKey();
    await set.transcripts.append(CONVERSATION, turnOf('1'));
    await set.transcripts.append('chat:server2:channel', turnOf('1'));
    expect(textOf(await set.commands.run('forget', member, { what: 'server' }))).toMatch(/Only an admin/);
    const { id } = formOf(await set.commands.run('forget', admin, { what: 'server' }));
    expect(textOf(await set.commands.submit(id, admin, { word: ['nope'] }))).toMatch(/Nothing was deleted/);
    expect(textOf(await set.commands.submit(id, admin, {}))).toMatch(/Nothing was deleted/);
    expect(await set.transcripts.list(TENANT)).toEqual([CONVERSATION]);
    expect(textOf(await set.commands.submit(id, admin, { word: [' Forget '] }))).toMatch(
      /^Everything is deleted/,
    );
    expect(await set.transcripts.list(TENANT)).toEqual([]);
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
    expect(await set.transcripts.list('chat:server2')).toEqual(['chat:server2:channel']);
    set.expectNoKey();
  });
});
