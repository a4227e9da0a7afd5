import { describe, expect, it } from 'vitest';
import { placeOf } from '../../src/chat/conversation-ids.ts';
import type { CommandCall, CommandReply } from '../../src/core/commands/command.ts';
import { messageOf, turnOf } from '../fixtures.ts';
import { admin, CONVERSATION, commanding, formOf, member, TENANT, textOf } from './commanding.ts';

const THREAD = `${CONVERSATION}:1`;
const channel = placeOf(CONVERSATION, { kind: 'channel', isShared: true, at: '500' });
const thread = placeOf(THREAD, { kind: 'conversation', isShared: true, at: '500' });
const bob: CommandCall = { ...member, place: channel };
const moderator: CommandCall = {
  ...bob,
  author: { id: 'mo', name: '*Mo* <@1> @everyone' },
  isModerator: true,
};

const saidBy = (author: string, id: string) => ({
  message: messageOf(id, `said ${id}`, { author: { id: author, name: author } }),
  answer: `answer ${id}`,
  end: 'stop' as const,
});

async function inPublic() {
  const set = await commanding();
  for (const [conversation, author, id] of [
    [CONVERSATION, 'ada', 'a1'],
    [CONVERSATION, 'bob', 'b1'],
    [CONVERSATION, 'ada', 'a2'],
    [THREAD, 'bob', 'b2'],
    [`${CONVERSATION}:@bob`, 'bob', 'b3'],
    [`${CONVERSATION}:@ada`, 'ada', 'a3'],
    [`${CONVERSATION}2`, 'bob', 'b4'],
  ] as const)
    await set.transcripts.append(conversation, saidBy(author, id));
  const left = async () => {
    const all = await set.transcripts.list(TENANT);
    const pages = await Promise.all(all.map((one) => set.transcripts.read(one, { limit: 10 })));
    return pages.flatMap(({ turns }) => turns.map(({ message }) => message.id)).sort();
  };
  return { set, left };
}

function questionOf(reply: CommandReply) {
  if (reply.type !== 'question') throw new Error(`${JSON.stringify(reply)} instead of a question`);
  return reply;
}

describe('/forget', () => {
  it('deletes this conversation where one person talks, and no other one', async () => {
    await using set = await commanding();
    await set.transcripts.append(CONVERSATION, turnOf('1'));
    await set.transcripts.append(`${CONVERSATION}2`, turnOf('1'));
    await set.settings.change(TENANT, { persona: 'kind' });
    expect(textOf(await set.commands.run('forget', member, {}))).toMatch(/conversation is deleted/);
    expect(await set.transcripts.list(TENANT)).toEqual([`${CONVERSATION}2`]);
    expect(await set.settings.read(TENANT)).toMatchObject({ persona: 'kind' });
  });

  it.each([{}, { what: 'mine' }, { what: 'conversation' }])(
    'takes of a shared channel what the caller said, with its threads and their private questions: %j',
    async (values) => {
      const { set, left } = await inPublic();
      await using _ = set;
      const said = textOf(await set.commands.run('forget', bob, values));
      expect(said).toContain('What you said in this channel and its threads');
      expect(said).toContain('3 messages');
      expect(await left()).toEqual(['a1', 'a2', 'a3', 'b4']);
    },
  );

  it('takes of a thread nothing of the channel', async () => {
    const { set, left } = await inPublic();
    await using _ = set;
    await set.commands.run('forget', { ...bob, place: thread }, {});
    expect(await left()).toEqual(['a1', 'a2', 'a3', 'b1', 'b3', 'b4']);
  });

  it('takes all of it for a moderator after a question, and says so in public without marks or pings', async () => {
    const { set, left } = await inPublic();
    await using _ = set;
    const { id, choice } = questionOf(await set.commands.run('forget', moderator, { what: 'conversation' }));
    expect(await left()).toHaveLength(7);
    const reply = await set.commands.pick(id, moderator, choice);
    expect(reply).toMatchObject({
      announcement: 'Mo 1 everyone deleted all that Parley remembered of this channel and its threads.',
    });
    expect(await left()).toEqual(['b4']);
  });

  it.each([
    ['a member', bob],
    ['a moderator who may not ask there', { ...moderator, access: 'admins' as const }],
  ])('leaves what others said for %s, with the button of another one too', async (_who, call) => {
    const { set, left } = await inPublic();
    await using _ = set;
    expect((await set.commands.run('forget', call, { what: 'conversation' })).type).toBe('text');
    expect(textOf(await set.commands.pick('forget', call, 'all'))).toContain('Only a moderator');
    expect(await left()).toEqual(expect.arrayContaining(['a1', 'a2', 'a3']));
  });

  it('takes what is one’s own of who may not ask any more, and tells who never could', async () => {
    const { set, left } = await inPublic();
    await using _ = set;
    const shutOut: CommandCall = { ...bob, access: 'admins' };
    expect(textOf(await set.commands.run('forget', shutOut, {}))).toContain('3 messages');
    expect(await left()).toEqual(['a1', 'a2', 'a3', 'b4']);
    expect(textOf(await set.commands.run('forget', shutOut, {}))).toContain('only admins');
  });

  it('leaves a mark that later forgetting and a new beginning do not take away', async () => {
    const { set } = await inPublic();
    await using _ = set;
    await set.commands.run('forget', { ...bob, place: thread }, {});
    await set.transcripts.append(THREAD, saidBy('bob', 'later'));
    await set.transcripts.forget(THREAD);
    const [mark] = await set.marks.read([THREAD]);
    expect(mark).toMatchObject({ history: { id: '500' }, people: { bob: { id: '500' } } });
    await set.commands.pick('forget', { ...moderator, place: { ...channel, at: '600' } }, 'all');
    expect(await set.marks.read([CONVERSATION, THREAD])).toMatchObject([{ all: { id: '600' } }, undefined]);
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

describe('/export of a shared channel', () => {
  const texts = (reply: CommandReply) =>
    reply.type === 'text' ? (reply.files ?? []).map(({ text }) => text).join() : '';

  it('has what the caller said, and their private questions, and nothing of others', async () => {
    const { set } = await inPublic();
    await using _ = set;
    const exported = texts(await set.commands.run('export', bob, {}));
    for (const id of ['b1', 'b2', 'b3']) expect(exported).toContain(`said ${id}`);
    for (const id of ['a1', 'a2', 'a3', 'b4']) expect(exported).not.toContain(`said ${id}`);
  });

  it('has all of it for a moderator after a question, but no private questions of others', async () => {
    const { set } = await inPublic();
    await using _ = set;
    const { id, choice } = questionOf(await set.commands.run('export', moderator, { what: 'conversation' }));
    const reply = await set.commands.pick(id, moderator, choice);
    expect(reply).toMatchObject({ announcement: expect.stringContaining('exported all') });
    for (const one of ['a1', 'a2', 'b1', 'b2']) expect(texts(reply)).toContain(`said ${one}`);
    for (const one of ['a3', 'b3', 'b4']) expect(texts(reply)).not.toContain(`said ${one}`);
    expect(textOf(await set.commands.pick(id, bob, choice))).toContain('Only a moderator');
  });
});
