/** Conditions that a request for a turn must meet. */
import type { Context } from 'hono';
import type { MessageRate } from '../../../../core/access/message-rate.ts';
import type { SpendingDoor } from '../../../../core/access/spending-door.ts';
import { chosenOver } from '../../../../core/choices/chosen-over.ts';
import type { ConversationChoices } from '../../../../core/choices/conversation-choices.ts';
import type { Audit } from '../../../../core/reports/audit.ts';
import { en } from '../../../../core/sentences/en.ts';
import type { ShortVersions } from '../../../../core/short/short-versions.ts';
import type { StoredTurn } from '../../../../core/storage.ts';
import type { ConversationId, PageReader, TenantId } from '../../../../core/types.ts';
import type { Readers } from '../../answer/event-stream.ts';
import type { StreamPlaces } from '../../answer/stream-places.ts';
import type { Feeds } from '../../answer/turn-feed.ts';
import { fromServer } from '../../sentences/en.ts';
import { Refusal } from '../refusal.ts';
import type { RouteTools } from '../route-tools.ts';
import { type ConversationChoicesOptions, createCheckChoices } from '../settings/conversation-choices.ts';
import type { AcceptOptions } from './accept-message.ts';

const { refusals } = fromServer;

export interface TurnRoutesOptions extends AcceptOptions, ConversationChoicesOptions {
  audit: Audit;
  feeds: Feeds;
  readers: Readers;
  rate: MessageRate;
  spendingDoor: SpendingDoor;
  shortVersions: ShortVersions;
  /** The person at the page. */
  reader: (tenant: TenantId) => PageReader;
  places: StreamPlaces;
}

export const alreadyLive = () => new Refusal(409, 'live', refusals.messages.live);

interface Question {
  text?: string;
  chosen?: ConversationChoices | undefined;
}

export type Checks = ReturnType<typeof createChecks>;

export function createChecks(options: TurnRoutesOptions, { session }: RouteTools) {
  const { transcripts, queue, rate, settings, spendingDoor, reader } = options;
  return {
    checkChoices: createCheckChoices(options, { session }),
    /** @throws Refusal 404 */
    async turnOf(conversation: ConversationId, id: string): Promise<StoredTurn> {
      const turn = await transcripts.find(conversation, id);
      if (!turn) throw new Refusal(404, 'no-turn', refusals.messages.missing);
      return turn;
    },
    /** @throws Refusal while the turn waits or is answered */
    async refuseWhileLive({ message }: StoredTurn): Promise<void> {
      const live = (await queue.live(message.conversation)).find(({ id }) => id === message.id);
      if (live && live.phase !== 'answered') throw alreadyLive();
    },
    /** Counts a message of the session. @throws Refusal where it sent too many */
    async count(c: Context, id: string): Promise<void> {
      const wait = await rate.count(session(c).tenant, { id, at: Date.now() });
      if (!wait) return;
      c.header('retry-after', String(wait.seconds));
      throw new Refusal(429, 'too-many', en.notices.tooManyAMinute(wait.seconds));
    },
    /**
     * @param question `text` of a new one, and the choices with which it is answered
     * @throws Refusal where the session has nothing left to spend
     */
    async afford(c: Context, { text, chosen }: Question = {}): Promise<void> {
      const { tenant } = session(c);
      const own = await settings.read(tenant);
      const asking = {
        tenant,
        person: tenant,
        roles: [],
        author: tenant,
        settings: chosenOver(own, chosen),
        reader: reader(tenant),
      };
      const notice = await spendingDoor.refusalOf(text === undefined ? asking : { ...asking, text });
      if (notice !== undefined) throw new Refusal(402, 'limit', notice);
    },
  };
}
