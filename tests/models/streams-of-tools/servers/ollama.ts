/** Ollama. */
import { begin, chunk, ends, pieces, role, type ToolStream } from '../tool-stream.ts';

export const OLLAMA: ToolStream[] = [
  {
    name: 'two calls, both at index 0',
    from: 'NousResearch/hermes-agent#3468, BerriAI/litellm#33678',
    events: [
      chunk({
        role: 'assistant',
        content: '',
        tool_calls: [begin(0, 'call_k1', 'web_search', '{"query":"moon"}')],
      }),
      chunk({
        role: 'assistant',
        content: '',
        tool_calls: [begin(0, 'call_k2', 'web_search', '{"query":"sun"}')],
      }),
      ends(),
    ],
    calls: [
      ['web_search', { query: 'moon' }, 'call_k1'],
      ['web_search', { query: 'sun' }, 'call_k2'],
    ],
  },
  {
    name: 'gpt-oss: no id, and two tools at index 0',
    from: 'continuedev/continue#13225',
    events: [
      chunk({ role: 'assistant', reasoning: 'Search first.' }),
      pieces({ index: 0, id: '', function: { name: 'web_search', arguments: '{"query":"moon"}' } }),
      pieces({
        index: 0,
        id: '',
        function: { name: 'read_page', arguments: '{"url":"https://moon.example/"}' },
      }),
      ends(),
    ],
    thought: 'Search first.',
    calls: [
      ['web_search', { query: 'moon' }],
      ['read_page', { url: 'https://moon.example/' }],
    ],
  },
  {
    name: 'no id, and one tool twice at index 0',
    from: 'continuedev/continue#13225',
    events: [
      pieces({ index: 0, function: { name: 'web_search', arguments: '{"query":"moon"}' } }),
      pieces({ index: 0, function: { name: 'web_search', arguments: '{"query":"sun"}' } }),
      ends(),
    ],
    calls: [
      ['web_search', { query: 'moon' }],
      ['web_search', { query: 'sun' }],
    ],
  },
  {
    name: 'an old version: no index, and `stop`',
    from: 'ollama/ollama#7881',
    events: [
      chunk({
        role: 'assistant',
        content: '',
        tool_calls: [
          {
            id: 'call_old',
            type: 'function',
            function: { name: 'web_search', arguments: '{"query":"moon"}' },
          },
        ],
      }),
      chunk({ role: 'assistant', content: '' }, 'stop'),
    ],
    calls: [['web_search', { query: 'moon' }, 'call_old']],
  },
  {
    name: 'arguments as an object',
    from: 'langchain-ai/langchain#28654 (Ollama’s own form of a call, passed on)',
    events: [
      role,
      pieces({ function: { name: 'web_search', arguments: { query: 'moon', deep: { more: [1] } } } }),
      ends('stop'),
    ],
    calls: [['web_search', { query: 'moon', deep: { more: [1] } }]],
  },
  {
    name: 'a model whose calls nobody parses',
    from: 'ollama/ollama#5915',
    events: [
      ...['<tool_call>', '\n', '{"', 'name', '": "web_search", "arguments": {}}', '\n</tool_call>'].map(
        (content) => chunk({ role: 'assistant', content }),
      ),
      chunk({ role: 'assistant', content: '' }, 'stop'),
    ],
    text: '<tool_call>\n{"name": "web_search", "arguments": {}}\n</tool_call>',
    calls: [],
  },
];
