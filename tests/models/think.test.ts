import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createThinkFilter, type ThinkOptions } from '../../src/core/models/thoughts/think.ts';
import type { ThinkPiece } from '../../src/core/models/thoughts/think-output.ts';

interface Read extends ThinkOptions {
  isWhole?: boolean;
}

function read(chunks: string[], { isWhole = true, ...options }: Read = {}) {
  const filter = createThinkFilter(options);
  const pieces = [...chunks.flatMap((chunk) => filter.push(chunk)), ...filter.end(isWhole)];
  return { ...told(pieces), beganInside: filter.beganInside };
}

/** The final text, and the text that was shown before it was taken back. */
function told(pieces: ThinkPiece[]) {
  let text = '';
  let thought = '';
  let takenBack = '';
  for (const piece of pieces) {
    if (piece.type === 'text') text += piece.text;
    else if (piece.type === 'thought') thought += piece.text;
    else {
      takenBack = text;
      text = '';
    }
  }
  return { text, thought, takenBack: takenBack.trim() };
}

function expectBoth(text: string, expected: Partial<ReturnType<typeof read>>, options: Read = {}) {
  expect(read([text], options)).toMatchObject(expected);
  expect(read(text.split(''), options)).toMatchObject(expected);
}

describe('reasoning in an answer', () => {
  it.each([
    ['is taken out before it', '<think>plotting</think>\n\nHello', 'Hello', 'plotting'],
    ['is taken out in its middle', 'Hello <think>plotting</think>you', 'Hello you', 'plotting'],
    ['is taken out each time', '<think>a</think>1<think>b</think>2', '12', 'a\n\nb'],
    ['may be nothing', '<think>\n\n</think>\n\nHello', 'Hello', ''],
    ['may hold a tag of its own', '<think>a <think> b</think>Hello', 'Hello', 'a <think> b'],
    ['may be closed twice', '<think>a</think></think>Hello', 'Hello', 'a'],
    ['may be called thinking', '<thinking>plotting</thinking>Hello', 'Hello', 'plotting'],
    ['may be written in capitals', '<THINK>plotting</Think>Hello', 'Hello', 'plotting'],
    ['may be told as Magistral does', '[THINK]plotting[/THINK]Hello', 'Hello', 'plotting'],
    ['may be told as Kimi does', '◁think▷plotting◁/think▷Hello', 'Hello', 'plotting'],
    ['may be told as Gemma does', '<|channel>thought\nplotting<channel|>Hello', 'Hello', 'plotting'],
    ['may hold letters whose small form is longer', '<think>İİİ</think>Hello', 'Hello', 'İİİ'],
    ['that never ends was the answer', '<think>plotting', 'plotting', ''],
    ['that never ends, its end begun', '<think>plotting</thi', 'plotting</thi', ''],
    ['that never ends after the answer began was none', 'Write <think> first', 'Write <think> first', ''],
    ['that never ends after one that did', '<think>a</think>See <think> b', 'See <think> b', 'a'],
  ])('%s', (_, text, shown, thought) => {
    expectBoth(text, { text: shown, thought });
  });

  it.each([
    ['<think>plotting', '', 'plotting'],
    ['Hello <think>plotting', 'Hello ', 'plotting'],
    ['<|channel|>analysis<|message|>plotting', '', 'plotting'],
  ])('that was cut in the middle is not shown: %s', (text, shown, thought) => {
    expectBoth(text, { text: shown, thought }, { isWhole: false });
  });

  it.each([
    ['code', 'Use `<think>` and `</think>` here'],
    ['a fence', 'So:\n```xml\n<think>x</think>\n```\nDone'],
    ['a fence of tildes', 'So:\n~~~\nx</think>\n~~~\nDone'],
    ['a fence in a fence', 'So:\n````\n```\n</think>\n```\n</think>\n````\nDone'],
    ['what is quoted', 'It ends with "</think>", begins with \u201c<thinking>\u201d.'],
    ['other tags', '<thinker>a</thinker> <b>'],
    ['tags that people ask for', 'Sure. <reasoning>It rains.</reasoning>'],
    ['a word that begins like a channel', 'analysis of the data: none'],
    ['the same word alone', 'analysis'],
    ['the same word with a capital', 'AnalysisOfData'],
    ['a token of gpt-oss in prose', 'The token <|end|> ends it, <|start|> begins it.'],
    ['a header that never ends', `See <|channel|> ${'and '.repeat(80)}`],
    ['comparisons', '1 < 2 <t 3 <think'],
  ])('is not %s', (_, text) => {
    expectBoth(text, { text, thought: '', takenBack: '' });
  });

  it('a stray backtick does not keep the tag', () => {
    expectBoth("<think>it's a `\n\nthing</think>A ` here\n<think>b</think>Hello", {
      text: 'A ` here\nHello',
    });
  });

  it('is known while it goes on', () => {
    const filter = createThinkFilter();
    filter.push('<thi');
    expect(filter.isThinking).toBe(false);
    filter.push('nk>');
    expect(filter.isThinking).toBe(true);
    filter.push('</think>');
    expect(filter.isThinking).toBe(false);
  });

  it('holds back no more than what may be a tag', () => {
    const filter = createThinkFilter();
    expect(filter.push('Hello <thin')).toEqual([{ type: 'text', text: 'Hello ' }]);
    expect(filter.push('g>')).toEqual([{ type: 'text', text: '<thing>' }]);
    expect(filter.end(true)).toEqual([]);
  });
});

