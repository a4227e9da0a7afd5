import { describe, expect, it } from 'vitest';
import type { CommandReply } from '../../src/core/commands/command.ts';
import { quoteOfLines } from '../../src/core/text/quoted-lines.ts';
import { messageOf, turnOf } from '../fixtures.ts';
import { CONVERSATION, commanding, member, textOf } from './commanding.ts';

describe('/export', () => {
  const files = (reply: CommandReply) => (reply.type === 'text' ? (reply.files ?? []) : []);

  it('has of what other people said nothing but Parley’s answers, unless all of it is exported', async () => {
    await using set = await commanding();
    const file = { id: 'f', name: 'bobs.png', type: 'image/png', size: 3 };
    const said = messageOf('1', 'what about this?', {
      author: { id: member.author.id, name: 'Ada' },
      quotes: [
        { from: 'Bob', by: 'eve', text: 'the walrus' },
        { from: 'Bob', text: 'the walrus of an earlier version' },
        { from: 'Ada', by: member.author.id, text: 'my own words' },
        { from: '', note: 'your earlier answer', by: '0', text: 'an answer' },
        quoteOfLines('this thread', [
          { by: 'eve', text: '"Bob": the walrus in a line' },
          { by: member.author.id, text: '"Ada": my own line' },
        ]),
      ],
      attachments: [{ ...file, origin: { from: 'Bob', by: 'eve' } }],
    });
    await set.transcripts.append(CONVERSATION, { message: said, answer: 'It is a walnut.', end: 'stop' });
    const shared = { ...member, place: { ...member.place, isShared: true } };
    for (const { text } of files(await set.commands.run('export', shared, {}))) {
      expect(text).not.toMatch(/walrus|bobs|Bob/);
      for (const own of ['my own words', 'an answer', 'my own line', 'walnut', 'of somebody else'])
        expect(text).toContain(own);
    }
  });

  it('has all of the conversation, as Markdown and as JSON, without keys and bytes', async () => {
    await using set = await commanding();
    await set.setKey();
    const said = messageOf('1', 'Is *that* so?', {
      author: { id: 'ada', name: 'Ada' },
      quotes: [{ from: 'Bob', text: 'one\ntwo' }],
      attachments: [{ id: 'f', name: 'cat.png', type: 'image/png', size: 3 }],
      at: Date.UTC(2026, 0, 2),
    });
    await set.transcripts.append(CONVERSATION, {
      message: said,
      answer: 'It **is**.',
      end: 'stop',
      model: 'm',
    });
    await set.transcripts.rate(CONVERSATION, '1', 'bad');
    for (let i = 0; i < 80; i++) {
      await set.transcripts.append(CONVERSATION, turnOf(`n${i}`, { answer: `answer ${i}`, end: 'stop' }));
    }
    await set.transcripts.append(CONVERSATION, turnOf('last', { end: 'error', notice: 'It failed.' }));
    await set.transcripts.remove(CONVERSATION, 'n40');
    const reply = await set.commands.run('export', member, {});
    expect(textOf(reply)).toBe('81 messages with their answers, as Markdown and as JSON.');
    const [markdown, json] = files(reply);
    expect([markdown?.name, json?.name]).toEqual(['conversation.md', 'conversation.json']);
    expect(markdown?.text).toMatch(
      /^## Ada · 2026-01-02T00:00:00\.000Z\n\n> Bob:\n> one\n> two\n\nIs \*that\* so\?\n\n\*File: cat\.png\*\n\n## Parley\n\nIt \*\*is\*\*\.\n\n\*Feedback: bad\*\n\n## Question/,
    );
    expect(markdown?.text).toMatch(/\*It failed\.\*\n$/);
    const turns = JSON.parse(json?.text ?? '');
    expect(turns).toHaveLength(81);
    expect(turns[0]).toEqual({
      at: '2026-01-02T00:00:00.000Z',
      from: 'Ada',
      text: 'Is *that* so?',
      quotes: [{ from: 'Bob', text: 'one\ntwo' }],
      files: [{ name: 'cat.png', type: 'image/png', size: 3 }],
      answer: 'It **is**.',
      made: [],
      end: 'stop',
      endedAt: null,
      notice: null,
      model: 'm',
      feedback: 'bad',
    });
    expect(turns.map(({ text }: { text: string }) => text)).not.toContain('text n40');
    expect(turns.at(-1)).toMatchObject({
      text: 'text last',
      end: 'error',
      notice: 'It failed.',
      feedback: null,
    });
    set.expectNoKey();
  });

  it('leaves out the oldest where it would be too large for a platform, and says so', async () => {
    await using set = await commanding();
    for (let i = 0; i < 12; i++) {
      await set.transcripts.append(
        CONVERSATION,
        turnOf(`${i}`, { answer: 'ä'.repeat(450_000), end: 'stop' }),
      );
    }
    const reply = await set.commands.run('export', member, {});
    expect(textOf(reply)).toBe(
      '9 messages with their answers, as Markdown and as JSON. Older ones are left out: a file can have 8 MB at most.',
    );
    for (const { text } of files(reply)) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8 * 2 ** 20);
    const turns = JSON.parse(files(reply)[1]?.text ?? '');
    expect(turns.map(({ text }: { text: string }) => text).at(-1)).toBe('text 11');
  });

  it('says where there is nothing', async () => {
    await using set = await commanding();
    const reply = await set.commands.run('export', member, {});
    expect(reply).toEqual({ type: 'text', text: 'There is nothing in this conversation yet.' });
  });
});
