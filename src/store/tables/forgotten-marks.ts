/** Marks until when each place is forgotten, one row for each place. These rows hold ids and times, never a text. */
import type { ForgottenMarks, ForgottenPlace } from '../../core/forgetting/marks.ts';
import { forgottenKey } from '../keys.ts';
import type { Store } from '../store.ts';

export function createForgottenMarks(store: Store): ForgottenMarks {
  return {
    read: (places) => store.readMany<ForgottenPlace>(places.map(forgottenKey)),

    change: (place, change) =>
      store.exclusive(forgottenKey(place), async (rows) => {
        const before = await rows.read<ForgottenPlace>(forgottenKey(place));
        const people = { ...before?.people, ...change.people };
        const value: ForgottenPlace = { ...before, ...change, people };
        await rows.write([{ key: forgottenKey(place), value }]);
      }),

    async replaceWithin(place, mark) {
      const value: ForgottenPlace | undefined = mark && { all: mark, people: {} };
      if (value) await store.write([{ key: forgottenKey(place), value }]);
      else await store.remove([forgottenKey(place)]);
      // The mark of the whole place is written before the marks within it are removed.
      await store.remove(await store.keys(forgottenKey(`${place}:`)));
    },
  };
}
