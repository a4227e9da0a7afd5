/** Gemini's compatible API. */
import { chunk, pieces, type ToolStream } from '../tool-stream.ts';

const call = (id: string, name: string, input: string, rest: Record<string, unknown> = {}) => ({
  function: { arguments: input, name },
  id,
  type: 'function',
  ...rest,
});
const signed = (signature: string) => ({ extra_content: { google: { thought_signature: signature } } });

export const GEMINI: ToolStream[] = [
  {
    name: 'no index, and a signature that has to go back',
    from: 'openai/openai-python#2806; ai.google.dev: Thought signatures, OpenAI compatibility',
    events: [
      chunk({
        role: 'assistant',
        tool_calls: [call('FL1tqiJ9', 'web_search', '{"query":"moon"}', signed('Eo4GCosG'))],
      }),
      chunk({ role: 'assistant' }, 'tool_calls'),
    ],
    beside: { tool_calls: [{ id: 'FL1tqiJ9', ...signed('Eo4GCosG') }] },
    calls: [['web_search', { query: 'moon' }, 'FL1tqiJ9']],
  },
  {
    name: 'two calls in one chunk, without an index; the first alone is signed',
    from: 'AstrBotDevs/AstrBot#6661; ai.google.dev: Thought signatures (parallel calls)',
    events: [
      chunk({
        role: 'assistant',
        tool_calls: [
          call('a1', 'web_search', '{"query":"moon"}', signed('sig')),
          call('a2', 'read_page', '{"url":"b"}'),
        ],
      }),
      chunk({ role: 'assistant', content: '' }, 'stop'),
    ],
    beside: { tool_calls: [{ id: 'a1', ...signed('sig') }, { id: 'a2' }] },
    calls: [
      ['web_search', { query: 'moon' }, 'a1'],
      ['read_page', { url: 'b' }, 'a2'],
    ],
  },
  {
    name: 'two chunks with a call each, and neither index nor id',
    from: 'AstrBotDevs/AstrBot#6661',
    events: [
      pieces(call('', 'web_search', '{"query":"moon"}')),
      pieces(call('', 'web_search', '{"query":"sun"}')),
      chunk({}, 'stop'),
    ],
    calls: [
      ['web_search', { query: 'moon' }],
      ['web_search', { query: 'sun' }],
    ],
  },
  {
    name: 'a finish reason on each chunk, with a call in each',
    from: 'BerriAI/litellm#31634',
    events: [
      chunk(
        { tool_calls: [{ index: 0, ...call('call_1', 'web_search', '{"query":"moon"}') }] },
        'tool_calls',
      ),
      chunk({ tool_calls: [{ index: 1, ...call('call_2', 'web_search', '{"query":"sun"}') }] }, 'tool_calls'),
    ],
    calls: [
      ['web_search', { query: 'moon' }, 'call_1'],
      ['web_search', { query: 'sun' }, 'call_2'],
    ],
  },
  {
    name: 'text beside a call, and no [DONE]',
    from: 'openai/openai-python#2806',
    isWithoutDone: true,
    events: [
      chunk(
        {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [{ index: 0, ...call('x', 'web_search', '{"query":"é 🌙"}') }],
        },
        'tool_calls',
      ),
    ],
    text: 'I look.',
    calls: [['web_search', { query: 'é 🌙' }, 'x']],
  },
];
