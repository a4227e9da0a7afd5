/** Servers with OpenAI's Responses API. */
import type { ToolStream } from '../tool-stream.ts';

const reasoning = {
  type: 'reasoning',
  id: '2745e232',
  status: 'completed',
  content: [{ type: 'reasoning_text', text: 'Search.' }],
  summary: [],
};
const call = {
  type: 'function_call',
  id: '851c0122',
  status: 'completed',
  arguments: '{"query": "moon"}',
  call_id: 'call_00_N9',
  name: 'web_search',
};
const added = {
  type: 'response.output_item.added',
  item: { ...call, arguments: '', status: 'in_progress' },
  output_index: 1,
};
const delta = (text: string) => ({
  type: 'response.function_call_arguments.delta',
  delta: text,
  item_id: '851c0122',
  output_index: 1,
});

export const RESPONSES: ToolStream[] = [
  {
    name: 'DeepSeek: reasoning in clear, which goes back, and a call in pieces',
    from: 'vercel/ai packages/deepseek/src/responses/__fixtures__/deepseek-tool-call.chunks.txt',
    isResponses: true,
    events: [
      { type: 'response.created', response: { status: 'in_progress', output: [] } },
      {
        type: 'response.output_item.added',
        item: { type: 'reasoning', id: '2745e232', status: 'in_progress', content: [], summary: [] },
        output_index: 0,
      },
      { type: 'response.reasoning_text.delta', delta: 'Search.', item_id: '2745e232', output_index: 0 },
      { type: 'response.output_item.done', item: reasoning, output_index: 0 },
      added,
      ...['{', '"query"', ': ', '"moon"', '}'].map(delta),
      {
        type: 'response.function_call_arguments.done',
        arguments: '{"query": "moon"}',
        item_id: '851c0122',
        output_index: 1,
      },
      { type: 'response.output_item.done', item: call, output_index: 1 },
      { type: 'response.completed', response: { status: 'completed', output: [reasoning, call] } },
    ],
    thought: 'Search.',
    calls: [['web_search', { query: 'moon' }, 'call_00_N9']],
  },
  {
    name: 'a server without whole items: the call comes in pieces alone',
    from: 'openai-openapi, ResponseFunctionCallArgumentsDoneEvent',
    isResponses: true,
    events: [
      added,
      delta('{"query": "mo'),
      delta('on"}'),
      { type: 'response.completed', response: { status: 'completed', output: [] } },
    ],
    calls: [['web_search', { query: 'moon' }, 'call_00_N9']],
  },
  {
    name: 'a server that gives the item another id in the end',
    from: 'hand-made after proxies that make their ids anew for each event',
    isResponses: true,
    events: [
      added,
      { type: 'response.output_item.done', item: call, output_index: 1 },
      {
        type: 'response.completed',
        response: { status: 'completed', output: [{ ...call, id: 'fc_other' }] },
      },
    ],
    calls: [['web_search', { query: 'moon' }, 'call_00_N9']],
  },
  {
    name: 'two items without ids, both at number 0',
    from: 'hand-made after servers that do not count their items',
    isResponses: true,
    events: [
      { type: 'response.output_item.done', item: { ...call, id: 'fc_1', call_id: 'a' }, output_index: 0 },
      { type: 'response.output_item.done', item: { ...call, id: 'fc_2', call_id: 'b' }, output_index: 0 },
      { type: 'response.completed', response: { status: 'completed' } },
    ],
    calls: [
      ['web_search', { query: 'moon' }, 'a'],
      ['web_search', { query: 'moon' }, 'b'],
    ],
  },
  {
    name: 'an answer in one piece',
    from: 'openai-openapi, Response',
    isResponses: true,
    isWhole: true,
    events: [{ object: 'response', status: 'completed', output: [call] }],
    calls: [['web_search', { query: 'moon' }, 'call_00_N9']],
  },
];
