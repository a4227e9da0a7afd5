/** Providers of models: Mistral, DeepSeek, Qwen, Kimi, GLM, Groq, xAI, Anthropic. */
import { begin, chunk, ends, more, pieces, role, type ToolStream, usage } from '../tool-stream.ts';

export const PROVIDERS: ToolStream[] = [
  {
    name: 'Mistral: the whole call beside the end, with an id of nine characters',
    from: 'vercel/ai packages/mistral/src/__fixtures__/mistral-tool-call.chunks.txt',
    events: [
      role,
      chunk(
        {
          tool_calls: [
            { id: 'gSIMJiOkT', function: { name: 'web_search', arguments: '{"query": "moon"}' }, index: 0 },
          ],
        },
        'tool_calls',
        { usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
      ),
    ],
    calls: [['web_search', { query: 'moon' }, 'gSIMJiOkT']],
  },
  {
    name: 'Mistral: a name of its own in the second piece, which is empty',
    from: 'vercel/ai packages/mistral/src/__fixtures__/mistral-incremental-tool-call.chunks.txt',
    events: [
      chunk({
        tool_calls: [
          {
            id: 'chatcmpl-tool-9f14',
            type: 'function',
            function: { name: 'web_search', arguments: '' },
            index: 0,
          },
        ],
        index: 0,
        content: '',
      }),
      chunk({
        tool_calls: [{ type: 'function', function: { name: '', arguments: '{"query": "moon"}' }, index: 0 }],
        index: 0,
        content: '',
      }),
      chunk({ index: 0, content: '' }, 'tool_calls'),
    ],
    calls: [['web_search', { query: 'moon' }, 'chatcmpl-tool-9f14']],
  },
  {
    name: 'Mistral: thoughts as parts of the content, then a call',
    from: 'vercel/ai packages/openai-compatible/src/chat/__fixtures__/issue-13703-mistral-thinking.chunks.txt',
    events: [
      chunk({
        role: 'assistant',
        content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Search.' }] }],
      }),
      chunk(
        {
          content: '',
          tool_calls: [
            { id: 'aB3dE5gH7', function: { name: 'web_search', arguments: '{"query":"moon"}' }, index: 0 },
          ],
        },
        'tool_calls',
      ),
    ],
    thought: 'Search.',
    calls: [['web_search', { query: 'moon' }, 'aB3dE5gH7']],
  },
  {
    name: 'DeepSeek: thoughts, text and a call, all three in pieces',
    from: 'vercel/ai packages/deepseek/src/chat/__fixtures__/deepseek-tool-call.chunks.txt; lobehub/lobehub#11219',
    events: [
      chunk({ role: 'assistant', content: null, reasoning_content: '' }),
      chunk({ content: null, reasoning_content: 'I should' }),
      chunk({ content: null, reasoning_content: ' search.' }),
      chunk({ content: 'Let me look.', reasoning_content: null }),
      pieces(begin(0, 'call_00_N9BN', 'web_search')),
      ...['{', '"query"', ': ', '"moon"', '}'].map((piece) => pieces(more(0, piece))),
      chunk({ content: '', reasoning_content: null }, 'tool_calls', {
        usage: { prompt_tokens: 3, completion_tokens: 4 },
      }),
    ],
    thought: 'I should search.',
    text: 'Let me look.',
    beside: { reasoning_content: 'I should search.' },
    calls: [['web_search', { query: 'moon' }, 'call_00_N9BN']],
  },
  {
    name: 'Qwen (DashScope): an empty id and an empty name in each further piece',
    from: 'symfony/ai#2220, spring-projects/spring-ai#4790',
    events: [
      pieces(begin(0, 'call_8589a72c', 'web_search')),
      ...['{"query": ', '', '"moon"}', ''].map((input) =>
        pieces({ index: 0, id: '', type: 'function', function: { name: '', arguments: input } }),
      ),
      ends(),
    ],
    calls: [['web_search', { query: 'moon' }, 'call_8589a72c']],
  },
  {
    name: 'Qwen (DashScope): no index and no id in the further pieces',
    from: 'lobehub/lobehub#11219',
    events: [
      pieces({ id: 'call_xxx', type: 'function', function: { name: 'web_search', arguments: '{"' } }),
      pieces({ function: { arguments: 'query":"moon"}' } }),
      ends(),
    ],
    calls: [['web_search', { query: 'moon' }, 'call_xxx']],
  },
  {
    name: 'Kimi: ids with the name and a number',
    from: 'hand-made after moonshotai/Kimi-K2, docs/tool_call_guidance.md',
    events: [
      chunk({ role: 'assistant', reasoning_content: 'Search.' }),
      pieces(begin(0, 'functions.web_search:0', 'web_search', '{"query":"moon"}')),
      pieces(begin(1, 'functions.read_page:1', 'read_page', '{"url":"b"}')),
      ends(),
    ],
    thought: 'Search.',
    beside: { reasoning_content: 'Search.' },
    calls: [
      ['web_search', { query: 'moon' }, 'functions.web_search:0'],
      ['read_page', { url: 'b' }, 'functions.read_page:1'],
    ],
  },
  {
    name: 'GLM: an index that is a string, and the role in each chunk',
    from: 'hand-made after docs.z.ai, Stream tool call',
    events: [
      chunk({ role: 'assistant', reasoning_content: 'Hm.' }),
      chunk({
        role: 'assistant',
        content: '',
        tool_calls: [{ ...begin(0, 'call_-7780', 'web_search', '{"query":'), index: '0' }],
      }),
      chunk({ role: 'assistant', content: '', tool_calls: [{ ...more(0, '"moon"}'), index: '0' }] }),
      chunk({ role: 'assistant', content: '' }, 'tool_calls'),
    ],
    thought: 'Hm.',
    calls: [['web_search', { query: 'moon' }, 'call_-7780']],
  },
  {
    name: 'Groq: the whole call at once, and the usage twice',
    from: 'vercel/ai packages/groq/src/__fixtures__/groq-tool-call.chunks.txt',
    events: [
      chunk({ role: 'assistant', content: null }, null, { x_groq: { id: 'req_1' } }),
      pieces({
        id: 'tk85n1k4m',
        type: 'function',
        function: { name: 'web_search', arguments: '{"query":"moon"}' },
        index: 0,
      }),
      chunk({}, 'tool_calls', {
        x_groq: { usage: { prompt_tokens: 1 } },
        usage: { prompt_tokens: 1, completion_tokens: 1 },
      }),
    ],
    calls: [['web_search', { query: 'moon' }, 'tk85n1k4m']],
  },
  {
    name: 'xAI: the whole call beside the role, then an end alone',
    from: 'vercel/ai packages/openai-compatible/src/chat/__fixtures__/xai-tool-call.chunks.txt',
    events: [
      chunk({ reasoning_content: 'Thinking... ', role: 'assistant' }),
      chunk({ role: 'assistant', tool_calls: [begin(0, 'call_3361', 'web_search', '{"query":"moon"}')] }),
      ends(),
      usage({ completion_tokens_details: { reasoning_tokens: 200 } }),
    ],
    thought: 'Thinking... ',
    calls: [['web_search', { query: 'moon' }, 'call_3361']],
  },
  {
    name: 'Anthropic: the index of the block, which begins at 1',
    from: 'vercel/ai packages/openai-compatible/src/chat/__fixtures__/anthropic-fallback-tool-call.sse',
    events: [
      chunk({ role: 'assistant' }),
      chunk({ content: 'Reading' }),
      chunk({ content: ' it.' }),
      pieces(begin(1, 'toolu_1', 'read_page')),
      pieces(more(1, '')),
      pieces(more(1, '{"ur')),
      pieces(more(1, 'l": "a"}')),
      ends(),
    ],
    text: 'Reading it.',
    calls: [['read_page', { url: 'a' }, 'toolu_1']],
  },
];
