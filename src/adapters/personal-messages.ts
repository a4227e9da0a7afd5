/** A person's direct messages with Parley, found by the id that the platform's sign-in gives. */

import { createRecent } from '../core/recent.ts';
import type { Transcripts } from '../core/storage.ts';
import type { ConversationId } from '../core/types.ts';
import { PLATFORMS } from './all.ts';
import type { PersonalMessages } from './platform.ts';

/** Rooms whose person is remembered. The person of a room never changes. */
const MOST_ROOMS = 20_000;
/** Transcripts that are read at once. */
const AT_ONCE = 16;

export function createPersonalMessages(transcripts: Pick<Transcripts, 'list' | 'read'>): PersonalMessages {
  const people = createRecent<string, string>(MOST_ROOMS);

  async function personIn(room: string, conversation: ConversationId): Promise<string | undefined> {
    const known = people.get(room);
    if (known !== undefined) return known;
    const [turn] = (await transcripts.read(conversation, { limit: 1 })).turns;
    if (turn) people.set(room, turn.message.author.id);
    return turn?.message.author.id;
  }

  return async (name, subject) => {
    const platform = PLATFORMS.find((each) => each.name === name);
    const owner = platform?.directMessages?.ownerOf(subject);
    if (!platform?.directMessages || !owner) return [];
    const { roomOf } = platform.directMessages;
    const rooms = (await transcripts.list(owner.tenant)).flatMap((conversation) => {
      const room = roomOf(conversation);
      return room === undefined ? [] : { conversation, room };
    });
    const own: ConversationId[] = [];
    for (let at = 0; at < rooms.length; at += AT_ONCE) {
      const some = rooms.slice(at, at + AT_ONCE);
      const authors = await Promise.all(some.map(({ room, conversation }) => personIn(room, conversation)));
      own.push(
        ...some.filter((_, index) => authors[index] === owner.author).map((each) => each.conversation),
      );
    }
    return own;
  };
}
