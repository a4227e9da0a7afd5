/** A provider caches the beginning of a prompt: each prompt begins with the one before, byte for byte, but for jumps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelMessage } from '../../src/core/models/model.ts';
import type { Attachment, Message } from '../../src/core/types.ts';
import { messageOf } from '../fixtures.ts';
import { noteIn, startConversing } from './conversing.ts';
import { saying } from './scripted-model.ts';

const MB = 2 ** 20;
/** Two people of one name, one who changed their name, and one without. */
const AUTHORS: Message['author'][] = [
  { id: 'a', name: 'Ada' },
  { id: 'b', name: 'ada ' },
  { id: 'b', name: 'Bea' },
  { id: 'c', name: '' },
];

const turns = fc.array(
  fc.record({
    author: fc.constantFrom(...AUTHORS),
    text: fc.string({ maxLength: 400, unit: 'grapheme' }),
    answer: fc.oneof(
      { weight: 5, arbitrary: fc.string({ minLength: 1, maxLength: 600, unit: 'grapheme' }) },
      { weight: 1, arbitrary: fc.constant('') },
    ),
    quote: fc.option(fc.string({ maxLength: 200 }), { freq: 4 }),
    /** MB. */
    picture: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 5 }),
    summary: fc.constantFrom('kept', 'kept', 'failed'),
  }),
  { minLength: 20, maxLength: 60 },
);

const pictureOf = (id: string, size: number): Attachment => ({
  id,
  name: `${id}.png`,
  type: 'image/png',
  size: size * MB,
});

const noteOf = ([first]: ModelMessage[]) => (first?.text.startsWith('[A summary of') ? first.text : '');

/** The turns of a prompt, without the note, and without what became of its pictures. */
const saidIn = (messages: ModelMessage[]) =>
  messages
    .filter(({ text }) => !text.startsWith('[A summary of'))
    .map(({ text }) => text.split('\n\n[file')[0]);

describe('the prompt', () => {
  it('only grows between two jumps (property)', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (all) => {
        let now = all[0];
        const talk = startConversing({
          budgetTokens: 1_500,
          answer: () => (now?.answer ? saying(now.answer) : [{ type: 'end', end: 'stopped' }]),
          summary: () => (now?.summary === 'kept' ? saying(`Facts: ${now.text}`) : saying('')),
        });
        let expected: ModelMessage[] = [];
        let jumps = 0;
        for (const [i, turn] of all.entries()) {
          now = turn;
          const pictures = turn.picture ? [pictureOf(`p${i}`, turn.picture)] : [];
          for (const picture of pictures)
            await talk.attachments.put('test:space:channel', picture, Buffer.from('png'));
          const { messages } = await talk.ask(`${i} ${turn.text}`, {
            author: turn.author,
            attachments: pictures,
            ...(turn.quote !== null && { quotes: [{ from: 'Cid', text: turn.quote }] }),
          });
          const begun = messages.slice(0, expected.length);
          if (JSON.stringify(begun) !== JSON.stringify(expected)) {
            jumps++;
            // The window or its pictures jumped: it begins with another turn or another note, or pictures were let go. The
            // turn stays the same where those before it, which the window let go, are not shown, or where it is held.
            const isWindow =
              saidIn(messages)[0] !== saidIn(expected)[0] || noteOf(messages) !== noteOf(expected);
            const shown = (list: ModelMessage[]) => list.flatMap(({ images = [] }) => images).length;
            expect(isWindow || shown(begun) < shown(expected)).toBe(true);
          }
          const [kept] = (await talk.transcripts.read('test:space:channel', { limit: 1 })).turns;
          expected = kept?.answer
            ? [...messages, { role: 'assistant', text: kept.answer }]
            : messages.slice(0, -1);
        }
        // 75 % of 1,500 tokens less the note at a time, twice if a long turn is held, and 10 MB of pictures.
        const { bytes } = await talk.transcripts.read('test:space:channel', { limit: 1 });
        const megabytes = all.reduce((sum, { picture }) => sum + (picture ?? 0), 0);
        expect(jumps).toBeLessThanOrEqual(2 * Math.ceil(bytes / 3_445) + Math.ceil(megabytes / 8));
      }),
      { numRuns: 40 },
    );
  });

  it('loses the older half of its pictures in one step when they are too large together', async () => {
    const talk = startConversing({ budgetTokens: 100_000 });
    const shown: string[][] = [];
    for (let i = 0; i < 9; i++) {
      const picture = pictureOf(`p${i}`, 4);
      await talk.attachments.put('test:space:channel', picture, Buffer.from('png'));
      const { messages } = await talk.ask(`picture ${i}`, { attachments: [picture] });
      shown.push(messages.flatMap(({ images = [] }) => images.map(({ name }) => name.slice(0, 2))));
    }
    expect(shown.map((names) => names.join(' '))).toEqual([
      'p0',
      'p0 p1',
      'p0 p1 p2',
      'p0 p1 p2 p3',
      'p0 p1 p2 p3 p4',
      'p4 p5',
      'p4 p5 p6',
      'p4 p5 p6 p7',
      'p4 p5 p6 p7 p8',
    ]);
  });

  it('has the pictures of its question, however large those before were', async () => {
    const talk = startConversing({ budgetTokens: 100_000 });
    const pictures = [pictureOf('a', 19), pictureOf('b', 19), pictureOf('c', 21), pictureOf('d', 1)];
    for (const picture of pictures)
      await talk.attachments.put('test:space:channel', picture, Buffer.from('png'));
    await talk.ask('one', { attachments: pictures.slice(0, 1) });
    const { messages } = await talk.ask('three', { attachments: pictures.slice(1) });
    expect(messages.flatMap(({ images = [] }) => images.map(({ name }) => name))).toEqual(['b.png', 'd.png']);
    expect(messages.at(-1)?.text).toContain('[file no longer shown to you: "c.png"]');
  });

  it('of a message older than the window is that of its own time', async () => {
    const talk = startConversing();
    await talk.ask('the first');
    const before = await talk.ask('the second');
    const later = await talk.talk(3);
    expect(noteIn(later)).toBeDefined();
    const again = await talk.again(messageOf('m1', 'the second'));
    expect(again).toEqual(before);
  });
});
