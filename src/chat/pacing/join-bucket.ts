/** One answer's part in the buckets of its surface. */
import type { Bucket, Writer } from './bucket.ts';

/** A writer whose next call may count in another bucket than its last one. */
export interface MovingWriter extends Writer {
  bucket(): Bucket;
}

export interface JoinedBucket {
  /** The bucket it waits in. */
  readonly now: Bucket;
  /** Looks again: something may be due, perhaps in another bucket by now. */
  poke(): void;
  /** Moves to the bucket of the next call. @returns whether that is another bucket than before */
  follow(): boolean;
  leave(): void;
}

/** Nothing is due before the first poke. */
export function joinBucket(caller: MovingWriter): JoinedBucket {
  const writer: Writer = {
    next: caller.next,
    needs: caller.needs,
    call: caller.call,
    heldUp: () => void follow(),
  };
  let now = caller.bucket();
  let leave: (() => void) | undefined = now.join(writer);

  function follow(): boolean {
    const before = now;
    // While it joins it is asked at once, and may be told that it is held up there: then it is looked at again.
    while (leave) {
      const next = caller.bucket();
      if (next === now) break;
      leave();
      leave = undefined;
      now = next;
      leave = now.join(writer);
    }
    return now !== before;
  }

  return {
    get now() {
      return now;
    },
    poke() {
      // To join is to be asked at once.
      if (!follow()) now.poke();
    },
    follow,
    leave() {
      leave?.();
      leave = undefined;
    },
  };
}
