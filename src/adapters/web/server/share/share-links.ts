/** Share links: who shared what, as rows of adapter state. */
import { randomBytes } from 'node:crypto';
import type { AdapterState } from '../../../../core/platform.ts';
import type { ConversationLists, Transcripts } from '../../../../core/storage.ts';
import type { ConversationId, TenantId } from '../../../../core/types.ts';
import type { ShareLink } from '../../api/share.ts';
import { createSnapshots, type Snapshots } from './snapshots.ts';

/** A link, as it is stored under its id. */
export interface KeptLink {
  v: 1;
  tenant: TenantId;
  /** The id of the conversation in its owner's list. */
  conversation: string;
  /** The branch that was shared, which has the files. */
  from: ConversationId;
  snapshot: ConversationId;
  /** Positions of the snapshot. */
  count: number;
  /** When it was shared, milliseconds since 1970. */
  at: number;
}

/** A link that works. */
export interface FoundLink extends KeptLink {
  id: string;
  /** The conversation's title when it was shared. */
  title: string;
}

export interface ShareLinks {
  /** Undefined: there is no such link, or no longer, or nothing of it is left. */
  find(id: string): Promise<FoundLink | undefined>;
  list(tenant: TenantId): Promise<ShareLink[]>;
  /** `empty`: nothing was said yet; `full`: the person has too many links. */
  share(
    tenant: TenantId,
    of: { id: string; title: string; conversation: ConversationId },
  ): Promise<ShareLink | 'empty' | 'full'>;
  /** False: it is no link of theirs. */
  end(tenant: TenantId, id: string): Promise<boolean>;
  /** Ends all links of a person, or of one conversation of theirs. */
  endAll(tenant: TenantId, conversation?: string): Promise<void>;
  /** Takes a message that was deleted out of the links of its conversation. */
  dropTurn(tenant: TenantId, conversation: string, turn: string): Promise<void>;
  snapshots: Snapshots;
}

export interface ShareLinksOptions {
  adapterState: AdapterState;
  conversations: ConversationLists;
  transcripts: Transcripts;
}

/** Links that a person can have at a time. */
const MOST_LINKS = 200;
const ID_BYTES = 16;
const ID = /^[\w-]{22}$/;

const linkKey = (id: string) => `share|${id}`;
/** Finds the links of a person. Written before the link and removed after it, so that no link is ever lost sight of. */
const ownKey = (tenant: TenantId, id: string) => `shared-by|${tenant}|${id}`;

/** Forgets all links of a person whose conversations are forgotten: who shared what, and since when. */
export async function forgetLinks(tenant: TenantId, adapterState: AdapterState): Promise<void> {
  const keys = await adapterState.keys(ownKey(tenant, ''));
  const ids = keys.map((key) => key.slice(ownKey(tenant, '').length));
  await adapterState.remove(...ids.map(linkKey), ...keys);
}

export function createShareLinks({
  adapterState,
  conversations,
  transcripts,
}: ShareLinksOptions): ShareLinks {
  const snapshots = createSnapshots(transcripts);
  const read = (id: string) => adapterState.read<KeptLink>(linkKey(id));

  async function own(tenant: TenantId): Promise<{ id: string; link: KeptLink | undefined }[]> {
    const keys = await adapterState.keys(ownKey(tenant, ''));
    const ids = keys.map((key) => key.slice(ownKey(tenant, '').length));
    return Promise.all(ids.map(async (id) => ({ id, link: await read(id) })));
  }

  /** The link ends first: after a crash, ending it again removes the rest. */
  async function remove(tenant: TenantId, id: string): Promise<void> {
    const snapshot = await adapterState.read<ConversationId>(ownKey(tenant, id));
    await adapterState.remove(linkKey(id));
    if (snapshot !== undefined) await snapshots.drop(snapshot);
    await adapterState.remove(ownKey(tenant, id));
  }

  return {
    snapshots,
    async find(id) {
      const link = ID.test(id) ? await read(id) : undefined;
      // Whichever way a conversation was deleted, its links have ended.
      if (!link || !(await conversations.find(link.tenant, link.conversation))) return undefined;
      // Retention, or the operator, may have removed all of it.
      const first = await snapshots.first(link.snapshot, link.count);
      return first && { ...link, id, title: first.message.topic ?? '' };
    },
    async list(tenant) {
      const found: ShareLink[] = [];
      for (const { id, link } of await own(tenant)) {
        const entry = link && (await conversations.find(tenant, link.conversation));
        if (entry) found.push({ id, conversation: link.conversation, title: entry.title, at: link.at });
      }
      return found.sort((a, b) => b.at - a.at);
    },
    async share(tenant, { id: conversation, title, conversation: from }) {
      if ((await adapterState.keys(ownKey(tenant, ''))).length >= MOST_LINKS) return 'full';
      const taken = await snapshots.take(tenant, from, title);
      if (!taken) return 'empty';
      const id = randomBytes(ID_BYTES).toString('base64url');
      const at = Date.now();
      const { id: snapshot, count } = taken;
      const link: KeptLink = { v: 1, tenant, conversation, from, snapshot, count, at };
      await adapterState.write(ownKey(tenant, id), snapshot);
      await adapterState.write(linkKey(id), link);
      return { id, conversation, title, at };
    },
    async end(tenant, id) {
      if (!ID.test(id) || (await adapterState.read(ownKey(tenant, id))) === undefined) return false;
      await remove(tenant, id);
      return true;
    },
    async endAll(tenant, conversation) {
      for (const { id, link } of await own(tenant))
        if (conversation === undefined || !link || link.conversation === conversation)
          await remove(tenant, id);
    },
    async dropTurn(tenant, conversation, turn) {
      for (const { link } of await own(tenant))
        if (link?.conversation === conversation) await snapshots.dropTurn(link.snapshot, turn);
    },
  };
}
