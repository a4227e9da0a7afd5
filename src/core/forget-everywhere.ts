/** Forgetting for the operator: a person, or all of a server or workspace, wherever it stands, with a receipt. */
import { setTimeout as sleep, setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { eachTurn } from './each-turn.ts';
import type { Forgetting } from './forget.ts';
import type {
  Attachments,
  ConversationLists,
  ForgottenMarks,
  Settings,
  Transcripts,
  TurnQueue,
} from './ports.ts';
import {
  type ConversationId,
  type Material,
  type Message,
  type Origin,
  type TenantId,
  tenantIn,
} from './types.ts';

export interface ForgetEverywhereOptions {
  forgetting: Forgetting;
  queue: TurnQueue;
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
  settings: Settings;
  marks: ForgottenMarks;
  /** What adapters remember of answers. */
  notes: {
    remove(...turns: string[]): Promise<void>;
    /** All of those that this person asked for, in conversations that are meant. */
    forgetAsker(asker: string, isMeant: (conversation: ConversationId) => boolean): Promise<void>;
  }[];
  /** Sees to it that what was removed is gone from the store's files. */
  erase(): Promise<void>;
}

/** How a person is found in what is stored. */
export interface WantedPerson {
  /** The id as author. */
  author: string;
  /** Whether the author's id means this person there. */
  isWhere(tenant: TenantId): boolean;
  /** Of direct messages, and of a browser: all of it is theirs. */
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
  const { forgetting, queue, transcripts, attachments, conversations, settings, marks, notes, erase } =
    options;

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
      receipt.files += attachments.length;
    }
    receipt.conversations++;
    if ((await transcripts.read(conversation, { limit: 1 })).turns.length === 0)
      await transcripts.forget(conversation);
  }

  async function forgetTenant(tenant: TenantId, receipt: Receipt): Promise<void> {
    for (const conversation of await transcripts.list(tenant)) {
      for await (const { message } of eachTurn(transcripts, conversation)) {
        receipt.messages++;
        receipt.files += message.attachments.length;
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

  /** Takes out of other people's messages what they quote of somebody of these names, with its files. */
  async function forgetQuotes(
    conversation: ConversationId,
    names: Set<string>,
    receipt: Receipt,
  ): Promise<void> {
    for await (const { message } of eachTurn(transcripts, conversation)) {
      const { files, isAny } = namedIn(message, names);
      if (!isAny) continue;
      await attachments.remove(
        conversation,
        files.map(({ id }) => id),
      );
      let gone = 0;
      await transcripts.changeMaterial(conversation, message.id, (material) => {
        const { quotes, left } = namedIn(material, names);
        gone = quotes;
        return left;
      });
      receipt.quotes += gone;
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
      /** As others may have quoted them, by tenant. */
      const names = new Map<TenantId, Set<string>>();
      const all = (await transcripts.list()).filter((conversation) => isWhere(tenantIn(conversation)));
      for (const conversation of all) {
        const own: Message[] = [];
        for await (const { message } of eachTurn(transcripts, conversation)) {
          if (message.author.id !== author) continue;
          // Not the texts, which may be many.
          own.push({ ...message, text: '', quotes: [] });
          const known = names.get(message.tenant) ?? new Set();
          if (message.author.name !== '') names.set(message.tenant, known.add(message.author.name));
        }
        // First of all: a message that comes meanwhile reads nothing of what goes.
        if (own.length > 0)
          await marks.change(tenantIn(conversation), { people: { [author]: { at: Date.now() } } });
        await forgetTurns(conversation, own, receipt);
        await turnOfTheLoop();
      }
      for (const conversation of all) {
        const known = names.get(tenantIn(conversation));
        if (known) await forgetQuotes(conversation, known, receipt);
      }
      for (const note of notes)
        await note.forgetAsker(author, (conversation) => isWhere(tenantIn(conversation)));
      await erase();
      return receipt;
    },
  };
}

/** What material has of people of these names: how many quotes, which files, and what is left without both. */
function namedIn(material: Material, names: Set<string>) {
  const isOther = ({ from }: Origin) => !names.has(from);
  const without = <T extends Omit<Material, 'before'>>({ quotes = [], attachments, ...said }: T) => {
    const left = quotes.filter(isOther);
    return {
      ...said,
      attachments: attachments.filter(({ origin }) => !origin || isOther(origin)),
      ...(left.length > 0 && { quotes: left }),
    };
  };
  const { attachments, quotes = [], before } = material;
  const files = attachments.filter(({ origin }) => origin && !isOther(origin));
  const named = quotes.filter((quote) => !isOther(quote)).length;
  // What was said before is part of the message.
  const left: Material = {
    ...without({ attachments, quotes }),
    ...(before && { before: without(before) }),
  };
  return { files, quotes: named, isAny: files.length + named > 0, left };
}

function newReceipt(): Receipt {
  return { conversations: 0, messages: 0, files: 0, quotes: 0, settings: 0 };
}
