/** Error sentences of providers, and the forms in which they come. */

import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import {
  CANARY,
  event,
  replies,
  repliesJson,
  startModelServer,
  streams,
} from '../../lab/counterparts/model-server.ts';
import { failureOfResponse } from '../../src/core/models/failures/failures.ts';
import type { FailureKind } from '../../src/core/models/model.ts';
import { cpuTime } from '../cpu-time.ts';
import { APIS, ask, modelAt } from './ask.ts';

const kindOf = (status: number, body: unknown): FailureKind =>
  failureOfResponse(status, new Headers(), typeof body === 'string' ? body : JSON.stringify(body)).kind;

/** Forms in which servers and proxies send the same sentence. */
const DRESSES: Record<string, (message: string) => unknown> = {
  OpenAI: (message) => ({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
  'Gemini, in an array': (message) => [{ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }],
  'Ollama, as a string': (message) => ({ error: message }),
  FastAPI: (message) => ({ detail: message }),
  'FastAPI, as a list': (message) => ({ detail: [{ type: 'value_error', loc: ['body'], msg: message }] }),
  'at the top': (message) => ({ object: 'error', message, type: 'BadRequestError', code: 400 }),
  Cohere: (message) => ({ id: 'x', message }),
  OpenRouter: (message) => ({
    error: {
      message: 'Provider returned error',
      code: 400,
      metadata: { raw: JSON.stringify({ error: { message } }), provider_name: 'X' },
    },
  }),
  'LiteLLM, around the answer of Anthropic': (message) => ({
    error: {
      message: `litellm.BadRequestError: AnthropicException - ${JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } })}. Received Model Group=x`,
      type: null,
      code: '400',
    },
  }),
  'plain text': (message) => message,
};

describe.each(Object.entries(DRESSES))('in the dress of %s', (_, dressed) => {
  it.each<[FailureKind, string]>([
    ['context', 'prompt is too long: 215000 tokens > 200000 maximum'],
    ['key', 'API key not valid. Please pass a valid API key.'],
    ['key', 'Incorrect API key provided: sk-****. You can find your API key in your account.'],
    ['quota', 'Your credit balance is too low to access the API.'],
    ['not-found', 'gpt-9.9 is not a valid model ID: model not found'],
    ['request', 'Something else is odd.'],
  ])('%s: %s', (kind, message) => {
    expect(kindOf(400, dressed(message))).toBe(kind);
  });
});

describe('a conversation that is too long', () => {
  it.each([
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
    'Your input exceeds the context window of this model. Please adjust your input and try again.',
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    'The input token count exceeds the maximum number of tokens allowed 1048575',
    "This model's maximum prompt length is 131072 but the request contains 136973 tokens.",
    'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 20 `max_new_tokens`',
    '`inputs` must have less than 4095 tokens. Given: 5000',
    'Input is too long for requested model.',
    'prompt is too long: 215000 tokens > 200000 maximum',
    'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000',
    'Prompt contains 35000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
    'Please reduce the length of the messages or completion.',
    'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000.',
    'the request exceeds the available context size. try increasing the context size or enable context shift',
    'prompt too long; exceeded max context length by 12 tokens',
    'The decoder prompt (length 5000) is longer than the maximum model length of 4096.',
    'Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.',
    'Range of input length should be [1, 30720]',
    'Invalid request: Your request exceeded model token limit: 8192',
    'prompt token count of 70000 exceeds the limit of 64000',
    'context window exceeds limit (2013)',
  ])('%s', (message) => {
    expect(kindOf(400, { error: { message } })).toBe('context');
    expect(kindOf(422, { detail: message })).toBe('context');
    // A proxy may turn the refusal into a failure of its own.
    expect(kindOf(500, { error: message })).toBe('context');
  });

  it('is not meant by a failure that only speaks of it', () => {
    expect(kindOf(500, { error: 'lost the context window of the worker' })).toBe('server');
    expect(kindOf(429, { message: 'Too many tokens, please wait before trying again.' })).toBe('rate');
  });
});

describe('a request that is larger than the account may send at once', () => {
  const openai = (numbers: string) =>
    `Request too large for gpt-4o in organization org-x on tokens per min (TPM): ${numbers}. The input or output tokens must be reduced in order to run successfully.`;

  it.each<[number, string, FailureKind]>([
    [429, openai('Limit 30000, Requested 45000'), 'allowance'],
    [
      413,
      'Request too large for model `llama-3.3-70b` in organization `org_x` on tokens per minute (TPM): Limit 12,000, Requested 14,137, please reduce your message size and try again.',
      'allowance',
    ],
    [413, 'Request body too large for gpt-4o model. Max size: 8000 tokens.', 'allowance'],
    [
      429,
      'Rate limit reached for x on tokens per min (TPM): Limit 10000, Used 8554, Requested 3082. Please try again in 9.8s.',
      'rate',
    ],
    [
      429,
      'Rate limit reached on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.',
      'rate',
    ],
    [429, 'Rate limit reached on tokens per min (TPM): Limit 10000, Used 10, Requested 30820.', 'allowance'],
    [413, '<html><h1>413 Request Entity Too Large</h1></html>', 'context'],
  ])('%i %s → %s', (status, message, kind) => {
    const code = 'rate_limit_exceeded';
    expect(
      kindOf(status, message.startsWith('<') ? message : { error: { message, type: 'tokens', code } }),
    ).toBe(kind);
  });
});

describe('a key that is not accepted', () => {
  it.each<[number, unknown]>([
    [
      400,
      [
        {
          error: {
            code: 400,
            message: 'API key expired. Please renew the API key.',
            details: [{ reason: 'API_KEY_INVALID' }],
          },
        },
      ],
    ],
    [403, { error: { message: 'Your API key was reported as leaked. Please use another API key.' } }],
    [400, { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***id.' }],
    [401, { error: { message: 'User not found.', code: 401 } }],
    [400, { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }],
    [403, 'Forbidden: invalid API key'],
    [422, { detail: 'Missing api_key' }],
    [500, { error: { message: 'litellm.AuthenticationError: Invalid API Key' } }],
  ])('%i %j', (status, body) => {
    expect(kindOf(status, body)).toBe('key');
  });

  it.each<[number, string, FailureKind]>([
    [403, 'This API key does not have access to the model.', 'forbidden'],
    [404, "The model grok-9 does not exist. Please ensure you're using a correct API key.", 'not-found'],
    [403, 'Your team has used all available credits or reached its monthly spending limit.', 'quota'],
  ])('is not meant by %i %s', (status, message, kind) => {
    expect(kindOf(status, { error: message })).toBe(kind);
  });
});

/** Real refusals of servers: kind, status, and the sentence or the body. */
const SAID: [FailureKind, number, unknown][] = [
  // Gemini and Vertex
  ['context', 400, 'Request contains text fields that are too large.'],
  ['context', 400, 'Request payload size exceeds the limit: 20971520 bytes.'],
  ['context', 400, 'The input token count is 1200000 but model only supports up to 1048576.'],
  ['refused', 400, 'The prompt was blocked due to: PROHIBITED_CONTENT'],
  ['key', 403, "Method doesn't allow unregistered callers (callers without established identity)."],
  // Bedrock
  [
    'context',
    400,
    'Malformed input request: expected maxLength: 2048, actual: 3000, please reformat your input',
  ],
  ['key', 403, { Message: 'Bearer Token has expired' }],
  ['key', 403, { message: 'The security token included in the request is invalid.' }],
  ['not-found', 400, { message: 'The provided model identifier is invalid.' }],
  // llama.cpp
  ['context', 500, 'context shift is disabled'],
  ['context', 500, 'input is too large to process. increase the physical batch size'],
  // SambaNova, NVIDIA, Volcengine
  [
    'context',
    400,
    'The provided prompt is 9000 tokens long, but the maximum supported sequence length is 8192!',
  ],
  ['context', 400, { detail: 'Input length 9000 exceeds maximum allowed token size 8192' }],
  ['context', 400, 'Total tokens of image and text exceed max message tokens.'],
  // GLM, Qwen, LiteLLM, New API, Anthropic
  ['quota', 429, { error: { code: '1113', message: '余额不足或无可用资源包,请充值。' } }],
  ['quota', 400, { error: { code: 'Arrearage', message: 'Access denied, check your account.' } }],
  ['quota', 400, 'Budget has been exceeded! Current cost: 10.2, Max budget: 10.0'],
  ['quota', 403, 'token quota is not enough'],
  ['quota', 400, 'You have reached your specified API usage limits. You will regain access on 2026-12-01.'],
  ['key', 400, { error: { type: 'auth_error', message: 'LiteLLM Virtual Key expected.', code: '400' } }],
  [
    'forbidden',
    401,
    { error: { type: 'key_model_access_denied', message: 'key not allowed to access model' } },
  ],
  // OpenRouter, Mistral, LiteLLM, Groq, LM Studio
  ['not-found', 400, 'x/y is not a valid model ID'],
  ['not-found', 400, { message: 'Invalid model: x', type: 'invalid_model' }],
  ['not-found', 400, 'Invalid model name passed in model=x.'],
  ['not-found', 400, 'The model `x` has been decommissioned and is no longer supported.'],
  ['not-found', 400, 'No models loaded. Please load a model in the developer page.'],
  // Models that are being loaded
  ['loading', 503, 'No instances available, scaling up from zero'],
  ['loading', 503, 'Model is being deployed. Please try again in a few seconds'],
  ['loading', 503, 'model is initializing'],
  ['loading', 503, 'engine is still booting'],
  ['loading', 503, 'The model is currently starting.'],
  ['loading', 503, 'Model not loaded yet'],
  ['loading', 502, 'waiting for model to start'],
];

describe('what else providers say', () => {
  it.each(SAID)('%s, with %i: %j', (kind, status, said) => {
    expect(kindOf(status, typeof said === 'string' ? { error: { message: said } } : said)).toBe(kind);
  });

  it.each<[string, number, unknown, FailureKind]>([
    [
      'no credit (OpenAI, without its code)',
      429,
      { error: { message: 'You exceeded your current quota, please check your plan and billing details.' } },
      'quota',
    ],
    [
      'an allowance that comes back (Gemini)',
      429,
      [{ error: { code: 429, message: 'You exceeded your current quota', status: 'RESOURCE_EXHAUSTED' } }],
      'rate',
    ],
    [
      'throttling behind a proxy',
      500,
      {
        error: {
          message: 'BedrockException: ThrottlingException - Rate exceeded',
          type: 'ThrottlingException',
        },
      },
      'rate',
    ],
    [
      'a filter (Azure)',
      400,
      {
        error: {
          message:
            "The response was filtered due to the prompt triggering Azure's content management policy.",
        },
      },
      'refused',
    ],
    [
      'a model that is being loaded (llama.cpp)',
      503,
      { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
      'loading',
    ],
    [
      'a model that is being loaded (Hugging Face)',
      503,
      { error: 'Model x is currently loading', estimated_time: 20 },
      'loading',
    ],
    ['a model that cannot be loaded', 500, { error: 'error loading model: invalid magic' }, 'server'],
    [
      'an endpoint that is not there (LM Studio)',
      400,
      { error: 'Unexpected endpoint or method. (POST /chat)' },
      'not-found',
    ],
  ])('%s', (_, status, body, kind) => {
    expect(kindOf(status, body)).toBe(kind);
  });

  it('how long to wait may stand in the body', () => {
    const google = [{ error: { code: 429, details: [{ '@type': 'RetryInfo', retryDelay: '34s' }] } }];
    expect(failureOfResponse(429, new Headers(), JSON.stringify(google)).retryAfterMs).toBe(34_000);
    const loading = JSON.stringify({ error: 'Model x is currently loading', estimated_time: 20.5 });
    expect(failureOfResponse(503, new Headers(), loading).retryAfterMs).toBe(20_500);
  });

  it.each([
    ['Please try again in 14m24.5s. Need more tokens? Upgrade', 864_500],
    ['Please try again in 120ms.', 120],
    ['Please try again in 1h2m', 3_720_000],
    ['Please retry after 6 seconds.', 6_000],
    ['limit: 5 Please retry in 34.1s.', 34_100],
    ['try again in a few seconds', undefined],
    ['try again in 1.2.3s', undefined],
  ])('how long to wait may stand in words: %s', (message, ms) => {
    const body = JSON.stringify({ error: { message } });
    expect(failureOfResponse(429, new Headers(), body).retryAfterMs).toBe(ms);
    expect(failureOfResponse(429, new Headers({ 'retry-after': '1' }), body).retryAfterMs).toBe(1_000);
  });

  it('what a person said, repeated by a server, says nothing', () => {
    const detail = [
      {
        type: 'string_type',
        loc: ['body', 'x'],
        msg: 'Input should be valid',
        input: 'invalid API key, context length',
      },
    ];
    expect(kindOf(422, { detail })).toBe('request');
  });

  it('a long or deep body is read in a moment', () => {
    const deep = `${'{"error":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    for (const body of [{ error: 'not supported '.repeat(100_000) }, deep, 'model '.repeat(20_000)])
      expect(cpuTime(() => void kindOf(400, body))).toBeLessThan(300);
  });
});

describe.each(APIS)('%s: over the wire', (api) => {
  const array = [
    { error: { code: 400, message: `API key not valid. ${CANARY}`, status: 'INVALID_ARGUMENT' } },
  ];

  it.each<[string, Behaviour, FailureKind]>([
    ['an array, with its status', repliesJson(400, array), 'key'],
    ['an array, with 200', repliesJson(200, array), 'key'],
    ['an array, within a stream', streams(event(array)), 'key'],
    ['FastAPI, within a stream', streams(event({ detail: `Invalid API key ${CANARY}` })), 'key'],
    [
      'FastAPI, with 200',
      repliesJson(200, { detail: `Input is too long for requested model ${CANARY}` }),
      'context',
    ],
    ['a sentence of something else', repliesJson(200, { message: `Welcome ${CANARY}` }), 'not-an-api'],
    [
      'a string, within a stream',
      streams(event({ error: `Input is too long for requested model ${CANARY}` })),
      'context',
    ],
    ['text', replies(400, 'text/plain', `invalid x-api-key ${CANARY}`), 'key'],
  ])('%s', async (_, behaviour, kind) => {
    await using server = await startModelServer();
    server.respond(behaviour);
    const { chunks, end } = await ask(modelAt(server.url, api));
    expect(end.failure?.kind).toBe(kind);
    expect(JSON.stringify(chunks)).not.toContain(CANARY);
  });
});
