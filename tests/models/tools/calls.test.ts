/** Calls of function tools, in both APIs. */
import { describe, expect, it } from 'vitest';
import { event, startModelServer, streams, text } from '../../../lab/counterparts/model-server.ts';
import { callItem, callsTools, completes } from '../../../lab/counterparts/model-tools/steps.ts';
import { APIS, ask, modelAt } from '../ask.ts';
import { callsOf, chunksOf, offer, withTools } from './ask-tools.ts';

const CALL = { id: 'call_a', name: 'web_search', input: { query: 'moon' } };

describe.concurrent.each(APIS)('a call of a tool (%s)', (api) => {
  it('comes whole, right before the end, and is an answer', async () => {
    await using server = await startModelServer();
    server.respond(streams(text('Let me look.'), callsTools(CALL, { ...CALL, id: 'call_b' })));
    const {
      chunks,
      text: said,
      end,
    } = await ask(modelAt(server.url, api), {
      request: withTools(offer(['web_search'])),
    });
    expect(said).toBe('Let me look.');
    const call = { name: 'web_search', arguments: '{"query":"moon"}' };
    expect(callsOf(chunks)).toEqual([
      { id: 'call_a', ...call },
      { id: 'call_b', ...call },
    ]);
    expect(chunks.slice(-3).map(({ type }) => type)).toEqual(['call', 'call', 'end']);
    expect(end).toMatchObject({ end: 'stop', sent: { api } });
  });

  it('is an answer also without text', async () => {
    await using server = await startModelServer();
    server.respond(streams(callsTools(CALL)));
    const { chunks, end } = await ask(modelAt(server.url, api), {
      request: withTools(offer(['web_search'])),
    });
    expect(callsOf(chunks)).toHaveLength(1);
    expect(end).not.toHaveProperty('failure');
    expect(server.requests).toHaveLength(1);
  });

  it('goes back with its outcome', async () => {
    await using server = await startModelServer();
    server.respond(streams(callsTools(CALL)));
    const model = modelAt(server.url, api);
    const tools = offer(['web_search']);
    const { end } = await ask(model, { request: withTools(tools) });
    const calls = [{ id: 'call_a', name: 'web_search', arguments: '{"query":"moon"}', output: 'A rock.' }];
    for (const sent of [end.sent, undefined]) {
      const before = { role: 'assistant' as const, text: '', calls, ...(sent && { sent }) };
      await ask(model, { request: withTools(tools, 'Hello?', before) });
      const { messages, input } = server.requests.at(-1)?.body ?? {};
      if (api === 'chat') {
        expect((messages as unknown[]).slice(-2)).toEqual([
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: 'call_a',
                type: 'function',
                function: { name: 'web_search', arguments: '{"query":"moon"}' },
              },
            ],
          },
          { role: 'tool', tool_call_id: 'call_a', content: 'A rock.' },
        ]);
      } else {
        expect((input as unknown[]).slice(-2)).toEqual([
          sent
            ? callItem(CALL)
            : { type: 'function_call', call_id: 'call_a', name: 'web_search', arguments: '{"query":"moon"}' },
          { type: 'function_call_output', call_id: 'call_a', output: 'A rock.' },
        ]);
      }
    }
  });
});

describe.concurrent('the Responses API', () => {
  it('tells progress, a search, its pages and citations', async () => {
    await using server = await startModelServer();
    const search = {
      type: 'web_search_call',
      id: 'ws_1',
      status: 'completed',
      action: {
        type: 'search',
        queries: ['moon'],
        sources: [{ type: 'url', url: 'https://moon.example/?utm_source=openai' }],
      },
    };
    const citation = {
      type: 'url_citation',
      url: 'https://moon.example/',
      title: 'Moon',
      start_index: 0,
      end_index: 4,
    };
    server.respond(
      streams(
        event({
          type: 'response.output_item.added',
          output_index: 0,
          item: { type: 'message', id: 'msg_0', phase: 'commentary' },
        }),
        event({
          type: 'response.output_text.delta',
          output_index: 0,
          item_id: 'msg_0',
          delta: 'I look it up.',
        }),
        event({
          type: 'response.output_item.added',
          output_index: 1,
          item: { type: 'web_search_call', id: 'ws_1', status: 'in_progress' },
        }),
        event({ type: 'response.web_search_call.searching', output_index: 1, item_id: 'ws_1' }),
        event({ type: 'response.output_item.done', output_index: 1, item: search }),
        event({ type: 'response.output_text.delta', output_index: 2, item_id: 'msg_1', delta: 'A rock.' }),
        event({
          type: 'response.output_text.annotation.added',
          output_index: 2,
          item_id: 'msg_1',
          annotation: citation,
        }),
        completes([], {
          tool_usage: { web_search: { num_requests: 2 } },
          usage: { input_tokens: 7, output_tokens: 2 },
        }),
      ),
    );
    const {
      chunks,
      text: said,
      end,
    } = await ask(modelAt(server.url, 'responses'), {
      request: withTools(offer([], ['web_search'])),
    });
    expect(said).toBe('A rock.');
    expect(chunksOf(chunks, 'progress')).toEqual([{ type: 'progress', text: 'I look it up.' }]);
    expect(chunksOf(chunks, 'hosted').map(({ call }) => call)).toEqual([
      { id: 'ws_1', tool: 'web_search', state: 'running' },
      {
        id: 'ws_1',
        tool: 'web_search',
        state: 'done',
        input: 'moon',
        found: [{ url: 'https://moon.example/', title: '' }],
      },
    ]);
    expect(chunksOf(chunks, 'cited')).toEqual([
      { type: 'cited', page: { url: 'https://moon.example/', title: 'Moon' } },
    ]);
    expect(end.billed?.hosted).toEqual({ searches: 2 });
  });
});
