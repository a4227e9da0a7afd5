/** Moves what a browser had before its person signed in to that person: conversations with their files, settings and keys. */
import { VaultError } from '../../../../core/errors.ts';
import { turnsInOrder } from '../../../../core/exports/turns-in-order.ts';
import type { Forgetting } from '../../../../core/forgetting/forget.ts';
import type { Choices, NamedPersona, Settings } from '../../../../core/settings.ts';
import type {
  Attachments,
  Base,
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
    const trunk = `${from}:${entry.id}`;
    if ((await conversations.add(to, entry)) === 'full') throw tooManyConversations();
    const move = createTranscriptMove(options, { from, to, trunk });
    await move(trunk, 0);
    // A branch stands behind the one that it begins from.
    for (const { conversation, base } of await transcripts.branches(trunk)) {
      await transcripts.fork(move.targetOf(conversation), await move.baseOf(base));
      await move(conversation, base.seq);
    }
    await shareLinks.endAll(from, entry.id);
    await forgetting.conversation(trunk);
    await conversations.remove(from, entry.id);
  }

  return async (from, to) => {
    const entries = await conversations.list(from);
    for (const { id } of entries) {
      const branches = await transcripts.branches(`${from}:${id}`);
      for (const conversation of [`${from}:${id}`, ...branches.map((branch) => branch.conversation)])
        if ((await queue.live(conversation)).length > 0)
          throw new Refusal(409, 'live', fromServer.account.STILL_ANSWERING);
    }
    for (const entry of entries) await moveConversation(from, to, entry);
    await moveSettings(options.settings, from, to);
    await forgetting.tenant(from);
  };
}

interface Way {
  from: TenantId;
  to: TenantId;
  trunk: ConversationId;
}

/** Moves the turns of a conversation's trunk, and of each branch. */
function createTranscriptMove({ transcripts, attachments }: MoveOptions, { from, to, trunk }: Way) {
  const owner = { tenant: to, person: to };
  const targetOf = (conversation: ConversationId): ConversationId => to + conversation.slice(from.length);

  /** @param upTo the seq from which the conversation has turns of its own: those below are its base's */
  async function move(source: ConversationId, upTo: number): Promise<void> {
    const target = targetOf(source);
    for await (const turn of turnsInOrder(transcripts, source)) {
      if (turn.seq < upTo) continue;
      // Files of a branch may lie at its trunk.
      for (const place of new Set([source, trunk])) await moveFiles(turn, place);
      // After a crash, turns that are there already are `seen`.
      await transcripts.append(target, turnOf(turn, target, to));
    }
  }

  async function moveFiles({ message, files = [] }: StoredTurn, place: ConversationId): Promise<void> {
    const ids = [...message.attachments, ...files].map(({ id }) => id);
    for (const id of ids) {
      const file = await attachments.get(place, id);
      if (file) await attachments.put(targetOf(place), file.attachment, file.bytes, owner);
    }
    await attachments.claim(targetOf(place), ids, owner);
  }

  /** The same base among the moved turns: their positions have no gaps. */
  async function baseOf({ conversation, seq }: Base): Promise<Base> {
    const last = (await transcripts.read(conversation, { limit: 1, before: seq })).turns.at(-1);
    const moved = last && (await transcripts.find(targetOf(conversation), last.message.id));
    return { conversation: targetOf(conversation), seq: moved ? moved.seq + 1 : 0 };
  }

  return Object.assign(move, { targetOf, baseOf });
}

function turnOf({ seq: _, offset: __, ...turn }: StoredTurn, target: ConversationId, to: TenantId): Turn {
  const author = { ...turn.message.author, id: to };
  return { ...turn, message: { ...turn.message, conversation: target, lane: target, tenant: to, author } };
}

/** Choices that the person made already stay, and all their personas. */
async function moveSettings(settings: Settings, from: TenantId, to: TenantId): Promise<void> {
  const { keys, ...choices } = await settings.read(from);
  const own = await settings.read(to);
  const personas = newPersonas(choices.personas, own.personas);
  await settings.change(to, { ...choices, ...withoutKeys(own), personas });
  for (const baseUrl of Object.keys(keys)) {
    if (own.keys[baseUrl]) continue;
    const key = await keyOf(settings, from, baseUrl);
    if (key !== undefined) await settings.setKey(to, baseUrl, key);
  }
}

/** The personas of names that the person has not. Undefined: there are none. */
function newPersonas(
  from: Choices['personas'] = {},
  own: Choices['personas'] = {},
): Record<string, NamedPersona> | undefined {
  const names = new Set(Object.values(own).map(({ name }) => name.toLowerCase()));
  const added = Object.entries(from).filter(([, { name }]) => !names.has(name.toLowerCase()));
  return added.length > 0 ? Object.fromEntries(added) : undefined;
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
