/** Moves what a browser had before its person signed in to that person: conversations with their files, settings and keys. */
import { VaultError } from '../../../../core/errors.ts';
import { turnsInOrder } from '../../../../core/exports/turns-in-order.ts';
import type { Forgetting } from '../../../../core/forgetting/forget.ts';
import type { Settings } from '../../../../core/settings.ts';
import type {
  Attachments,
  ConversationEntry,
  ConversationLists,
  StoredTurn,
  Transcripts,
} from '../../../../core/storage.ts';
import type { TurnQueue } from '../../../../core/turn/queue.ts';
import type { ConversationId, TenantId, Turn } from '../../../../core/types.ts';
import { fromServer } from '../../sentences/en.ts';
import { tooManyConversations } from '../conversation-routes.ts';
import { Refusal } from '../refusal.ts';
import type { ShareLinks } from '../share/share-links.ts';

export interface MoveOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  settings: Settings;
  queue: TurnQueue;
  forgetting: Forgetting;
  shareLinks: ShareLinks;
}

/** @throws StoreError; moving again then goes on. Refusal 409 while an answer is written, or if there are too many */
export function createMove(options: MoveOptions): (from: TenantId, to: TenantId) => Promise<void> {
  const { transcripts, conversations, queue, forgetting, shareLinks } = options;

  async function moveConversation(from: TenantId, to: TenantId, entry: ConversationEntry): Promise<void> {
    const [source, target] = [`${from}:${entry.id}`, `${to}:${entry.id}`] as const;
    if ((await conversations.add(to, entry)) === 'full') throw tooManyConversations();
    for await (const turn of turnsInOrder(transcripts, source)) {
      await moveFiles(options, turn, { source, target, to });
      // After a crash, turns that are there already are `seen`.
      await transcripts.append(target, turnOf(turn, target, to));
    }
    await shareLinks.endAll(from, entry.id);
    await forgetting.conversation(source);
    await conversations.remove(from, entry.id);
  }

  return async (from, to) => {
    const entries = await conversations.list(from);
    for (const { id } of entries)
      if ((await queue.live(`${from}:${id}`)).length > 0)
        throw new Refusal(409, 'live', fromServer.account.STILL_ANSWERING);
    for (const entry of entries) await moveConversation(from, to, entry);
    await moveSettings(options.settings, from, to);
    await forgetting.tenant(from);
  };
}

function turnOf({ seq: _, offset: __, ...turn }: StoredTurn, target: ConversationId, to: TenantId): Turn {
  const author = { ...turn.message.author, id: to };
  return { ...turn, message: { ...turn.message, conversation: target, lane: target, tenant: to, author } };
}

interface Way {
  source: ConversationId;
  target: ConversationId;
  to: TenantId;
}

async function moveFiles(
  { attachments }: MoveOptions,
  { message, files = [] }: StoredTurn,
  { source, target, to }: Way,
): Promise<void> {
  const owner = { tenant: to, person: to };
  const ids = [...message.attachments, ...files].map(({ id }) => id);
  for (const id of ids) {
    const file = await attachments.get(source, id);
    if (file) await attachments.put(target, file.attachment, file.bytes, owner);
  }
  await attachments.claim(target, ids, owner);
}

/** Choices that the person made already stay. */
async function moveSettings(settings: Settings, from: TenantId, to: TenantId): Promise<void> {
  const { keys, ...choices } = await settings.read(from);
  const own = await settings.read(to);
  await settings.change(to, { ...choices, ...withoutKeys(own) });
  for (const baseUrl of Object.keys(keys)) {
    if (own.keys[baseUrl]) continue;
    const key = await keyOf(settings, from, baseUrl);
    if (key !== undefined) await settings.setKey(to, baseUrl, key);
  }
}

function withoutKeys<T extends { keys: unknown }>({ keys: _, ...choices }: T): Omit<T, 'keys'> {
  return choices;
}

/** Undefined: no master key opens it, so the person has to enter it again. */
async function keyOf(settings: Settings, tenant: TenantId, baseUrl: string): Promise<string | undefined> {
  try {
    return await settings.key(tenant, baseUrl);
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}
