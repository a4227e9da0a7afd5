/**
 * The direct messages of a person who signed in with a chat platform, as conversations of the page. They are found
 * among that person's own alone, so nobody reaches another person's by an id.
 */
import type { SaidAtPage } from '../../../../core/platform.ts';
import type { Transcripts } from '../../../../core/storage.ts';
import type { ConversationId, TenantId } from '../../../../core/types.ts';
import type { PersonalMessages } from '../../../platform.ts';
import type { ConversationView } from '../../api.ts';
import { hash } from '../../sessions/sessions.ts';
import type { SignedInPeople } from '../sign-in/people.ts';
import { titleOf } from '../titles.ts';

export interface Dm {
  entry: ConversationView;
  conversation: ConversationId;
}

/** Every call throws StoreError when the store fails. */
export interface PersonDms {
  /** All of them, in no order. */
  all(tenant: TenantId): Promise<Dm[]>;
  /** The newest ones, in no order. */
  list(tenant: TenantId): Promise<ConversationView[]>;
  find(tenant: TenantId, id: string): Promise<Dm | undefined>;
  /** Says something in one of them, as `PersonalMessages.say`. @param said its conversation is one that `find` gave */
  say(tenant: TenantId, said: Omit<SaidAtPage, 'author'>): ReturnType<PersonalMessages['say']>;
}

export interface PersonDmsOptions {
  /** Absent where nobody signs in. */
  people: Pick<SignedInPeople, 'find'> | undefined;
  personalMessages: PersonalMessages;
  transcripts: Pick<Transcripts, 'read' | 'oldest'>;
}

const FORM = /^dm-[\w-]{43}$/;
/** Conversations that the list shows. */
const MOST_SHOWN = 100;
/** Positions of a transcript that are searched for the message that is first now. */
const MOST_PLACES = 50;

export const isDmId = (id: string): boolean => FORM.test(id);

export function createPersonDms({ people, personalMessages, transcripts }: PersonDmsOptions): PersonDms {
  async function ownOf(tenant: TenantId): Promise<{ platform: string; conversations: ConversationId[] }> {
    const person = await people?.find(tenant);
    if (!person) return { platform: '', conversations: [] };
    const { provider: platform, subject } = person;
    return { platform, conversations: await personalMessages.list(platform, subject) };
  }

  /** Undefined: it has no messages any more. */
  async function viewOf(platform: string, conversation: ConversationId): Promise<Dm | undefined> {
    const [first] = (await transcripts.oldest(conversation, MOST_PLACES)).turns;
    const [newest] = (await transcripts.read(conversation, { limit: 1 })).turns;
    if (!newest) return undefined;
    const title = titleOf((first ?? newest).message);
    return { conversation, entry: { id: idOf(conversation), title, at: newest.message.at, platform } };
  }

  return {
    async all(tenant) {
      const { platform, conversations } = await ownOf(tenant);
      const dms: Dm[] = [];
      for (const conversation of conversations) dms.push(...listed(await viewOf(platform, conversation)));
      return dms;
    },
    async list(tenant) {
      const { platform, conversations } = await ownOf(tenant);
      // Ids of threads rise with time.
      const newest = conversations.toSorted().slice(-MOST_SHOWN);
      const dms = await Promise.all(newest.map((conversation) => viewOf(platform, conversation)));
      return dms.flatMap((dm) => dm?.entry ?? []);
    },
    async find(tenant, id) {
      if (!isDmId(id)) return undefined;
      const { platform, conversations } = await ownOf(tenant);
      const conversation = conversations.find((each) => idOf(each) === id);
      return conversation === undefined ? undefined : viewOf(platform, conversation);
    },
    async say(tenant, said) {
      const person = await people?.find(tenant);
      return person && personalMessages.say(person.provider, person.subject, said);
    },
  };
}

const listed = (dm: Dm | undefined): Dm[] => (dm ? [dm] : []);

/** The page's id of a conversation. It tells nothing of the platform's own ids. */
export function idOf(conversation: ConversationId): string {
  return `dm-${hash(`dm ${conversation}`)}`;
}
