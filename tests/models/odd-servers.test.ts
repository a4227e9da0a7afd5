/** Shapes that real servers have been seen to send, and that must end like any other. */
import { describe, expect, it } from 'vitest';
import type { Api, Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  answersWhole,
  chatChunk,
  done,
  event,
  finish,
  line,
  replies,
  repliesJson,
  reset,
  stall,
  startModelServer,
  streams,
  streamsAs,
  text,
} from '../../lab/counterparts/model-server.ts';
import { ask, modelAt } from './ask.ts';

const LONG = 'A line of \u{1f600}.\n'.repeat(75_000);

async function answerOf(api: Api, behaviour: Behaviour) {
  await using server = await startModelServer();
  server.respond(behaviour);
  return await ask(modelAt(server.url, api));
}

describe.concurrent('a whole answer is whole', () => {
  it('when the connection breaks behind its end', async () => {
    const answer = await answerOf('chat', streams(text('All.'), finish(), reset));
    expect(answer).toMatchObject({ text: 'All.', end: { end: 'stop' } });
  });

  it('when the server never closes behind its end', async () => {
    const answer = await answerOf('chat', streams(text('All.'), finish(), stall));
    expect(answer).toMatchObject({ text: 'All.', end: { end: 'stop' } });
  });

  it('when an error comes behind its end', async () => {
    for (const error of [
      event({ error: 'no' }),
      event({ object: 'error', message: 'no' }),
      line('data: {'),
    ]) {
      const answer = await answerOf('chat', streams(text('All.'), finish(), error));
      expect(answer).toMatchObject({ text: 'All.', end: { end: 'stop' } });
    }
  });

  it('when it is two million characters long, and the events of its end hold all of it once more', async () => {
    const piece = 'It said: "é is [not] {e}".\n'.repeat(400);
    const pieces = Array.from({ length: Math.ceil(2_000_000 / piece.length) }, () => piece);
    const part = { type: 'output_text', text: pieces.join('') };
    const item = { type: 'message', role: 'assistant', content: [part] };
    const answer = await answerOf(
      'responses',
      streams(
        ...pieces.map(text),
        event({ type: 'response.output_text.done', text: part.text }),
        event({ type: 'response.content_part.done', part }),
        event({ type: 'response.output_item.done', item }),
        event({
          type: 'response.completed',
          response: {
            status: 'completed',
            output: [item],
            usage: { input_tokens: 7, output_tokens: 500_000 },
          },
        }),
      ),
    );
    expect(answer.text).toHaveLength(part.text.length);
    expect(answer.end).toEqual({
      type: 'end',
      end: 'stop',
      usage: { input: 7, cached: 0, output: 500_000, reasoning: 0 },
    });
  });

  it.each<[string, Api, Behaviour]>([
    ['one event', 'chat', streams(text(LONG), finish(), done)],
    [
      'one event without any before it',
      'responses',
      streams(event({ type: 'response.output_text.done', text: LONG }), finish()),
    ],
    ['one piece', 'chat', answersWhole(LONG)],
    ['one piece', 'responses', answersWhole(LONG)],
  ])('when a million characters come in %s (%s), and then it comes in steps', async (_, api, behaviour) => {
    const { chunks, text, end } = await answerOf(api, behaviour);
    expect([text === LONG, end.end]).toEqual([true, 'stop']);
    const lengths = chunks.map((chunk) => (chunk.type === 'text' ? chunk.text.length : 0));
    expect(Math.max(...lengths)).toBeLessThan(5_000);
  });

  it('when a delta is no text, or what should be a list is none', async () => {
    for (const odd of [7, {}, [], true, null]) {
      const answer = await answerOf(
        'responses',
        streams(
          event({ type: 'response.reasoning_text.delta', delta: odd }),
          event({ type: 'response.output_text.delta', delta: odd }),
          event({ type: 'response.output_text.done', text: odd }),
          event({ type: 'response.output_item.added', item: odd }),
          text('All.'),
          event({ type: 'response.completed', response: { output: [{ type: 'message', content: odd }] } }),
        ),
      );
      expect(answer).toMatchObject({ text: 'All.', end: { end: 'stop' } });
      const output = [
        odd,
        { type: 'reasoning', content: odd, summary: [odd] },
        { type: 'message', content: odd },
        { type: 'message', content: [odd, { text: odd }, { text: 'All.' }] },
      ];
      const whole = await answerOf('responses', repliesJson(200, { object: 'response', output }));
      expect(whole).toMatchObject({ text: 'All.', end: { end: 'stop' } });
    }
  });

  it('when the event of its end holds nothing', async () => {
    const answer = await answerOf('responses', streams(text('All.'), event({ type: 'response.completed' })));
    expect(answer).toMatchObject({ text: 'All.', end: { end: 'stop' } });
  });

  it('when a chunk holds no choice, or none that is one', async () => {
    const odd = [event(null), event({ choices: [null] }), event({ choices: null }), event(chatChunk({}))];
    const answer = await answerOf('chat', streams(...odd, text('All.'), finish(), done));
    expect(answer).toMatchObject({ text: 'All.', end: { end: 'stop' } });
  });

  it('when its text comes as a list of parts', async () => {
    const parts = event(
      chatChunk({ content: [{ type: 'text', text: 'All' }, { type: 'thinking' }, { text: '.' }] }),
    );
    expect(await answerOf('chat', streams(parts, finish(), done))).toMatchObject({
      text: 'All.',
      end: { end: 'stop' },
    });
  });
});

describe.concurrent('what is no model API is said to be none', () => {
  it.each<[string, Behaviour]>([
    ['204', ({ response }) => void response.writeHead(204).end()],
    ['a page without a type', replies(200, '', '<html><body>Hello</body></html>')],
    ['a page that says it is text', replies(200, 'text/plain', '<html><body>Hello</body></html>')],
    ['nothing at all', replies(200, 'text/plain', '')],
    ['JSON of something else', repliesJson(200, { hello: 'world' })],
  ])('%s', async (_, behaviour) => {
    for (const api of ['chat', 'responses'] as const) {
      expect((await answerOf(api, behaviour)).end).toMatchObject({
        end: 'error',
        failure: { kind: 'not-an-api' },
      });
    }
  });
});

describe.concurrent('a failure that says little', () => {
  it.each<[string, Api, Behaviour]>([
    ['response.failed without a response', 'responses', streams(event({ type: 'response.failed' }))],
    ['an error line in the form of vLLM', 'responses', streams(event({ object: 'error', message: 'no' }))],
    ['an error as a string, undeclared', 'chat', streamsAs({}, event({ error: 'no' }))],
  ])('is the provider’s: %s', async (_, api, behaviour) => {
    expect((await answerOf(api, behaviour)).end).toMatchObject({ end: 'error', failure: { kind: 'server' } });
  });
});
