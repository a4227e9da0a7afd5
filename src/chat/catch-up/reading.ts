/** One reading of missed messages. Messages that come by themselves wait until the reading has passed their place. */

/** How far a reading is. */
export interface Progress {
  /** No other places than these are read before messages that come by themselves. */
  expect(places: Iterable<string>): void;
  /** The messages missed there are taken, in their order. */
  done(place: string): void;
}

export interface MissedReading extends Progress {
  /** Resolves when the place is read; undefined where it will not be. */
  whenRead(place: string): Promise<void> | undefined;
  /** Resolves when the reading has passed the place, or has ended. */
  passed(place: string): Promise<void>;
  end(): void;
}

export function createReading(): MissedReading {
  const over = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  let expected: Map<string, PromiseWithResolvers<void>> | undefined;
  return {
    expect(places) {
      expected = new Map([...places].map((place) => [place, Promise.withResolvers()]));
      begun.resolve();
    },
    done: (place) => expected?.get(place)?.resolve(),
    whenRead(place) {
      if (expected && !expected.has(place)) return undefined;
      const there = begun.promise.then(() => expected?.get(place)?.promise);
      return Promise.race([over.promise, there]);
    },
    passed: (place) =>
      Promise.race([over.promise, begun.promise.then(() => expected?.get(place)?.promise ?? over.promise)]),
    end: over.resolve,
  };
}
