import { describe, expect, it } from 'vitest';
import { createDemoModel } from '../../src/core/models/demo.ts';
import { type Answer, ask, requestOf } from './ask.ts';

async function answerTo(...texts: string[]): Promise<Answer> {
  return await ask(createDemoModel(), { request: requestOf(...texts) });
}

describe.concurrent('the demo', () => {
  it('says what it is and how to get a real model', async () => {
    const { text, end } = await answerTo('What is the capital of France?');
    expect(end).toEqual({ type: 'end', end: 'stop' });
    expect(text).toMatch(/built-in demo/);
    expect(text).toMatch(/no language model/i);
    expect(text).toContain('OPENAI_API_KEY');
    expect(text).toContain('OPENAI_BASE_URL');
    expect(text).not.toContain('Paris');
  });

  it('streams word by word', async () => {
    const { chunks, text } = await answerTo('Hello');
    const words = chunks.filter((chunk) => chunk.type === 'text');
    expect(words.length).toBeGreaterThan(40);
    expect(words.every((word) => /^\s*\S+$/.test(word.text))).toBe(true);
    expect(text).not.toMatch(/^\s/);
  });

  it('shows that it has the conversation in front of it', async () => {
    expect((await answerTo('Hello')).text).toContain('message 1 of this conversation');
    const { text } = await answerTo('One', 'Two', 'Three');
    expect(text).toContain('`Three`');
    expect(text).toContain('message 3 of this conversation');
    expect(text).toContain('all 3');
  });

  it('quotes a message so that it cannot leave the quotation', async () => {
    const { text } = await answerTo('``` out\n\n# of `it` <b>');
    expect(text).toContain('You wrote: `out # of it <b>`.');
  });

  it('quotes the beginning of a long one, without half a letter', async () => {
    const { text } = await answerTo('👩'.repeat(5_000));
    expect(text.length).toBeLessThan(2_000);
    expect(text.isWellFormed()).toBe(true);
    expect((await answerTo(`a${'👩'.repeat(5_000)}`)).text.isWellFormed()).toBe(true);
  });

  it('answers nothing as well', async () => {
    expect((await ask(createDemoModel(), { request: requestOf() })).end.end).toBe('stop');
    expect((await answerTo('')).end.end).toBe('stop');
  });

  it('stops in the middle', async () => {
    const person = new AbortController();
    let words = 0;
    const answer = await ask(createDemoModel(), {
      signal: person.signal,
      onChunk: () => ++words === 3 && person.abort(),
    });
    expect(answer.end).toEqual({ type: 'end', end: 'stopped' });
    expect(answer.chunks).toHaveLength(4);
  });

  it('stopped before it began says nothing', async () => {
    const answer = await ask(createDemoModel(), { signal: AbortSignal.abort() });
    expect(answer.chunks).toEqual([{ type: 'end', end: 'stopped' }]);
  });
});
