/** Which calls are held back together, as Discord names its buckets. */
import { expect, it } from 'vitest';
import { createRateBuckets } from '../../../src/adapters/discord/rest/rate-buckets.ts';
import { createPacer } from '../../../src/chat/pacing/pacing.ts';

const POST = ['POST', '/channels/1/messages'] as const;
const EDIT = ['PATCH', '/channels/1/messages/2'] as const;
const seen = { limit: 5, remaining: 4, resetAfterMs: 5_000 };

it('posts and edits that Discord counts together share a bucket, in every channel', () => {
  const buckets = createRateBuckets(createPacer());
  buckets.learn(...POST, seen, 'messages');
  buckets.learn(...EDIT, seen, 'messages');
  expect(buckets.ofChannel('post', '1')).toBe(buckets.ofChannel('edit', '1'));
  expect(buckets.ofChannel('post', '9')).toBe(buckets.ofChannel('edit', '9'));
  expect(buckets.ofChannel('post', '1')).not.toBe(buckets.ofChannel('post', '9'));
});

it('posts do not wait for edits that are counted apart', () => {
  const buckets = createRateBuckets(createPacer());
  buckets.learn(...POST, seen, 'posts');
  buckets.learn(...EDIT, seen, 'edits');
  expect(buckets.ofChannel('post', '1')).not.toBe(buckets.ofChannel('edit', '1'));
});

it('before that is known, both together make no more calls than one bucket takes', async () => {
  const buckets = createRateBuckets(createPacer());
  const calls = { post: 0, edit: 0 };
  for (const call of ['post', 'edit'] as const) {
    buckets.ofChannel(call, '1').join({
      next: () => ({ rank: 'first', unseen: 1 }),
      needs: () => 0,
      call: async () => void calls[call]++,
    });
    buckets.ofChannel(call, '1').poke();
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(calls).toEqual({ post: 4, edit: 1 });
});

it('a token of an interaction has a bucket of its own', () => {
  const buckets = createRateBuckets(createPacer());
  expect(buckets.ofToken('a')).not.toBe(buckets.ofToken('b'));
});
