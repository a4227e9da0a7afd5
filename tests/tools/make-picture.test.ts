/** The tool `make_picture` against an images API as strict as OpenAI's. */

import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import {
  CANARY,
  fails,
  hangs,
  type ModelServer,
  refusesParameter,
  replies,
  repliesJson,
  startModelServer,
} from '../../lab/counterparts/model-server.ts';
import { pictureRequestOf } from '../../lab/counterparts/model-tools/picture-rules.ts';
import { makes, pngOf, refusesPicture } from '../../lab/counterparts/model-tools/pictures.ts';
import { type Meter, UNMETERED } from '../../src/core/models/model.ts';
import type { Attachment } from '../../src/core/types.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createMakePicture } from '../../src/tools/make-picture.ts';
import { pictureToolAt } from '../../src/tools/pictures/where.ts';
import { toolContext } from './tool-context.ts';

const PNG = pngOf(128);
const never = new AbortController().signal;

async function setUp() {
  const model = await startModelServer();
  model.respondToPictures(makes(PNG));
  const attachments = createAttachments(createKeyvStore(new Keyv()));
  const tool = createMakePicture({ attachments, imageModel: 'gpt-image-1', baseUrl: model.url });
  const context = toolContext();
  const { conversation } = context.message;
  let meter: Meter = UNMETERED;
  const choice = {
    source: 'operator' as const,
    model: 'm',
    provider: { baseUrl: model.url },
    api: 'chat' as const,
  };
  const spent: string[] = [];
  return {
    model,
    spent,
    setMeter(next: Meter) {
      meter = next;
    },
    async attach(number: number, bytes = PNG, type = 'image/png') {
      const attachment: Attachment = { id: `p${number}`, name: `${number}.png`, type, size: bytes.length };
      await attachments.put(conversation, attachment, bytes);
      context.files.push({ attachment, number });
    },
    run: (input: object, signal = never) =>
      tool.run(
        tool.input.parse({ prompt: 'A cat on a mat', ...input }),
        {
          ...context,
          choice,
          async spend(kind, by, task) {
            spent.push(`${kind} ${by.model}`);
            return task(meter);
          },
        },
        signal,
      ),
    [Symbol.asyncDispose]: () => model.stop(),
  };
}

const sent = (model: ModelServer) => model.pictures.map(pictureRequestOf);

