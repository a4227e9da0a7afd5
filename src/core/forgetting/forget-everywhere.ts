/** Forgetting for the operator: a person, or all of a server or workspace, wherever it stands, with a receipt. */
import { setTimeout as sleep, setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { ConversationLists } from '../storage.ts';
import { type ConversationId, type Message, type TenantId, tenantIn } from '../types.ts';
import { eachTurn } from './each-turn.ts';
import { createForgetting, type ForgettingOptions } from './forget.ts';
import { createForgottenQuotes, type ForgottenQuotes } from './forgotten-quotes.ts';

export interface ForgetEverywhereOptions extends ForgettingOptions {
  conversations: ConversationLists;
  notes: (ForgettingOptions['notes'][number] & {
    /** All of those that this person asked for, in conversations that are meant. */
    forgetAsker(asker: string, isMeant: (conversation: ConversationId) => boolean): Promise<void>;
  })[];
  /** Sees to it that what was removed is gone from the store's files. */
  erase(): Promise<void>;
}

/** How a person is found in what is stored. */
export interface WantedPerson {
  /** The id as author. */
  author: string;
  /** Whether the author's id means this person there. */
  isWhere(tenant: TenantId): boolean;
  /** All of it is theirs: direct messages, or what a browser said. */
  tenants: TenantId[];
}

/** What was forgotten. */
export interface Receipt {
  conversations: number;
  /** With their answers. */
  messages: number;
  files: number;
  /** Quotes of what the person said, in messages of others. */
  quotes: number;
  /** Settings of tenants, with their API keys. */
  settings: number;
}

export interface ForgetEverywhere {
  tenant(tenant: TenantId): Promise<Receipt>;
  person(person: WantedPerson): Promise<Receipt>;
}

/** Longest wait for an answer that was stopped to end, ms: what it notes until then is forgotten as well. */
const STOPPED_MS = 5_000;
const STOPPED_EVERY_MS = 50;

export function createForgetEverywhere(options: ForgetEverywhereOptions): ForgetEverywhere {
  const { queue, transcripts, attachments, conversations, settings, marks, notes, erase } = options;
  const forgetting = createForgetting(options);

  async function whenEnded(conversation: ConversationId, ids: Set<string>): Promise<void> {
    const until = Date.now() + STOPPED_MS;
    const isRunning = async () =>
      (await queue.live(conversation)).some(({ id, phase }) => ids.has(id) && phase !== 'waiting');
    while ((await isRunning()) && Date.now() < until) await sleep(STOPPED_EVERY_MS);
  }

  async function forgetTurns(conversation: ConversationId, own: Message[], receipt: Receipt): Promise<void> {
    if (own.length === 0) return;
    const ids = new Set(own.map(({ id }) => id));
    for (const { id } of await queue.live(conversation))
      if (ids.has(id)) await queue.cancel(conversation, id);
    await whenEnded(conversation, ids);
    for (const { id, attachments } of own) {
      await forgetting.message(conversation, id);
      for (const note of notes) await note.remove(id);
      receipt.messages++;
      receipt.files += attachments.filter(({ origin }) => !origin).length;
    }
    receipt.conversations++;
    if ((await transcripts.read(conversation, { limit: 1 })).turns.length === 0)
      await transcripts.forget(conversation);
  }

  async function forgetTenant(tenant: TenantId, receipt: Receipt): Promise<void> {
    receipt.files += (await attachments.list(tenant)).length;
    for (const conversation of await transcripts.list(tenant)) {
      for await (const { message } of eachTurn(transcripts, conversation)) {
        receipt.messages++;
        for (const note of notes) await note.remove(message.id);
      }
      receipt.conversations++;
    }
    const { keys, ...chosen } = await settings.read(tenant);
    if (Object.keys(keys).length + Object.keys(chosen).length > 0) receipt.settings++;
    // People may go on talking there.
    await forgetting.tenant(tenant, {});
    for (const { id } of await conversations.list(tenant)) await conversations.remove(tenant, id);
  }

  /** Takes out of other people's messages what they quote of somebody, with its files. */
  async function forgetQuotes(
    conversation: ConversationId,
    gone: ForgottenQuotes,
    mark: () => Promise<void>,
    receipt: Receipt,
  ): Promise<void> {
    for await (const { message } of eachTurn(transcripts, conversation)) {
      const found = gone.in(message);
      if (!found) continue;
      await mark();
      receipt.files += (await attachments.find(conversation, found.files)).length;
      await attachments.remove(conversation, found.files);
      await transcripts.changeMaterial(conversation, message.id, (material) => gone.in(material)?.left);
      receipt.quotes += found.quotes;
    }
  }

  return {
    async tenant(tenant) {
      const receipt = newReceipt();
      await forgetTenant(tenant, receipt);
      await erase();
      return receipt;
    },

    async person({ author, isWhere, tenants }) {
      const receipt = newReceipt();
      for (const tenant of tenants) await forgetTenant(tenant, receipt);
      const gone = createForgottenQuotes(author);
      const all = (await transcripts.list()).filter((conversation) => isWhere(tenantIn(conversation)));
      const mark = (conversation: ConversationId) =>
        marks.change(tenantIn(conversation), { people: { [author]: { at: Date.now() } } });
      for (const conversation of all) {
        const own: Message[] = [];
        for await (const turn of eachTurn(transcripts, conversation)) {
          if (turn.message.author.id !== author) continue;
          gone.add(turn);
          // Not the texts, which may be many.
          own.push({ ...turn.message, text: '', quotes: [] });
        }
        // First of all: a message that comes meanwhile reads nothing of what goes.
        if (own.length > 0) await mark(conversation);
        await forgetTurns(conversation, own, receipt);
        await turnOfTheLoop();
      }
      for (const conversation of all) {
        await forgetQuotes(conversation, gone, () => mark(conversation), receipt);
        await turnOfTheLoop();
      }
      for (const note of notes)
        await note.forgetAsker(author, (conversation) => isWhere(tenantIn(conversation)));
      await erase();
      return receipt;
    },
  };
}

function newReceipt(): Receipt {
  return { conversations: 0, messages: 0, files: 0, quotes: 0, settings: 0 };
}
