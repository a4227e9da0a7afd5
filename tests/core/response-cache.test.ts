/** Which answers are given again: by the digest of the request, the hours, and how the provider failed. */
import { expect, it } from 'vitest';
import type { FailureKind, ModelChunk, ModelRequest } from '../../src/core/models/model.ts';
import { UNMETERED } from '../../src/core/models/model.ts';
import { digestOf, repeating } from '../../src/core/responses/response-cache.ts';
import { scriptedModel } from './scripted-model.ts';

const HOUR_MS = 3_600_000;
const request: ModelRequest = {
  instructions: 'Be kind.',
  messages: [{ role: 'user', text: '"Ada": hello' }],
  cacheKey: 'c',
  user: 'u',
};

async function asked(
  chunks: ModelChunk[],
  { ageMs, isAnswered = false }: { ageMs: number; isAnswered?: boolean },
): Promise<ModelChunk[]> {
  const { models } = scriptedModel(() => chunks);
  const { model, choice } = await models.choose('t');
  const cache = { find: async () => ({ answer: 'Before.', at: Date.now() - ageMs }) };
  const repeated = repeating(model, {
    tenant: 't',
    choice,
    hours: 1,
    isAnswered: async () => isAnswered,
    cache,
  });
  const read: ModelChunk[] = [];
  for await (const chunk of repeated.stream(request, UNMETERED, new AbortController().signal))
    read.push(chunk);
  return read;
}

const said = (chunks: ModelChunk[]) =>
  chunks.map((one) => (one.type === 'text' ? one.text : one.type)).join(' ');
const failing = (kind: FailureKind): ModelChunk[] => [{ type: 'end', end: 'error', failure: { kind } }];

it.each([
  ['of a moment ago', 1_000, 'Before. end'],
  ['of almost an hour ago', HOUR_MS - 60_000, 'Before. end'],
  ['of more than an hour ago', HOUR_MS + 60_000, 'New. end'],
  ['of the near future, since a clock jumped', -60_000, 'Before. end'],
  ['of the far future', -2 * HOUR_MS, 'New. end'],
])('an answer %s, with an hour chosen', async (_, ageMs, expected) => {
  expect(
    said(
      await asked(
        [
          { type: 'text', text: 'New.' },
          { type: 'end', end: 'stop' },
        ],
        { ageMs },
      ),
    ),
  ).toBe(expected);
});

it.each(['unreachable', 'server', 'late'] as const)(
  'an old answer serves after the failure %s',
  async (kind) => {
    const chunks = await asked(failing(kind), { ageMs: 48 * HOUR_MS });
    expect(chunks).toEqual([
      { type: 'text', text: 'Before.' },
      { type: 'end', end: 'stop', repeated: { at: expect.any(Number), isStale: true } },
    ]);
  },
);

it.each(['key', 'quota', 'refused', 'limit', 'blocked', 'stalled', 'context'] as const)(
  'no old answer serves after the failure %s',
  async (kind) => {
    expect(await asked(failing(kind), { ageMs: 48 * HOUR_MS })).toEqual(failing(kind));
  },
);

it('no old answer follows the beginning of a new one', async () => {
  const half: ModelChunk[] = [{ type: 'text', text: 'Half' }, ...failing('server')];
  expect(await asked(half, { ageMs: 48 * HOUR_MS })).toEqual(half);
});

it('a turn that has an answer is answered anew, or not at all', async () => {
  expect(await asked(failing('unreachable'), { ageMs: 1_000, isAnswered: true })).toEqual(
    failing('unreachable'),
  );
});

it.each<[string, ModelChunk[]]>([
  [
    'cut',
    [
      { type: 'text', text: 'A' },
      { type: 'end', end: 'length' },
    ],
  ],
  [
    'stopped',
    [
      { type: 'text', text: 'A' },
      { type: 'end', end: 'stopped' },
    ],
  ],
  [
    'refused',
    [
      { type: 'text', text: 'A' },
      { type: 'end', end: 'refused' },
    ],
  ],
  [
    'made without a picture',
    [
      { type: 'text', text: 'A' },
      { type: 'end', end: 'stop', unseenImages: 1 },
    ],
  ],
])('an answer that was %s is not given again', async (_, chunks) => {
  expect(await asked(chunks, { ageMs: 48 * HOUR_MS })).toEqual(chunks);
});

it('the digest tells requests apart by all that is sent, but for the ids of the conversation and the person', () => {
  const choice = { provider: { baseUrl: 'https://a.example/v1' } };
  const model = { name: 'm', tuning: { temperature: 1 } };
  const digest = digestOf('t', choice, model, request);
  expect(digestOf('t', choice, model, { ...request, cacheKey: 'other', user: 'other' })).toBe(digest);
  const image = { name: 'a.png', type: 'image/png', base64: 'AA==' };
  const [hello] = request.messages;
  const others = [
    digestOf('t2', choice, model, request),
    digestOf('t', { provider: { baseUrl: 'https://b.example/v1' } }, model, request),
    digestOf('t', choice, { ...model, name: 'm2' }, request),
    digestOf('t', choice, { name: 'm' }, request),
    digestOf('t', choice, { name: 'm', tuning: { temperature: 1, effort: 'low' } }, request),
    digestOf('t', choice, model, { ...request, instructions: 'Be brief.' }),
    digestOf('t', choice, model, { ...request, messages: [{ role: 'user', text: '"Ben": hello' }] }),
    digestOf('t', choice, model, { ...request, messages: [{ role: 'assistant', text: '"Ada": hello' }] }),
    digestOf('t', choice, model, { ...request, messages: [...request.messages, ...request.messages] }),
    digestOf('t', choice, model, { ...request, messages: hello ? [{ ...hello, images: [image] }] : [] }),
  ];
  expect(new Set([digest, ...others]).size).toBe(others.length + 1);
});
