/** A person's direct messages with Parley, found by the id that the platform's sign-in gives. */

import type { Adapter, Topics } from '../core/platform.ts';
import { createRecent } from '../core/recent.ts';
import type { Transcripts } from '../core/storage.ts';
import type { ConversationId } from '../core/types.ts';
import { PLATFORMS } from './all.ts';
import { readDmTopic } from './dm-topic.ts';
import type { PersonalMessages } from './platform.ts';

/** Rooms whose person is remembered. The person of a room never changes. */
const MOST_ROOMS = 20_000;
/** People whose conversations are remembered: to find them takes a look through those of a whole workspace. */
const MOST_PEOPLE = 5_000;
/** How long they are remembered, ms, in case a new one is not heard of. */
const KEPT_MS = 10 * 60_000;
/** Transcripts that are read at once. */
const AT_ONCE = 16;

export interface PersonalMessagesOptions {
  transcripts: Pick<Transcripts, 'list' | 'read'>;
  topics: Pick<Topics, 'onTold'>;
  /** The adapters of the platforms that are on. Called only once they are made. */
  adapters(): Pick<Adapter, 'name' | 'sayFromPage'>[];
}

export function createPersonalMessages({
  transcripts,
  topics,
  adapters,
}: PersonalMessagesOptions): PersonalMessages {
  const people = createRecent<string, string>(MOST_ROOMS);

  async function personIn(room: string, conversation: ConversationId): Promise<string | undefined> {
    const known = people.get(room);
    if (known !== undefined) return known;
    const [turn] = (await transcripts.read(conversation, { limit: 1 })).turns;
    if (turn) people.set(room, turn.message.author.id);
    return turn?.message.author.id;
  }

  async function scan(name: string, subject: string): Promise<ConversationId[]> {
    const messages = messagesOf(name);
    const owner = messages?.ownerOf(subject);
    if (!messages || !owner) return [];
    const { roomOf } = messages;
    const rooms = (await transcripts.list(owner.tenant, owner.rooms)).flatMap((conversation) => {
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

  const found = createFound(topics);

  return {
    async list(name, subject) {
      const person = `${name} ${subject}`;
      return found.get(person) ?? found.keep(person, scan(name, subject));
    },
    async say(name, subject, said) {
      const owner = messagesOf(name)?.ownerOf(subject);
      const adapter = adapters().find((each) => each.name === name);
      return owner && adapter?.sayFromPage?.({ ...said, author: owner.author });
    },
  };
}

/**
 * The conversations of people, by platform and subject, as far as they were looked for. Forgotten ones stay in it: they
 * have no turns any more.
 */
function createFound(topics: Pick<Topics, 'onTold'>) {
  const found = createRecent<string, Promise<ConversationId[]>>(MOST_PEOPLE, { ttl: KEPT_MS });

  function keep(person: string, own: Promise<ConversationId[]>): Promise<ConversationId[]> {
    found.set(person, own);
    own.catch(() => {
      if (found.get(person) === own) found.delete(person);
    });
    return own;
  }

  topics.onTold((topic) => {
    // A topic was lost, so conversations may have begun unheard.
    if (topic === '') found.clear();
    const change = readDmTopic(topic);
    const person = change && `${change.platform} ${change.subject}`;
    const known = person && found.get(person);
    if (known)
      keep(
        person,
        known.then((own) => [...new Set([...own, change.conversation])]),
      );
  });

  return { get: (person: string) => found.get(person), keep };
}

const messagesOf = (name: string) => PLATFORMS.find((each) => each.name === name)?.directMessages;
