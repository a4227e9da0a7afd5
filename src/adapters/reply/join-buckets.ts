/** One answer's part in the buckets of its surface. */
import type { Writer } from './pacing.ts';
import type { Surface } from './surface.ts';

export interface JoinedBuckets {
  /** Something may be due; a surface that has moved to other buckets is followed there. */
  poke(): void;
  pokePosts(): void;
  pokeEdits(): void;
  limited(call: 'post' | 'edit', retryAfterMs: number): void;
  leave(): void;
}

/** Nothing is due before the first poke. */
export function joinBuckets(
  surface: Surface,
  poster: Writer,
  editor: Writer,
  isEnded: () => boolean,
): JoinedBuckets {
  const editBucket = () => surface.bucket(isEnded() ? 'end' : 'edit');
  let posts = surface.bucket('post');
  let edits = editBucket();
  let leaves = [posts.join(poster), edits.join(editor)];

  function leave(): void {
    for (const leaveOne of leaves) leaveOne();
    leaves = [];
  }

  return {
    poke() {
      if (surface.bucket('post') !== posts || editBucket() !== edits) {
        leave();
        posts = surface.bucket('post');
        edits = editBucket();
        leaves = [posts.join(poster), edits.join(editor)];
      }
      // The end of a message before the next one: in the order of reading.
      edits.poke();
      posts.poke();
    },
    pokePosts: () => posts.poke(),
    pokeEdits: () => edits.poke(),
    limited: (call, retryAfterMs) => (call === 'post' ? posts : edits).limited(retryAfterMs),
    leave,
  };
}
