/** Until when what was said at a place is forgotten, one row a place. These rows hold ids and times, never a text. */
import type { ForgottenMarks, ForgottenPlace } from '../../core/forgetting/marks.ts';
import type { Store } from '../store.ts';

/** Among the notes that outlive what they are about. */
const markKey = (place: string) => `note|forgotten|${place}`;

export function createForgottenMarks(store: Store): ForgottenMarks {
  return {
    read: (places) => store.readMany<ForgottenPlace>(places.map(markKey)),

    change: (place, change) =>
      store.exclusive(markKey(place), async (rows) => {
        const before = await rows.read<ForgottenPlace>(markKey(place));
        const people = { ...before?.people, ...change.people };
        const value: ForgottenPlace = { ...before, ...change, people };
        await rows.write([{ key: markKey(place), value }]);
      }),

    async replaceWithin(place, mark) {
      const value: ForgottenPlace | undefined = mark && { all: mark, people: {} };
      if (value) await store.write([{ key: markKey(place), value }]);
      else await store.remove([markKey(place)]);
      // The mark of the whole stands before the marks within it go.
      await store.remove(await store.keys(markKey(`${place}:`)));
    },
  };
}
