/** Share links: who shared what, as rows of adapter state. */
import { randomBytes } from 'node:crypto';
import type { AdapterState } from '../../../../core/platform.ts';
import type { ConversationEntry, ConversationLists, Transcripts } from '../../../../core/storage.ts';
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

/** The row by which a person's link is found: written before anything of the link, and removed after all of it. */
interface OwnLink {
  v: 1;
  /** The id of the conversation in its owner's list. */
  conversation: string;
  snapshot: ConversationId;
  /** When its making began, milliseconds since 1970. */
  at: number;
}

/** A link that works. */
export interface FoundLink extends KeptLink {
  id: string;
  /** The conversation's title when it was shared, or that of the message that is first now. */
  title: string;
}

export interface ShareLinks {
  /** Undefined: there is no such link, or no longer, or nothing of it is left. */
  find(id: string): Promise<FoundLink | undefined>;
  list(tenant: TenantId): Promise<ShareLink[]>;
  /** `empty`: nothing was said yet; `full`: the person has too many links; `gone`: the conversation was deleted meanwhile. */
  share(
    tenant: TenantId,
    of: { entry: ConversationEntry; conversation: ConversationId },
  ): Promise<ShareLink | 'empty' | 'full' | 'gone'>;
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
/** A link that is not made after this time never will be: its process died. */
const MADE_WITHIN_MS = 3_600_000;

const linkKey = (id: string) => `share|${id}`;
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

  async function own(tenant: TenantId): Promise<FoundOwn[]> {
    const keys = await adapterState.keys(ownKey(tenant, ''));
    const ids = keys.map((key) => key.slice(ownKey(tenant, '').length));
    return Promise.all(ids.map(async (id) => ({ id, ...(await readOwn(tenant, id)) })));
  }

  async function readOwn(tenant: TenantId, id: string): Promise<Omit<FoundOwn, 'id'>> {
    // An earlier Parley kept the snapshot alone.
    const row = await adapterState.read<OwnLink | ConversationId>(ownKey(tenant, id));
    const link = await read(id);
    if (typeof row === 'object') return { ...row, link };
    return { conversation: link?.conversation, snapshot: row, at: link?.at ?? 0, link };
  }

  /** The link ends first: after a crash, ending it again removes the rest. */
  async function remove(tenant: TenantId, id: string): Promise<void> {
    const { snapshot } = await readOwn(tenant, id);
    await adapterState.remove(linkKey(id));
    if (snapshot !== undefined) await snapshots.drop(snapshot);
    await adapterState.remove(ownKey(tenant, id));
  }

  const share = createSharing({ adapterState, conversations, snapshots, own, remove });

  return {
    snapshots,
    async find(id) {
      const link = ID.test(id) ? await read(id) : undefined;
      // Whichever way a conversation was deleted, its links have ended.
      if (!link || !(await conversations.find(link.tenant, link.conversation))) return undefined;
      // Retention, or the operator, may have removed all of it.
      const title = await snapshots.titleOf(link.snapshot, link.count);
      return title === undefined ? undefined : { ...link, id, title };
    },
    async list(tenant) {
      const found: ShareLink[] = [];
      for (const { id, link } of await own(tenant)) {
        const entry = link && (await conversations.find(tenant, link.conversation));
        if (entry) found.push({ id, conversation: link.conversation, title: entry.title, at: link.at });
      }
      return found.sort((a, b) => b.at - a.at);
    },
    share,
    async end(tenant, id) {
      if (!ID.test(id) || (await adapterState.read(ownKey(tenant, id))) === undefined) return false;
      await remove(tenant, id);
      return true;
    },
    async endAll(tenant, conversation) {
      for (const one of await own(tenant))
        if (conversation === undefined || (one.conversation ?? conversation) === conversation)
          await remove(tenant, one.id);
    },
    async dropTurn(tenant, conversation, turn) {
      for (const one of await own(tenant))
        if (one.conversation === conversation && one.snapshot !== undefined)
          await snapshots.dropTurn(one.snapshot, turn);
    },
  };
}

/** A link of a person, as it was found. Without a `link` it is still being made, or was left by a crash. */
interface FoundOwn {
  id: string;
  conversation: string | undefined;
  snapshot: ConversationId | undefined;
  at: number;
  link: KeptLink | undefined;
}

interface SharingParts extends Omit<ShareLinksOptions, 'transcripts'> {
  snapshots: Snapshots;
  own(tenant: TenantId): Promise<FoundOwn[]>;
  remove(tenant: TenantId, id: string): Promise<void>;
}

function createSharing({
  adapterState,
  conversations,
  snapshots,
  own,
  remove,
}: SharingParts): ShareLinks['share'] {
  /** The links that are there. Those that a crash left half made are removed. */
  async function countOf(tenant: TenantId): Promise<number> {
    const all = await own(tenant);
    const left = all.filter(({ link, at }) => !link && at < Date.now() - MADE_WITHIN_MS);
    for (const { id } of left) await remove(tenant, id);
    return all.length - left.length;
  }

  return async (tenant, { entry, conversation: from }) => {
    const { id: conversation, title } = entry;
    if ((await countOf(tenant)) >= MOST_LINKS) return 'full';
    const id = randomBytes(ID_BYTES).toString('base64url');
    const at = Date.now();
    const snapshot = snapshots.idFor(tenant);
    const row: OwnLink = { v: 1, conversation, snapshot, at };
    await adapterState.write(ownKey(tenant, id), row);
    const taken = await snapshots.take(snapshot, { tenant, conversation: from, entry });
    if (taken.size === 0) {
      await remove(tenant, id);
      return 'empty';
    }
    const link: KeptLink = { v: 1, tenant, conversation, from, snapshot, count: taken.size, at };
    // Who deleted the conversation meanwhile has removed this row.
    await adapterState.write(ownKey(tenant, id), row);
    await adapterState.write(linkKey(id), link);
    // A deletion that comes from now on finds the link.
    if (!(await conversations.find(tenant, conversation))) {
      await remove(tenant, id);
      return 'gone';
    }
    await snapshots.dropGone(snapshot, { conversation: from, taken });
    return { id, conversation, title, at };
  };
}
