/** A provider caches the beginning of a prompt, so calls stand in later prompts as they stood while they were made. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelChunk, ModelMessage } from '../../../src/core/models/model.ts';
import type { SentItems } from '../../../src/core/models/tool.ts';
import { startConversing } from '../conversing.ts';
import { saying } from '../scripted-model.ts';
import { toolOf } from './with-tools.ts';

const call = fc.record({
  name: fc.constantFrom('look_up', 'draw', 'nothing_of_that_name'),
  value: fc.string({ maxLength: 40, unit: 'grapheme' }),
  isBroken: fc.boolean(),
});
const round = fc.record({
  text: fc.string({ maxLength: 60, unit: 'grapheme' }),
  calls: fc.array(call, { minLength: 1, maxLength: 3 }),
  hasItems: fc.boolean(),
});
const turn = fc.record({
  rounds: fc.array(round, { maxLength: 3 }),
  answer: fc.string({ maxLength: 200, unit: 'grapheme' }),
});
type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;

const draw = {
  ...toolOf('draw', (value) => ({
    text: 'drawn',
    files: [{ name: 'a.png', type: 'image/png', bytes: PNG, alt: value }],
  })),
  family: 'pictures' as const,
};
const lookUp = toolOf('look_up', (value) => ({ text: `found ${value}` }));
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de', 'hex');

function* respond({ text, calls, hasItems }: Round): Iterable<ModelChunk> {
  if (text !== '') yield { type: 'text', text } as const;
  for (const [i, { name, value, isBroken }] of calls.entries())
    yield {
      type: 'call',
      call: { id: `call_${i}`, name, arguments: isBroken ? '{"value":' : JSON.stringify({ value }) },
    } as const;
  const sent: SentItems = { api: 'responses', by: 'x', items: [{ type: 'reasoning', text }] };
  yield { type: 'end', end: 'stop', ...(hasItems && { sent }) } as const;
}

describe('the prompt with tools', () => {
  it('only grows, within a turn and from turn to turn (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 2, maxLength: 8 }), async (turns) => {
        let left: Round[] = [];
        let answer = '';
        const talk = startConversing({
          budgetTokens: 1_000_000,
          tools: [lookUp, draw],
          answer: () => {
            const next = left.shift();
            return next ? respond(next) : answer === '' ? [{ type: 'end', end: 'stopped' }] : saying(answer);
          },
        });
        let last: ModelMessage[] = [];
        for (const [i, one] of turns.entries()) {
          [left, answer] = [[...one.rounds], one.answer];
          const before = talk.requests.length;
          await talk.ask(`question ${i}`);
          for (const { messages } of talk.requests.slice(before)) {
            expect(messages.slice(0, last.length)).toEqual(last);
            last = messages;
          }
          const [kept] = (await talk.transcripts.read('test:space:channel', { limit: 1 })).turns;
          const isShown = kept && (kept.answer !== '' || kept.files !== undefined);
          // A turn without an answer is not shown again.
          if (!isShown) last = talk.requests[before]?.messages.slice(0, -1) ?? [];
        }
      }),
      { numRuns: 60 },
    );
  });

  it('shows a made picture before the next question, with its number', async () => {
    let count = 0;
    const talk = startConversing({
      budgetTokens: 100_000,
      tools: [draw],
      answer: () =>
        count++ === 0
          ? respond({
              text: '',
              calls: [{ name: 'draw', value: 'a red cat', isBroken: false }],
              hasItems: false,
            })
          : saying('Here.'),
    });
    const picture = { id: 'p', name: 'dog.png', type: 'image/png', size: 3 };
    await talk.attachments.put('test:space:channel', picture, Buffer.from('png'));
    const first = await talk.ask('a cat like this dog', { attachments: [picture] });
    expect(first.messages[0]?.text).toBe('a cat like this dog\n\n[picture 1: "dog.png"]');
    const second = await talk.ask('make it blue');
    expect(second.messages.at(-1)).toMatchObject({
      text: '[picture 2, which you made: "a red cat"]\n\nmake it blue',
      images: [{ name: 'a.png', type: 'image/png' }],
    });
    expect(second.messages[1]?.calls?.[0]?.output).toContain('[picture 2, shown to the person: "a.png"]');
    const third = await talk.ask('and again', { attachments: [{ ...picture, id: 'q' }] });
    expect(third.messages.at(-1)?.text).toMatch(/^and again\n\n\[picture 3, no longer shown to you/);
    expect(third.messages.slice(0, second.messages.length)).toEqual(second.messages);
  });
});
