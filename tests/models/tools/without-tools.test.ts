/** Servers and models that take no tools, or only some of them. Each refusal is worded as the server words it. */
import { describe, expect, it } from 'vitest';
import type { Api, Behaviour, ReceivedRequest } from '../../../lab/counterparts/model-script.ts';
import {
  answers,
  type ModelServer,
  refusesWhile,
  repliesJson,
  sentMessages,
  startModelServer,
} from '../../../lab/counterparts/model-server.ts';
import type { Tuning } from '../../../src/core/models/model.ts';
import { ask, modelAt } from '../ask.ts';
import { offer, withTools } from './ask-tools.ts';

type Refusal = [of: string, status: number, body: unknown];

const error = (message: string, rest: Record<string, unknown> = {}) => ({ error: { message, ...rest } });

/** Refusals of every tool, and where each was seen. */
const NO_TOOLS: Refusal[] = [
  [
    'Ollama (ollama/ollama#5793)',
    400,
    error('llama3 does not support tools', { type: 'api_error', param: null, code: null }),
  ],
  ['Ollama, by its own API (ollama/ollama#6027)', 400, { error: 'stablelm2:latest does not support tools' }],
  [
    'OpenRouter (cline/cline#1125)',
    404,
    error(
      'No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs',
      { code: 404 },
    ),
  ],
  [
    'vLLM (vllm-project/vllm#9383)',
    400,
    {
      object: 'error',
      message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
  ],
  [
    'llama.cpp (ggml-org/llama.cpp#12279)',
    500,
    error('tools param requires --jinja flag', { code: 500, type: 'server_error' }),
  ],
  [
    'llama.cpp, older (ggml-org/llama.cpp#10920)',
    500,
    error('Unsupported param: tools', { code: 500, type: 'server_error' }),
  ],
  [
    'Groq (console.groq.com/docs/errors)',
    400,
    error('`tool calling` is not supported with this model', { type: 'invalid_request_error' }),
  ],
  [
    'OpenAI, an old model',
    400,
    error("Unsupported parameter: 'tools' is not supported with this model.", {
      param: 'tools',
      code: 'unsupported_parameter',
    }),
  ],
  ['Together', 400, error('This model does not support function calling', { type: 'invalid_request_error' })],
  [
    'Mistral',
    400,
    {
      object: 'error',
      message: 'Function calling is not enabled for this model',
      type: 'invalid_request_error',
      code: 3051,
    },
  ],
  [
    'DeepSeek (deepseek-reasoner)',
    400,
    error('deepseek-reasoner does not support Function Calling', { type: 'invalid_request_error' }),
  ],
  [
    'SambaNova, FastAPI',
    422,
    { detail: [{ type: 'extra_forbidden', loc: ['body', 'tools'], msg: 'Extra inputs are not permitted' }] },
  ],
  [
    'Bedrock by LiteLLM',
    400,
    error("litellm.BadRequestError: BedrockException - This model doesn't support tool use."),
  ],
  ['Perplexity', 400, error('Tool calling is not supported for this model', { type: 'invalid_parameter' })],
  ['a server that says nothing of tools', 400, error('Bad request')],
];

const hasTools = ({ body }: ReceivedRequest) => body.tools !== undefined;
const refusing = ([, status, body]: Refusal, isSo = hasTools): Behaviour =>
  refusesWhile(isSo, repliesJson(status, body), answers('Hello.'));

const CALLED = {
  role: 'assistant' as const,
  text: 'Let me look.',
  calls: [{ id: 'call_a', name: 'web_search', arguments: '{"query":"moon"}', output: 'A rock.' }],
};

describe.concurrent('a server that takes no tools', () => {
  it.each(NO_TOOLS)('answers without them, and is not asked again: %s', async (...refusal) => {
    await using server = await startModelServer();
    server.respond(refusing(refusal));
    const model = modelAt(server.url, 'chat');
    const request = withTools(offer(['web_search']), 'Hello?', CALLED, 'And now?');
    for (let turn = 0; turn < 2; turn++) {
      const { text, end } = await ask(model, { request });
      expect(text).toBe('Hello.');
      expect(end).toMatchObject({ end: 'stop', isWithoutTools: true });
    }
    expect(server.requests.filter(hasTools).length).toBeLessThanOrEqual(2);
    expect(hasTools(server.requests.at(-1) as ReceivedRequest)).toBe(false);
    const said = JSON.stringify(sentMessages(server.requests.at(-1)));
    expect(said).toContain('A rock.');
    expect(said).not.toContain('tool_calls');
  });

  it('does not lose its tools over a failure of its own', async () => {
    await using server = await startModelServer();
    server.respond(repliesJson(500, error('Internal error')), answers('Hello.'));
    const { end } = await ask(modelAt(server.url, 'chat'), { request: withTools(offer(['web_search'])) });
    expect(end).not.toHaveProperty('isWithoutTools');
    expect(hasTools(server.requests.at(-1) as ReceivedRequest)).toBe(true);
  });
});

describe.concurrent('a part of the tools that is refused', () => {
  it.each<[string, unknown]>([
    [
      'OpenAI, a small model',
      error("Hosted tool 'image_generation' is not supported with gpt-5-nano.", { param: 'tools' }),
    ],
    [
      'by its type',
      error("Invalid value: 'image_generation'. Supported values are: 'function', 'web_search'.", {
        param: 'tools[1].type',
      }),
    ],
  ])('is left out alone: %s', async (_, body) => {
    await using server = await startModelServer();
    const isSo = (request: ReceivedRequest) => request.sent.includes('"image_generation"');
    server.respond(refusing(['', 400, body], isSo));
    const request = withTools(offer(['read_page'], ['web_search', 'image_generation']));
    const { end } = await ask(modelAt(server.url, 'responses'), { request });
    expect(end).not.toHaveProperty('isWithoutTools');
    expect(typesIn(server.requests.at(-1))).toEqual(['function', 'web_search']);
  });

  it.each<[string, unknown]>([
    ['vLLM', { object: 'error', message: 'Unsupported tool type: web_search', code: 400 }],
    ['pydantic', { detail: [{ loc: ['body', 'tools', 0, 'type'], msg: "Input should be 'function'" }] }],
    ['llama.cpp', error("'type' of tool must be 'function'", { code: 400 })],
    ['without a reason', error('Bad request')],
  ])('leaves the functions where a server has no tools of its own: %s', async (_, body) => {
    await using server = await startModelServer();
    server.respond(refusing(['', 400, body], ({ sent }) => sent.includes('"web_search"')));
    const request = withTools(offer(['read_page'], ['web_search', 'code_interpreter']));
    const { end } = await ask(modelAt(server.url, 'responses'), { request });
    expect(end).not.toHaveProperty('isWithoutTools');
    expect(typesIn(server.requests.at(-1))).toContain('function');
    expect(server.requests.at(-1)?.sent).not.toContain('"web_search"');
  });

  it.each<[string, Api, string]>([
    ['parallel_tool_calls', 'chat', 'parallel_tool_calls'],
    ['parallel_tool_calls', 'responses', 'parallel_tool_calls'],
    ['max_tool_calls', 'responses', 'max_tool_calls'],
    ['include', 'responses', 'include'],
  ])('is the parameter %s (%s)', async (name, api) => {
    await using server = await startModelServer();
    const body = error(`Unknown parameter: '${name}'.`, { param: name, code: 'unknown_parameter' });
    server.respond(refusing(['', 400, body], (request) => request.body[name] !== undefined));
    const hosted = api === 'responses' ? (['web_search'] as const) : [];
    const { end } = await ask(modelAt(server.url, api), {
      request: withTools(offer(['read_page'], [...hosted])),
    });
    expect(end).not.toHaveProperty('isWithoutTools');
    expect(hasTools(server.requests.at(-1) as ReceivedRequest)).toBe(true);
  });
});

describe.concurrent('OpenAI’s Chat Completions', () => {
  const model = (url: string, tuning?: Tuning) =>
    modelAt(url, 'chat', { model: 'gpt-6-luna', ...(tuning && { tuning }) });
  const efforts = ({ malformed, requests }: ModelServer) =>
    [...malformed, ...requests].map(({ body }) => [body.reasoning_effort, body.tools !== undefined]);

  it('are asked for no effort beside tools', async () => {
    await using server = await startModelServer();
    const { end } = await ask(model(server.url), { request: withTools(offer(['read_page'])) });
    expect(end).not.toHaveProperty('isWithoutTools');
    await ask(model(server.url), { request: withTools(offer(['read_page'])) });
    await ask(model(server.url));
    expect(efforts(server)).toEqual([
      [undefined, true],
      ['none', true],
      ['none', true],
      [undefined, false],
    ]);
  });

  it('are asked without tools where people chose an effort', async () => {
    await using server = await startModelServer();
    const reasoning = () => model(server.url, { effort: 'high' });
    const { end } = await ask(reasoning(), { request: withTools(offer(['read_page'])) });
    expect(end).toHaveProperty('isWithoutTools', true);
    await ask(reasoning(), { request: withTools(offer(['read_page'])) });
    expect(efforts(server)).toEqual([
      ['high', true],
      ['high', false],
      ['high', false],
    ]);
  });

  it('answer without tools where the model has to reason', async () => {
    await using server = await startModelServer();
    const body = error("Unsupported value: 'none' is not supported with this model.", {
      param: 'reasoning_effort',
      code: 'unsupported_value',
    });
    server.respond(refusing(['', 400, body], (request) => request.body.reasoning_effort === 'none'));
    const { text, end } = await ask(model(server.url), { request: withTools(offer(['read_page'])) });
    expect([text, end.isWithoutTools]).toEqual(['Hello.', true]);
    expect(server.requests.at(-1)?.body).not.toHaveProperty('reasoning_effort');
  });
});

function typesIn(request: ReceivedRequest | undefined): unknown[] {
  const { tools } = request?.body ?? {};
  return Array.isArray(tools) ? tools.map(({ type }) => type) : [];
}
