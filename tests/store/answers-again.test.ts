/** Short versions and answers that are given again go with the turn that they belong to. */
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createResponseCache } from '../../src/store/tables/response-cache.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { keepIn, turnOf } from '../fixtures.ts';

const DIGEST = 'digest';
const answered = turnOf('1', { answer: 'Forty-two.', end: 'stop', digest: DIGEST });
const { conversation } = answered.message;

async function withAnswer() {
  const store = createKeyvStore(new Keyv());
  const transcripts = createTranscripts(store);
  const responses = createResponseCache(store, transcripts);
  await transcripts.append(conversation, answered);
  await transcripts.append(conversation, turnOf('2'));
  await responses.note(DIGEST, { conversation, id: '1' });
  return { store, transcripts, responses, keep: keepIn(store) };
}

type Set = Awaited<ReturnType<typeof withAnswer>>;

describe('an answer that may be given again', () => {
  it('is found by its digest, with the time of its note', async () => {
    const { responses } = await withAnswer();
    expect(await responses.find(DIGEST)).toEqual({ answer: 'Forty-two.', at: expect.any(Number) });
    expect(await responses.find('another')).toBeUndefined();
  });

  it.each<[string, (set: Set) => Promise<unknown>]>([
    ['its message is forgotten', ({ transcripts }) => transcripts.remove(conversation, '1')],
    ['its conversation is forgotten', ({ transcripts }) => transcripts.forget(conversation)],
    ['it is too old to be kept', ({ transcripts }) => transcripts.dropBefore(conversation, 1)],
    [
      'something that it was asked about is forgotten',
      ({ transcripts }) => transcripts.changeMaterial(conversation, '1', () => ({ attachments: [] })),
    ],
    [
      'it is answered again',
      ({ keep }) => keep(conversation, { ...answered, answer: 'New.', digest: 'other' }),
    ],
    [
      'it broke off when it was answered again',
      ({ keep }) => keep(conversation, turnOf('1', { end: 'error' })),
    ],
  ])('is not found, and leaves no row, once %s', async (_, change) => {
    const set = await withAnswer();
    await change(set);
    expect(await set.responses.find(DIGEST)).toBeUndefined();
    expect(await set.store.keys('response|')).toEqual([]);
  });

  it('is not found in a turn that another answer has taken, though its note came late', async () => {
    const { keep, responses } = await withAnswer();
    await keep(conversation, { ...answered, answer: 'New.', digest: 'other' });
    await responses.note(DIGEST, { conversation, id: '1' });
    expect(await responses.find(DIGEST)).toBeUndefined();
  });
});

describe('a short version', () => {
  it('is kept with the answer that it was made from, and with no other', async () => {
    const { transcripts, keep } = await withAnswer();
    const made = { answer: 'Forty-two.', short: '42.' };
    expect(await transcripts.shorten(conversation, '1', { ...made, answer: 'Older.' })).toBe(false);
    expect(await transcripts.shorten(conversation, '1', made)).toBe(true);
    expect(await transcripts.find(conversation, '1')).toMatchObject({ answer: 'Forty-two.', short: '42.' });
    await keep(conversation, { ...answered, answer: 'New.' });
    expect(await transcripts.find(conversation, '1')).not.toHaveProperty('short');
    expect(await transcripts.shorten(conversation, '1', made)).toBe(false);
  });

  it('brings no turn back that is gone, and is none of a turn without an end', async () => {
    const { transcripts } = await withAnswer();
    expect(await transcripts.shorten(conversation, '2', { answer: '', short: 'x' })).toBe(false);
    await transcripts.remove(conversation, '1');
    expect(await transcripts.shorten(conversation, '1', { answer: 'Forty-two.', short: 'x' })).toBe(false);
    expect(await transcripts.find(conversation, '1')).toBeUndefined();
  });
});
