/** OpenAI's Chat Completions, and Azure's. */
import { begin, chunk, ends, more, pieces, role, type ToolStream, usage } from '../tool-stream.ts';

export const OPENAI: ToolStream[] = [
  {
    name: 'text, then a call without arguments',
    from: 'vercel/ai packages/openai-compatible/src/chat/__fixtures__/issue-15789-step-1.chunks.txt',
    events: [
      role,
      chunk({ content: 'One ' }),
      chunk({ content: 'moment.' }),
      pieces(begin(0, 'call_NZa7', 'web_search')),
      pieces(more(0, '{}')),
      ends(),
      usage(),
    ],
    text: 'One moment.',
    calls: [['web_search', {}, 'call_NZa7']],
  },
  {
    name: 'arguments in pieces',
    from: 'BerriAI/litellm#4537 (the log of OpenAI’s own stream)',
    events: [
      chunk({ role: 'assistant', content: null, tool_calls: [begin(0, 'call_TB0w', 'web_search')] }),
      ...['{"', 'query', '":"', 'the', ' \\"moon\\"', '"}'].map((piece) => pieces(more(0, piece))),
      ends(),
      usage(),
    ],
    calls: [['web_search', { query: 'the "moon"' }, 'call_TB0w']],
  },
  {
    name: 'two calls side by side',
    from: 'openai-openapi, ChatCompletionMessageToolCallChunk; vllm-project/vllm#18412 (the log of OpenAI’s own stream)',
    events: [
      role,
      pieces(begin(0, 'call_a', 'web_search')),
      pieces(more(0, '{"query":')),
      pieces(begin(1, 'call_b', 'read_page')),
      pieces(more(0, '"moon"}'), more(1, '{"url":"https://moon.example/"}')),
      ends(),
    ],
    calls: [
      ['web_search', { query: 'moon' }, 'call_a'],
      ['read_page', { url: 'https://moon.example/' }, 'call_b'],
    ],
  },
  {
    name: 'Azure: a chunk without choices, and filter results',
    from: 'vercel/ai packages/openai-compatible/src/chat/__fixtures__/azure-text.chunks.txt',
    events: [
      {
        choices: [],
        created: 0,
        id: '',
        model: '',
        object: '',
        prompt_filter_results: [{ prompt_index: 0 }],
      },
      pieces(begin(0, 'call_az', 'web_search')),
      pieces(more(0, '{"query":"moon"}')),
      {
        ...ends(),
        choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls', content_filter_results: {} }],
      },
    ],
    calls: [['web_search', { query: 'moon' }, 'call_az']],
  },
  {
    name: 'an old proxy: function_call in place of tool_calls',
    from: 'openai-openapi, ChatCompletionStreamResponseDelta.function_call (deprecated)',
    events: [
      chunk({ role: 'assistant', content: null, function_call: { name: 'web_search', arguments: '' } }),
      chunk({ function_call: { arguments: '{"query":' } }),
      chunk({ function_call: { arguments: '"moon"}' } }),
      ends('function_call'),
    ],
    calls: [['web_search', { query: 'moon' }]],
  },
  {
    name: 'cut for its length in the middle of a call',
    from: 'docs: guides/function-calling, "finish_reason" `length`',
    events: [
      chunk({ content: 'Let me look.' }),
      pieces(begin(0, 'call_a', 'web_search', '{"query":"mo')),
      ends('length'),
    ],
    text: 'Let me look.',
    calls: [],
  },
];
