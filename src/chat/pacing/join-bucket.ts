/** One answer's part in the buckets of its surface. */
import type { Bucket, Due, Writer } from './bucket.ts';

/** A writer whose next call may count in another bucket than its last one. */
export interface MovingWriter {
  /** The bucket of its next call. */
  bucket(): Bucket;
  /** As of `Writer`. */
  next(): Due | undefined;
  /** As of `Writer`. @param now the bucket in which it waits */
  needs(now: Bucket): number;
  /** Takes in the newest text before a call, since the bucket may depend on that text. */
  refresh(): void;
  /** As of `Writer`. @param now the bucket in which the call counts */
  call(now: Bucket): Promise<void> | undefined;
}

export interface JoinedBucket {
  /** Looks again: something may be due, perhaps in another bucket by now. */
  poke(): void;
  leave(): void;
}

/** Nothing is due before the first poke. */
export function joinBucket(moving: MovingWriter): JoinedBucket {
  const writer: Writer = {
    next: moving.next,
    needs: () => moving.needs(now),
    call() {
      moving.refresh();
      return follow() ? undefined : moving.call(now);
    },
    heldUp: () => void follow(),
  };
  let now = moving.bucket();
  let leave: (() => void) | undefined = now.join(writer);

  /** Moves to the bucket of the next call. Returns whether that is another bucket than before. */
  function follow(): boolean {
    const before = now;
    // A writer that joins is asked at once, and may be told that it is held up there: then it is looked at again.
    while (leave) {
      const next = moving.bucket();
      if (next === now) break;
      leave();
      leave = undefined;
      now = next;
      leave = now.join(writer);
    }
    return now !== before;
  }

  return {
    poke() {
      // To join is to be asked at once.
      if (!follow()) now.poke();
    },
    leave() {
      leave?.();
      leave = undefined;
    },
  };
}