describe('a block that the chat template opened', () => {
  it.each([
    ['Let me see.\n</think>\n\nHello', 'Hello', 'Let me see.'],
    ['Let me see.</thinking>Hello', 'Hello', 'Let me see.'],
    ['Is `a` or `b right?\nHm.</think>Hello', 'Hello', 'Is `a` or `b right?\nHm.'],
    ['The answer is "42"</think>Hello', 'Hello', 'The answer is "42"'],
    ['It says (so)</think>)Hello', ')Hello', 'It says (so)'],
    ['Let me see.</think>Hello</think>', 'Hello</think>', 'Let me see.'],
  ])('is taken back once the answer begins: %j', (text, shown, thought) => {
    expectBoth(text, { text: shown, thought, takenBack: thought, beganInside: true });
  });

  it('is taken back together with the first word of the answer', () => {
    const filter = createThinkFilter();
    expect(filter.push('Let me see.')).toEqual([{ type: 'text', text: 'Let me see.' }]);
    expect(filter.push('</think>\n\n')).toEqual([]);
    expect(filter.isThinking).toBe(true);
    expect(filter.push('Hello')).toEqual([
      { type: 'retract' },
      { type: 'thought', text: 'Let me see.' },
      { type: 'text', text: 'Hello' },
    ]);
  });

  it('was the answer where nothing follows', () => {
    expectBoth('Hello.</think>\n', { text: 'Hello.', thought: '', beganInside: false });
  });

  it('takes nothing back where nothing was shown', () => {
    expectBoth('\n</think>\n\nHello', { text: 'Hello', thought: '', takenBack: '' });
  });

  it('is held back from the start where the model is known for it', () => {
    const filter = createThinkFilter({ beganInside: true });
    expect(filter.push('Let me see.')).toEqual([]);
    expect(filter.isThinking).toBe(true);
    expect(filter.push('</think>Hello')).toEqual([
      { type: 'thought', text: 'Let me see.' },
      { type: 'text', text: 'Hello' },
    ]);
    expect(filter.beganInside).toBe(true);
  });

  it('may be opened by a known model all the same', () => {
    expectBoth('<think>hm</think>Hello', { text: 'Hello', thought: 'hm' }, { beganInside: true });
  });

  it('was none where a known model comes to its end without closing it', () => {
    expectBoth('Hello', { text: 'Hello', thought: '', beganInside: false }, { beganInside: true });
    expectBoth('Let me', { text: '', thought: 'Let me' }, { beganInside: true, isWhole: false });
  });

  it('is prose within an answer whose reasoning came apart', () => {
    const isSentApart = () => true;
    expectBoth('A </think> ends it', { text: 'A </think> ends it' }, { isSentApart });
    expectBoth('</think>Hello', { text: 'Hello' }, { isSentApart });
  });
});

