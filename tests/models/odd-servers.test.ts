/** Shapes that real servers have been seen to send, and that must end like any other. */
import { describe, expect, it } from 'vitest';
import {
  type Api,
  type Behaviour,
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
} from '../counterparts/model-server.ts';
import { ask, modelAt } from './ask.ts';

async function answerOf(api: Api, behaviour: Behaviour) {
  await using server = await startModelServer();
  server.respond(behaviour);
  return await ask(modelAt(server.url, api));
}

describe('a whole answer is whole', () => {
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

describe('what is no model API is said to be none', () => {
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

describe('a failure that says little', () => {
  it.each<[string, Api, Behaviour]>([
    ['response.failed without a response', 'responses', streams(event({ type: 'response.failed' }))],
    ['an error line in the form of vLLM', 'responses', streams(event({ object: 'error', message: 'no' }))],
    ['an error as a string, undeclared', 'chat', streamsAs({}, event({ error: 'no' }))],
  ])('is the provider’s: %s', async (_, api, behaviour) => {
    expect((await answerOf(api, behaviour)).end).toMatchObject({ end: 'error', failure: { kind: 'server' } });
  });
});
