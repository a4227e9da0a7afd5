/** vLLM, SGLang and LMDeploy. */
import { begin, chunk, ends, more, pieces, role, type ToolStream } from '../tool-stream.ts';

const ID = 'chatcmpl-tool-8174c6dc1d3047b3953aa8f422063ddb';

export const VLLM: ToolStream[] = [
  {
    name: 'an id of 46 characters, then pieces',
    from: 'Ingenimax/agent-sdk-go#299; garudust-org/garudust-agent#16',
    events: [
      role,
      pieces({ index: 0, id: ID, type: 'function', function: { name: 'web_search' } }),
      ...['{"query"', ': "', 'moon"', '}'].map((piece) => pieces(more(0, piece))),
      chunk({ content: '' }, 'tool_calls', { usage: null }),
    ],
    calls: [['web_search', { query: 'moon' }, ID]],
  },
  {
    name: 'gpt-oss: a new id and the name in each piece',
    from: 'vllm-project/vllm#23522 (the review)',
    events: [
      pieces(begin(0, 'chatcmpl-tool-1', 'web_search', '')),
      pieces(begin(0, 'chatcmpl-tool-2', 'web_search', '{"que')),
      pieces(begin(0, 'chatcmpl-tool-3', 'web_search', 'ry":"moon"}')),
      ends(),
    ],
    calls: [['web_search', { query: 'moon' }, 'chatcmpl-tool-1']],
  },
  {
    name: 'two calls at index 0, with empty ids in their pieces',
    from: 'InternLM/lmdeploy#3412 (vLLM)',
    events: [
      pieces(begin(0, 'chatcmpl-tool-c9ZC', 'web_search')),
      pieces({ index: 0, id: '', type: 'function', function: { arguments: '{"query":"moon"}', name: null } }),
      pieces(begin(0, 'chatcmpl-tool-Hfz', 'web_search')),
      pieces({ index: 0, id: '', type: 'function', function: { arguments: '{"query":"sun"}', name: null } }),
      ends(),
    ],
    calls: [
      ['web_search', { query: 'moon' }, 'chatcmpl-tool-c9ZC'],
      ['web_search', { query: 'sun' }, 'chatcmpl-tool-Hfz'],
    ],
  },
  {
    name: 'SGLang: ids that are numbers, all at index 0',
    from: 'InternLM/lmdeploy#3412 (SGLang)',
    events: [
      pieces(begin(0, '0', 'web_search')),
      pieces({
        index: 0,
        id: '0',
        type: 'function',
        function: { arguments: '{"query":"moon"}', name: null },
      }),
      pieces(begin(0, '1', 'read_page')),
      pieces({ index: 0, id: '1', type: 'function', function: { arguments: '{"url":"a"}', name: null } }),
      ends(),
    ],
    calls: [
      ['web_search', { query: 'moon' }, '0'],
      ['read_page', { url: 'a' }, '1'],
    ],
  },
  {
    name: 'SGLang: null in every field, thoughts, and no calls at all',
    from: 'sgl-project/sglang#9657, vercel/ai#20203',
    events: [
      chunk({ role: 'assistant', content: '', reasoning_content: 'Think ', tool_calls: [] }),
      chunk({ role: null, content: null, reasoning_content: 'more.', tool_calls: null }),
      chunk({ content: 'Hello', reasoning_content: '', tool_calls: [] }, 'stop'),
    ],
    thought: 'Think more.',
    text: 'Hello',
    calls: [],
  },
  {
    name: 'Qwen 3: thoughts, then a call in three chunks',
    from: 'vllm-project/vllm#17614',
    events: [
      role,
      ...['The', ' user', ' asks', '.'].map((piece) => chunk({ reasoning_content: piece })),
      pieces(begin(0, ID, 'web_search')),
      pieces(more(0, '{"query": "')),
      pieces(more(0, 'moon"}')),
      ends(),
    ],
    thought: 'The user asks.',
    beside: { reasoning_content: 'The user asks.' },
    calls: [['web_search', { query: 'moon' }, ID]],
  },
  {
    name: 'the whole arguments once more in the last chunk',
    from: 'vllm-project/vllm#31438 (the finish chunk, with its fields kept)',
    events: [
      pieces(begin(0, ID, 'web_search', '{"query":"moon"}')),
      chunk({ tool_calls: [begin(0, ID, 'web_search', '{"query":"moon"}')] }, 'tool_calls'),
    ],
    calls: [['web_search', { query: 'moon' }, ID]],
  },
  {
    name: 'a call whose name never came',
    from: 'vllm-project/vllm#31437',
    events: [chunk({ content: 'I look.' }), pieces(more(0, '{"query":"moon"}')), ends()],
    text: 'I look.',
    calls: [],
  },
];
