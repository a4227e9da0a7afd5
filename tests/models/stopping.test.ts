import { describe, expect, it } from 'vitest';
import {
  answers,
  CANARY,
  fails,
  finish,
  hangs,
  stall,
  startModelServer,
  streams,
  text,
  thinking,
} from '../../lab/counterparts/model-server.ts';
import { UNMETERED } from '../../src/core/models/model.ts';
import { APIS, ask, gate, modelAt, requestOf } from './ask.ts';

describe.each(APIS)('%s: a stop', (api) => {
  it('before anything was sent sends nothing', async () => {
    await using server = await startModelServer();
    const answer = await ask(modelAt(server.url, api), { signal: AbortSignal.abort() });
    expect(answer.chunks).toEqual([{ type: 'end', end: 'stopped' }]);
    expect(server.requests).toHaveLength(0);
  });

  it('before the provider answers closes the request', async () => {
    await using server = await startModelServer();
    server.respond(hangs);
    const person = new AbortController();
    const asked = ask(modelAt(server.url, api), { signal: person.signal });
    await server.received(1);
    person.abort();
    expect((await asked).chunks).toEqual([{ type: 'end', end: 'stopped' }]);
    expect(await server.requests[0]?.closed).toBe('gone');
  });

  it('in the middle keeps what came and closes the request', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('Half '), text('an answer'), stall));
    const person = new AbortController();
    let said = '';
    const answer = await ask(modelAt(server.url, api), {
      signal: person.signal,
      onChunk(chunk) {
        if (chunk.type === 'text') said += chunk.text;
        if (said === 'Half an answer') person.abort();
      },
    });
    expect(answer.end).toEqual({ type: 'end', end: 'stopped' });
    expect(answer.text).toBe('Half an answer');
    expect(await server.requests[0]?.closed).toBe('gone');
    expect(server.requests).toHaveLength(1);
  });

  it('while the model thinks', async () => {
    await using server = await startModelServer();
    server.respond(streams(thinking('hmm'), stall));
    const person = new AbortController();
    const answer = await ask(modelAt(server.url, api), {
      signal: person.signal,
      onChunk: () => person.abort(),
    });
    expect(answer.end).toEqual({ type: 'end', end: 'stopped' });
    expect(await server.requests[0]?.closed).toBe('gone');
  });

  it('while it waits to ask again asks no more', async () => {
    await using server = await startModelServer();
    server.respond(fails(503, {}, { 'retry-after': '15' }), answers('Too late.'));
    const person = new AbortController();
    const answer = await ask(modelAt(server.url, api), {
      signal: person.signal,
      onChunk: (chunk) => chunk.type === 'status' && person.abort(),
    });
    expect(answer.statuses).toEqual(['retrying']);
    expect(answer.end).toEqual({ type: 'end', end: 'stopped' });
    expect(answer.text).toBe('');
    expect(server.requests).toHaveLength(1);
  });

  it('of a reader that goes away closes the request', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('Half'), stall));
    for await (const chunk of modelAt(server.url, api).stream(
      requestOf('?'),
      UNMETERED,
      new AbortController().signal,
    )) {
      if (chunk.type === 'text') break;
    }
    expect(await server.requests[0]?.closed).toBe('gone');
  });

  it('of one answer leaves another of the same model alone', async () => {
    await using server = await startModelServer();
    const model = modelAt(server.url, api);
    const stopped = gate();
    server.respond(
      streams(text('One'), stall),
      streams(text('Two'), () => stopped.opened, text(', whole'), finish()),
    );
    const person = new AbortController();
    const first = ask(model, { signal: person.signal });
    await server.received(1);
    const second = ask(model, { onChunk: () => person.abort() });
    expect((await first).end.end).toBe('stopped');
    stopped.open();
    expect(await second).toMatchObject({ text: 'Two, whole', end: { end: 'stop' } });
  });

  it('says nothing of what the provider wrote', async () => {
    await using server = await startModelServer();
    server.respond(fails(429, {}, { 'retry-after': '10' }));
    const person = new AbortController();
    const answer = await ask(modelAt(server.url, api), {
      signal: person.signal,
      onChunk: () => person.abort(CANARY),
    });
    expect(JSON.stringify(answer.chunks)).not.toContain(CANARY);
  });
});
