/** Proxies in front of providers: OpenRouter, LiteLLM, New API. */
import { begin, chunk, ends, more, pieces, role, type ToolStream, usage } from '../tool-stream.ts';

export const PROXIES: ToolStream[] = [
  {
    name: 'OpenRouter: comments, details of the reasoning, and its cost',
    from: 'openrouter.ai/docs: Streaming (comments), Preserving reasoning, Usage accounting',
    events: [
      ': OPENROUTER PROCESSING',
      chunk({
        role: 'assistant',
        content: '',
        reasoning: 'Sea',
        reasoning_details: [{ type: 'reasoning.text', text: 'Sea', format: 'anthropic-claude-v1', index: 0 }],
      }),
      ': OPENROUTER PROCESSING',
      chunk({
        content: '',
        reasoning: 'rch.',
        reasoning_details: [
          { type: 'reasoning.text', text: 'rch.', format: 'anthropic-claude-v1', index: 0 },
        ],
      }),
      chunk({
        content: '',
        reasoning: null,
        reasoning_details: [
          { type: 'reasoning.text', signature: 'EqQB', format: 'anthropic-claude-v1', index: 0 },
        ],
      }),
      pieces(begin(0, 'toolu_bdrk_01', 'web_search', '')),
      pieces(more(0, '{"query": "moon"}')),
      {
        ...ends(),
        choices: [
          {
            index: 0,
            delta: { role: 'assistant', content: '' },
            finish_reason: 'tool_calls',
            native_finish_reason: 'tool_use',
          },
        ],
      },
      usage({ cost: 0.0012 }),
    ],
    thought: 'Search.',
    beside: {
      reasoning_details: [
        {
          type: 'reasoning.text',
          text: 'Search.',
          format: 'anthropic-claude-v1',
          index: 0,
          signature: 'EqQB',
        },
      ],
    },
    calls: [['web_search', { query: 'moon' }, 'toolu_bdrk_01']],
  },
  {
    name: 'OpenRouter with Claude: no arguments at all',
    from: 'simonw/llm#1164',
    events: [
      role,
      chunk({ content: 'I check.' }),
      pieces(begin(0, 'toolu_1', 'web_search', '')),
      ends('stop'),
    ],
    text: 'I check.',
    calls: [['web_search', {}, 'toolu_1']],
  },
  {
    name: 'LiteLLM with Claude: an empty object before the arguments',
    from: 'BerriAI/litellm#4537, openai/openai-agents-js#712 (Bedrock)',
    events: [
      pieces(begin(0, 'toolu_01', 'web_search', '{}')),
      pieces(more(0, '{"query"')),
      pieces(more(0, ':"moon"}')),
      ends(),
    ],
    calls: [['web_search', { query: 'moon' }, 'toolu_01']],
  },
  {
    name: 'LiteLLM: the id in each piece',
    from: 'run-llama/llama_index#21693',
    events: [
      pieces(begin(0, 'call_123', 'web_search', '')),
      pieces({
        index: 0,
        id: 'call_123',
        type: 'function',
        function: { name: null, arguments: '{"query":' },
      }),
      pieces({ index: 0, id: 'call_123', type: 'function', function: { name: null, arguments: '"moon"}' } }),
      ends(),
    ],
    calls: [['web_search', { query: 'moon' }, 'call_123']],
  },
  {
    name: 'LiteLLM with Ollama: `end_turn`, and null where nothing is',
    from: 'BerriAI/litellm#12481',
    events: [
      chunk({
        provider_specific_fields: null,
        content: '',
        role: 'assistant',
        function_call: null,
        tool_calls: null,
        audio: null,
      }),
      chunk({
        content: null,
        function_call: null,
        tool_calls: [begin(0, 'call_o', 'web_search', '{"query":"moon"}')],
      }),
      chunk({ content: null, tool_calls: null }, 'end_turn'),
    ],
    calls: [['web_search', { query: 'moon' }, 'call_o']],
  },
  {
    name: 'New API: the whole answer once more after its last delta',
    from: 'hand-made after servers that repeat the whole answer, as in tests/models/odd-servers.test.ts',
    events: [
      pieces(begin(0, 'call_n', 'web_search', '{"query":"moon"}')),
      {
        ...ends(),
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: null,
              tool_calls: [begin(0, 'call_n', 'web_search', '{"query":"moon"}')],
            },
            finish_reason: 'tool_calls',
          },
        ],
      },
    ],
    calls: [['web_search', { query: 'moon' }, 'call_n']],
  },
  {
    name: 'ChatMock: tools of its own, then the answer',
    from: 'hand-made after RayBytes/ChatMock',
    events: [
      pieces(begin(0, 'ws_1', 'server_side_search', '{"query":"moon"}')),
      ends(),
      chunk({ content: 'A rock.' }),
      ends('stop'),
    ],
    text: 'A rock.',
    calls: [],
  },
  {
    name: 'a tool that nobody offered, and no answer',
    from: 'a model that invents a name; the loop tells it that there is none',
    events: [pieces(begin(0, 'call_i', 'browse', '{"url":"a"}')), ends()],
    calls: [['browse', { url: 'a' }, 'call_i']],
  },
  {
    name: 'arguments that are no JSON',
    from: 'openclaw/openclaw#141323 (a line break within a text)',
    events: [pieces(begin(0, 'call_b', 'web_search', '{"query":"a\nb"}')), ends()],
    calls: [['web_search', '{"query":"a\nb"}', 'call_b']],
  },
  {
    name: 'arguments within a JSON string',
    from: 'wanxingai/LightAgent#31 (quotes that were escaped twice)',
    events: [pieces(begin(0, 'call_s', 'web_search', JSON.stringify('{"query":"the \\"moon\\""}'))), ends()],
    calls: [['web_search', { query: 'the "moon"' }, 'call_s']],
  },
  {
    name: 'a name in two pieces',
    from: 'hand-made after the test of an Obsidian plug-in for compatible providers',
    events: [
      pieces(begin(0, 'call_p', 'web_', '')),
      pieces({ index: 0, function: { name: 'search', arguments: '{"query":"moon"}' } }),
      ends(),
    ],
    calls: [['web_search', { query: 'moon' }, 'call_p']],
  },
];
