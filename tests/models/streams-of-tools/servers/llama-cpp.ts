/** llama.cpp, LM Studio and other servers for one machine. */
import { begin, chunk, ends, more, pieces, role, type ToolStream } from '../tool-stream.ts';

export const LLAMA_CPP: ToolStream[] = [
  {
    name: 'llama.cpp: the name with the first character, then pieces, then timings',
    from: 'ggml-org/llama.cpp#12379',
    events: [
      chunk({ role: 'assistant', content: null }),
      pieces(begin(0, 'uZbcmbjbWwFH', 'web_search', '{')),
      ...['"', 'query', '":"', 'moon', '"}'].map((piece) => pieces(more(0, piece))),
      chunk({}, 'tool_calls', { timings: { prompt_n: 10, predicted_n: 20 } }),
    ],
    calls: [['web_search', { query: 'moon' }, 'uZbcmbjbWwFH']],
  },
  {
    name: 'llama.cpp: two calls, the second without an id, and `stop`',
    from: 'hand-made after ggml-org/llama.cpp, docs/function-calling.md (parallel_tool_calls)',
    events: [
      pieces(begin(0, 'a1', 'web_search', '{"query":"moon"}')),
      pieces(begin(1, '', 'read_page', '{"url":"b"}')),
      ends('stop'),
    ],
    calls: [
      ['web_search', { query: 'moon' }, 'a1'],
      ['read_page', { url: 'b' }],
    ],
  },
  {
    name: 'LM Studio: an empty name in each further piece',
    from: '0xPlaygrounds/rig#423, lmstudio-ai/lmstudio-bug-tracker#649',
    events: [
      chunk({ role: 'assistant', content: 'Let me look.' }),
      pieces(begin(0, '365174485', 'web_search')),
      pieces({ index: 0, type: 'function', function: { name: '', arguments: '{"query":' } }),
      pieces({ index: 0, type: 'function', function: { name: '', arguments: '"moon"}' } }),
      ends(),
    ],
    text: 'Let me look.',
    calls: [['web_search', { query: 'moon' }, '365174485']],
  },
  {
    name: 'LM Studio: an empty id',
    from: 'lmstudio-ai/lmstudio-bug-tracker#830',
    events: [role, pieces(begin(0, '', 'web_search')), pieces(more(0, '{"query":"moon"}')), ends()],
    calls: [['web_search', { query: 'moon' }]],
  },
  {
    name: 'LM Studio: thoughts in tags, then the whole call at once',
    from: 'lmstudio-ai/lmstudio-bug-tracker#1868, #649',
    events: [
      chunk({ role: 'assistant', content: '<think>' }),
      chunk({ content: '\nSearch.' }),
      chunk({ content: '</think>' }),
      chunk({ content: '\n\n' }),
      pieces(begin(0, '123', 'web_search', '{"query":"moon"}')),
      ends(),
    ],
    thought: 'Search.',
    calls: [['web_search', { query: 'moon' }, '123']],
  },
  {
    name: 'vMLX: empty deltas while it writes the call',
    from: 'jjang-ai/vmlx#219',
    events: [
      role,
      ...Array.from({ length: 5 }, () => chunk({}, null, { tool_call_generating: true })),
      pieces(begin(0, 'call_v', 'web_search', '{"query":"moon"}')),
      ends(),
    ],
    calls: [['web_search', { query: 'moon' }, 'call_v']],
  },
  {
    name: 'xinfer: the call as text first, then as a call',
    from: 'guoqingbao/xinfer#383',
    events: [
      chunk({ content: '{"name": "web_search", ' }),
      chunk({ content: '"arguments": {"query": "moon"}}' }),
      pieces(begin(0, 'call_x', 'web_search', '{"query":"moon"}')),
      ends(),
    ],
    text: '{"name": "web_search", "arguments": {"query": "moon"}}',
    calls: [['web_search', { query: 'moon' }, 'call_x']],
  },
  {
    name: 'TGI: one call in place of a list, without a name in its pieces',
    from: 'hand-made after huggingface/text-generation-inference, docs/openapi.json (ToolCallDelta)',
    events: [
      chunk({
        role: 'assistant',
        tool_calls: { index: 0, id: '', type: 'function', function: { name: 'web_search', arguments: '{' } },
      }),
      chunk({
        role: 'assistant',
        tool_calls: {
          index: 0,
          id: '',
          type: 'function',
          function: { name: null, arguments: '"query":"moon"}' },
        },
      }),
      ends('eos_token'),
    ],
    calls: [['web_search', { query: 'moon' }]],
  },
  {
    name: 'an answer in one piece',
    from: 'hand-made after huggingface/text-generation-inference (arguments as an object)',
    isWhole: true,
    events: [
      {
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: 'I look.',
              tool_calls: [
                {
                  id: 0,
                  type: 'function',
                  function: { description: null, name: 'web_search', arguments: { query: 'moon' } },
                },
              ],
            },
            finish_reason: 'tool_calls',
          },
        ],
      },
    ],
    text: 'I look.',
    calls: [['web_search', { query: 'moon' }]],
  },
];