describe('the channels of gpt-oss', () => {
  it.each([
    [
      'as the model writes them',
      '<|channel|>analysis<|message|>plotting<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>',
    ],
    [
      'with the header of the first message',
      '<|start|>assistant<|channel|>analysis<|message|>plotting<|end|><|start|>assistant<|channel|>final<|message|>Hello',
    ],
    [
      'without the beginning of the header',
      'analysis<|message|>plotting<|end|><|start|>assistant<|channel|>final<|message|>Hello',
    ],
    [
      'with a constraint, and without an end between them',
      '<|channel|>analysis<|message|>plotting<|start|>assistant<|channel|>final <|constrain|>text<|message|>Hello<|end|>',
    ],
    ['without its special tokens', 'analysisPlotting.assistantfinalHello'],
    [
      'without a role between them',
      '<|channel|>analysis<|message|>plotting<|end|><|channel|>final<|message|>Hello',
    ],
  ])('%s', (_, text) => {
    const thought = expect.stringMatching(/^plotting\.?$/i);
    expectBoth(text, { text: 'Hello', thought, takenBack: '' });
  });

  it('are thoughts also where they are for tools', () => {
    const text =
      '<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary to=functions.x <|constrain|>json<|message|>{"b":1}<|call|>' +
      '<|start|>assistant<|channel|>final<|message|>Hello';
    expectBoth(text, { text: 'Hello', thought: 'a\n\n{"b":1}' });
  });

  it('without a final one leave nothing to show', () => {
    expectBoth('<|channel|>analysis<|message|>plotting<|end|>', { text: '', thought: 'plotting' });
  });
});

describe('however a text is cut into chunks', () => {
  const piece = fc.constantFrom(
    ...[
      '<think>',
      '</think>',
      '<thinking>',
      '</thinking>',
      '<',
      '</',
      'think',
      '>',
      '`',
      '```',
      '~~~',
      '"',
      ' ',
      '\n',
    ],
    ...['word', 'é👩‍👧', 'İ', '[THINK]', '[/THINK]', 'analysis', 'final', '|channel|', 'and '.repeat(40)],
    ...['<|channel|>', '<|start|>', '<|message|>', '<|end|>', '<|constrain|>', '<reasoning>', '</reasoning>'],
  );
  const tagged = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  const cuts = fc.array(fc.nat(200), { maxLength: 20 });
  const options = fc.record({ beganInside: fc.boolean(), isWhole: fc.boolean() });

  it('the same is shown, and the same is thought', () => {
    fc.assert(
      fc.property(tagged, cuts, options, (text, at, options) => {
        expect(read(cut(text, at), options)).toEqual(read([text], options));
        expect(read(text.split(''), options)).toEqual(read([text], options));
      }),
      { numRuns: 3_000 },
    );
  });

  it('a text without tags comes through, but for white space before its first word', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', 'a', ' ', '`', '\n', '>', '/', '|') }),
        cuts,
        (text, at) => {
          expect(read(cut(text, at)).text).toBe(text.trimStart());
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('nothing is shown that was not there, nor in another order', () => {
    fc.assert(
      fc.property(tagged, cuts, options, (text, at, options) => {
        expect(isSubsequence(read(cut(text, at), options).text, text)).toBe(true);
      }),
    );
  });
});

function cut(text: string, at: number[]): string[] {
  const places = [0, ...at.filter((place) => place < text.length).sort((a, b) => a - b), text.length];
  return places.slice(1).map((place, index) => text.slice(places[index], place));
}

function isSubsequence(part: string, whole: string): boolean {
  let from = 0;
  for (const letter of part.split('')) {
    from = whole.indexOf(letter, from) + 1;
    if (from === 0) return false;
  }
  return true;
}
