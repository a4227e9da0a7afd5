/** A person's direct messages with Parley, found by the id that the platform's sign-in gives. */

import type { Adapter } from '../core/platform.ts';
import { createRecent } from '../core/recent.ts';
import type { Transcripts } from '../core/storage.ts';
import type { ConversationId } from '../core/types.ts';
import { PLATFORMS } from './all.ts';
import type { PersonalMessages } from './platform.ts';

/** Rooms whose person is remembered. The person of a room never changes. */
const MOST_ROOMS = 20_000;
/** Transcripts that are read at once. */
const AT_ONCE = 16;

export interface PersonalMessagesOptions {
  transcripts: Pick<Transcripts, 'list' | 'read'>;
  /** The adapters of the platforms that are on. Called only once they are made. */
  adapters(): Pick<Adapter, 'name' | 'sayFromPage'>[];
}

export function createPersonalMessages({ transcripts, adapters }: PersonalMessagesOptions): PersonalMessages {
  const people = createRecent<string, string>(MOST_ROOMS);

  async function personIn(room: string, conversation: ConversationId): Promise<string | undefined> {
    const known = people.get(room);
    if (known !== undefined) return known;
    const [turn] = (await transcripts.read(conversation, { limit: 1 })).turns;
    if (turn) people.set(room, turn.message.author.id);
    return turn?.message.author.id;
  }

  async function list(name: string, subject: string): Promise<ConversationId[]> {
    const messages = messagesOf(name);
    const owner = messages?.ownerOf(subject);
    if (!messages || !owner) return [];
    const { roomOf } = messages;
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
  }

  return {
    list,
    async say(name, subject, said) {
      const owner = messagesOf(name)?.ownerOf(subject);
      const adapter = adapters().find((each) => each.name === name);
      return owner && adapter?.sayFromPage?.({ ...said, author: owner.author });
    },
  };
}

const messagesOf = (name: string) => PLATFORMS.find((each) => each.name === name)?.directMessages;