describe('make_picture', () => {
  it('makes a picture of words, with a name and with words for people who cannot see it', async () => {
    await using set = await setUp();
    const { files, text } = await set.run({ alt: ' A cat. ', shape: 'wide' });
    expect(files).toEqual([{ name: 'a-cat-on-a-mat.png', type: 'image/png', bytes: PNG, alt: 'A cat.' }]);
    expect(text).toContain('shown below your answer');
    // Nobody knows that the models of this server send base64 by themselves.
    const [first, second] = sent(set.model);
    expect(first?.fields).toMatchObject({ response_format: 'b64_json', size: '1536x1024' });
    expect(second).toEqual({
      isEdit: false,
      fields: { model: 'gpt-image-1', prompt: 'A cat on a mat', n: '1', size: '1536x1024' },
      files: [],
    });
    expect(set.spent).toEqual(['picture gpt-image-1']);
  });

  it.each([[[2]], [[2, 1]]])('changes the pictures %j of the conversation', async (pictures) => {
    await using set = await setUp();
    await set.attach(1);
    await set.attach(2, pngOf(5));
    await set.run({ pictures });
    const last = sent(set.model).at(-1);
    expect(last?.isEdit).toBe(true);
    expect(last?.files.map(({ type }) => type)).toEqual(pictures.map(() => 'image/png'));
    expect(last?.fields).toMatchObject({ model: 'gpt-image-1', prompt: 'A cat on a mat' });
  });

  it('names the pictures that there are where a number is none, one was deleted, or one is a GIF', async () => {
    await using set = await setUp();
    await expect(set.run({ pictures: [1] })).rejects.toThrow('The conversation has no pictures.');
    await set.attach(3);
    await set.attach(4, Buffer.from('GIF89a'), 'image/gif');
    await expect(set.run({ pictures: [1] })).rejects.toThrow(
      'There is no picture 1. The pictures are: 3, 4.',
    );
    await expect(set.run({ pictures: [4] })).rejects.toThrow('Picture 4 is a GIF.');
    await expect(set.run({ pictures: [1, 2, 3, 4, 5, 6, 7, 8, 9] })).rejects.toThrow('At most 8 pictures');
    expect(set.model.pictures).toEqual([]);
  });

  it.each([
    ['a refusal by rules', refusesPicture, 'against its rules'],
    ['too many requests', fails(429, { code: 'rate_limit_exceeded' }), 'too many requests'],
    ['no credit', fails(429, { code: 'insufficient_quota' }), 'no credit'],
    ['a wrong key', fails(401, { code: 'invalid_api_key' }), 'does not accept the API key'],
    ['no such model', fails(404, { code: 'model_not_found' }), 'not there'],
    ['a failure', fails(500), 'failed'],
    ['no base64', repliesJson(200, { data: [{ b64_json: '***' }] }), 'no picture'],
    ['no picture in it', repliesJson(200, { data: [{ b64_json: 'aGVsbG8=' }] }), 'no picture'],
    ['SVG', repliesJson(200, { data: [{ b64_json: btoa('<svg onload="alert(1)"/>') }] }), 'no picture'],
    ['an address', repliesJson(200, { data: [{ url: 'https://example.com/cat.png' }] }), 'sent no picture'],
    ['a page', replies(200, 'text/html', '<p>hello</p>'), 'no picture'],
    ['more than is read', replies(200, 'application/json', 'x'.repeat(2 ** 24 + 1)), 'too large'],
  ])('tells the model of %s in a sentence', async (_, behaviour, sentence) => {
    await using set = await setUp();
    set.model.respondToPictures(behaviour);
    const failure = await set.run({}).catch((error: Error) => error);
    expect(failure).toMatchObject({ name: 'ToolError' });
    expect(String(failure)).toContain(sentence);
    expect(String(failure)).not.toContain(CANARY);
  });

  it('leaves out a shape that the server does not take', async () => {
    await using set = await setUp();
    set.model.respondToPictures(refusesParameter('size', makes(PNG)));
    expect((await set.run({ shape: 'tall' })).files).toHaveLength(1);
  });

  it('is over at once when it is stopped, and counts as billed', async () => {
    await using set = await setUp();
    const ends: unknown[] = [];
    set.setMeter({ ...UNMETERED, end: (outcome) => void ends.push(outcome) });
    set.model.respondToPictures(hangs);
    const controller = new AbortController();
    const run = set.run({}, controller.signal);
    await expect.poll(() => set.model.pictures.length).toBe(2);
    controller.abort();
    await expect(run).rejects.toThrow('not made in time');
    expect(ends).toEqual([{ isBilled: true }]);
  });

  it('makes none where what is left of a limit may be too little', async () => {
    await using set = await setUp();
    set.setMeter({ ...UNMETERED, begin: async () => 6_999 });
    await expect(set.run({})).rejects.toMatchObject({ failure: { kind: 'limit' } });
    expect(set.model.pictures).toEqual([]);
  });
});

describe('a picture is made', () => {
  const openai = 'https://api.openai.com/v1';
  const own = 'http://localhost:11434/v1';
  it.each([
    [openai, 'responses', undefined, 'hosted'],
    [openai, 'responses', 'gpt-image-1', 'hosted'],
    [openai, 'chat', undefined, undefined],
    [openai, 'chat', 'gpt-image-1', 'function'],
    [own, 'chat', 'flux', 'function'],
    [own, 'responses', 'flux', 'function'],
    [own, 'responses', undefined, 'hosted'],
    ['https://of-a-tenant.example/v1', 'chat', 'flux', undefined],
  ] as const)('at %s by %s with the model %s: %s', (baseUrl, api, imageModel, expected) => {
    expect(pictureToolAt({ provider: { baseUrl }, api }, { imageModel, baseUrl: own })).toBe(expected);
  });
});
