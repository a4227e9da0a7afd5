/** Task cards of a stream: what Slack refuses is never sent, and what they quote is dead. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pingedBy } from '../../../lab/counterparts/slack/blocks/pings.ts';
import { holdsText } from '../../../src/adapters/slack/answer/blocks.ts';
import { cardOf, sourcesOf } from '../../../src/adapters/slack/answer/streams/cards.ts';
import { createStreamContent } from '../../../src/adapters/slack/answer/streams/stream-content.ts';
import { bytesOf } from '../../../src/adapters/slack/markdown/bytes.ts';
import { blockLines } from '../../../src/adapters/slack/reading/block-text.ts';
import type { Part, PartStep } from '../../../src/chat/answer/surface.ts';
import type { ShownStep } from '../../../src/core/types.ts';

const step = (more: Partial<ShownStep> = {}): ShownStep => ({
  id: 'call_1',
  tool: 'search',
  state: 'running',
  says: 'Searching the web: cats',
  ...more,
});
const part = (text: string, steps: PartStep[] = [], buttons: Part['buttons'] = ['stop']): Part => ({
  text,
  buttons,
  ...(steps.length > 0 && { steps }),
});
const source = (title: string, url = 'https://evil.example/page') =>
  sourcesOf(step({ sources: [{ number: 1, url, title }] }));

describe('a card', () => {
  it.each([
    '<!channel>',
    '<!here|here>',
    '<@U123ABC>',
    '<#C123ABC>',
    '&lt;!channel>',
    '<https://evil.example|bank.com>',
  ])('quotes %s without effect', (query) => {
    const { title } = cardOf(step({ says: `Searching the web: ${query}` }), false);
    expect(title.replaceAll('\u200b', '')).toBe(`Searching the web: ${query}`);
    expect(title).not.toMatch(/<[!@#h]/);
    expect(pingedBy(title, [])).toEqual({ users: [], groups: [], broadcasts: [] });
  });

  it('is short, on one line, with an id that Slack takes, and a title', () => {
    const card = cardOf(step({ id: 'x'.repeat(5_000), says: `a\n\u202eb ${'c '.repeat(2_000)}` }), false);
    expect(card.title).toMatch(/^a b (?:c )+…$/);
    expect(card.title.length).toBeLessThanOrEqual(140);
    expect(card.id.length).toBeLessThanOrEqual(100);
    expect(cardOf(step({ says: ' ' }), false).title).toBe('search');
  });

  it.each([
    ['asked', 'pending', 'complete'],
    ['running', 'in_progress', 'complete'],
    ['done', 'complete', 'complete'],
    ['failed', 'error', 'error'],
    ['unknown', 'error', 'error'],
  ] as const)('of a step that is %s is %s, and %s where the stream ends', (state, live, ended) => {
    expect(cardOf(step({ state }), false).status).toBe(live);
    expect(cardOf(step({ state }), true).status).toBe(ended);
  });

  it('names sources by their titles, by their host where they have none, and never under another host', () => {
    expect(source('Cats')).toEqual([{ type: 'url', url: 'https://evil.example/page', text: 'Cats' }]);
    expect(source('')[0]?.text).toBe('evil.example');
    expect(source('bank.com: log in')[0]?.text).toBe('bank.com: log in (evil.example)');
    expect(source('<!channel> news')[0]?.text).toBe('<\u200b!channel> news');
    expect(source('a\u202e\n'.repeat(500))[0]?.text.length).toBeLessThanOrEqual(100);
    for (const url of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'no address',
      `https://x.example/${'a'.repeat(600)}`,
    ])
      expect(source('x', url)).toEqual([]);
  });
});

describe('the cards of a message that Slack gives back', () => {
  const card = { type: 'task_card', task_id: 'a', title: 'Searching the web: cats', status: 'complete' };

  it('are no words of Parley’s', () => {
    const line = { type: 'context', elements: [{ type: 'plain_text', text: 'Searching the web: cats' }] };
    const own = [
      card,
      { type: 'plan', title: 'Work', tasks: [card] },
      { type: 'markdown', text: 'Small.' },
      line,
    ];
    expect(blockLines(own, true).map(({ text }) => text)).toEqual(['Small.']);
    expect(blockLines([card]).map(({ text }) => text)).toEqual(['Searching the web: cats']);
  });

  it('do not stand for its text where its buttons change', () => {
    expect(holdsText(card as never)).toBe(false);
  });
});

describe('the content of a stream', () => {
  it('has each card where its step began, its changes in place, and its sources once', () => {
    const content = createStreamContent();
    const sources = [{ number: 1, url: 'https://a.example/', title: 'A' }];
    const first = content.next(part('I look. Then', [{ step: step(), after: 7 }]));
    expect(first?.chunks.map((chunk) => ('text' in chunk ? chunk.text : chunk.type))).toEqual([
      'I look.',
      'task_update',
      ' Then',
    ]);
    first?.sent();
    const done = [{ step: step({ state: 'done', sources }), after: 7 }];
    const second = content.next(part('I look. Then more', done));
    expect(second?.chunks).toMatchObject([
      { id: 'call_1', status: 'complete', sources: [{ text: 'A' }] },
      { text: ' more' },
    ]);
    second?.sent();
    expect(content.next(part('I look. Then more', done))?.chunks).toEqual([]);
    expect(
      content.next(part('I look. Then more', [{ step: step({ state: 'failed', sources }), after: 7 }]))
        ?.chunks,
    ).toEqual([{ type: 'task_update', id: 'call_1', title: 'Searching the web: cats', status: 'error' }]);
    expect(content.next(part('Another text'))).toBeUndefined();
  });

  it('that was not taken comes again', () => {
    const content = createStreamContent();
    const wanted = part('Words', [{ step: step(), after: 0 }]);
    expect(content.next(wanted)?.chunks).toHaveLength(2);
    expect(content.next(wanted)?.chunks).toHaveLength(2);
  });

  it('leaves out sources beyond what a stream takes, and says where all of it does not fit', () => {
    const content = createStreamContent();
    const sources = Array.from({ length: 10 }, (_, number) => ({
      number,
      url: `https://a.example/${'p'.repeat(400)}${number}`,
      title: `Title ${number}`,
    }));
    const steps = Array.from({ length: 16 }, (_, index) => ({
      step: step({ id: `call_${index}`, state: 'done', says: 's'.repeat(140), sources }),
      after: 0,
    }));
    const next = content.next(part('words '.repeat(500), steps));
    expect(next?.fits).toBe(true);
    expect(bytesOf(JSON.stringify(next?.chunks))).toBeLessThan(10_500);
    expect(next?.chunks.filter((chunk) => 'sources' in chunk)).toHaveLength(1);
    expect(content.next(part('words '.repeat(1_700), steps))?.fits).toBe(false);
    // Without cards, the document holds the limit.
    expect(content.next(part('x'.repeat(10_500)))?.fits).toBe(true);
  });

  it('is the whole text in its order, however it is cut (property)', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ grows: fc.string(), at: fc.nat(30), state: fc.constantFrom('running', 'done') }),
          { maxLength: 12 },
        ),
        (rounds) => {
          const content = createStreamContent();
          let text = '';
          let shown = '';
          const steps: PartStep[] = [];
          const seen = new Set<string>();
          for (const [index, { grows, at, state }] of rounds.entries()) {
            text += grows;
            steps.push({
              step: step({ id: `s${index}`, state: state as 'done' }),
              after: Math.min(at, text.length),
            });
            const next = content.next(part(text, [...steps]));
            for (const chunk of next?.chunks ?? []) {
              if (chunk.type === 'markdown_text') shown += chunk.text;
              else if (chunk.type === 'task_update') seen.add(chunk.id);
            }
            next?.sent();
            expect(shown).toBe(text);
          }
          expect(seen.size).toBe(steps.length);
        },
      ),
    );
  });

  it('closes the cards that are open', () => {
    const content = createStreamContent();
    content
      .next(
        part('', [
          { step: step(), after: 0 },
          { step: step({ id: 'b', state: 'failed' }), after: 0 },
        ]),
      )
      ?.sent();
    expect(content.openCards()).toMatchObject([{ id: 'call_1', status: 'complete' }]);
  });
});
