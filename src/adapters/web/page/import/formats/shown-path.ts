/** The branch of a tree of messages that was shown. */

/** Messages of one conversation; further ones, and circles, are cut off. */
const MOST_MESSAGES = 20_000;

/** The ids from the root to this message. A file can name parents in a circle, or such as are not there. */
export function pathTo(id: string, parentOf: (id: string) => string | undefined): string[] {
  const path = new Set<string>();
  for (let now: string | undefined = id; now !== undefined && !path.has(now); now = parentOf(now)) {
    path.add(now);
    if (path.size >= MOST_MESSAGES) break;
  }
  return [...path].reverse();
}

/** The last of the messages that no other one follows. */
export function lastLeaf(messages: { id: string; parent: string | undefined }[]): string | undefined {
  const parents = new Set(messages.map(({ parent }) => parent));
  return (messages.findLast(({ id }) => !parents.has(id)) ?? messages.at(-1))?.id;
}
