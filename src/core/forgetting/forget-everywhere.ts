/** Forgets a person, or all of a server or workspace, for the operator, and returns a receipt. */
import { setTimeout as sleep, setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { ConversationLists } from '../storage.ts';
import type { TurnQueue } from '../turn/queue.ts';
import { type ConversationId, type TenantId, type Turn, tenantIn } from '../types.ts';
import { eachTurn } from './each-turn.ts';
import { createForgetting, type ForgettingOptions } from './forget.ts';
import { createForgottenQuotes, type ForgottenQuotes } from './forgotten-quotes.ts';

export interface ForgetEverywhereOptions extends ForgettingOptions {
  conversations: ConversationLists;
  notes: (ForgettingOptions['notes'][number] & {
    /** Removes the notes of this person's answers, in conversations for which `isMeant` is true. */
    forgetAsker(asker: string, isMeant: (conversation: ConversationId) => boolean): Promise<void>;
  })[];
  /** Resolves once everything removed is gone from the store's files. */
  erase(): Promise<void>;
}

/** How to find the stored data of a person. */
export interface WantedPerson {
  /** The person's id as an author. */
  author: string;
  /** The person as the books name them. */
  person: string;
  /** Whether an author's id names this person in that tenant. */
  isWhere(tenant: TenantId): boolean;
  /** Tenants that are the person's own: direct messages, or a browser. */
  tenants: TenantId[];
}

/** Counts of forgotten things. */
export interface Receipt {
  conversations: number;
  /** Messages, each with its answer. */
  messages: number;
  files: number;
  /** Quotes of what the person said, in messages of others. */
  quotes: number;
  /** Settings of tenants, with their API keys. */
  settings: number;
  /** Rows of the books, which keep their sums without the names. */
  books: number;
}

export interface ForgetEverywhere {
  tenant(tenant: TenantId): Promise<Receipt>;
  person(person: WantedPerson): Promise<Receipt>;
}

/** Longest wait for a stopped answer to end, ms. Notes that it writes until then are forgotten too. */
const STOPPED_MS = 5_000;
const STOPPED_EVERY_MS = 50;

export function createForgetEverywhere(options: ForgetEverywhereOptions): ForgetEverywhere {
  const { erase } = options;
  const forgetTenant = createTenantForgetting(options);
  const forgetPerson = createPersonForgetting(options);
  return {
    async tenant(tenant) {
      const receipt = newReceipt();
      await forgetTenant(tenant, receipt);
      await erase();
      return receipt;
    },

    async person(person) {
      const receipt = newReceipt();
      for (const tenant of person.tenants) await forgetTenant(tenant, receipt);
      await forgetPerson(person, receipt);
      await erase();
      return receipt;
    },
  };
}

function createTenantForgetting(options: ForgetEverywhereOptions) {
  const { transcripts, attachments, conversations, settings, books, notes } = options;
  const forgetting = createForgetting(options);
  return async function forgetTenant(tenant: TenantId, receipt: Receipt): Promise<void> {
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
    receipt.books += await books.forgetTenant(tenant);
    // People may go on talking there.
    await forgetting.tenant(tenant, {});
    for (const { id } of await conversations.list(tenant)) await conversations.remove(tenant, id);
  };
}

/** Forgets a person's turns in conversations with others, and the quotes of them in the turns of others. */
function createPersonForgetting(options: ForgetEverywhereOptions) {
  const { queue, transcripts, attachments, settings, books, marks, notes } = options;
  const forgetting = createForgetting(options);

  const mark = (conversation: ConversationId, author: string) =>
    marks.change(tenantIn(conversation), { people: { [author]: { at: Date.now() } } });

  async function forgetTurns(conversation: ConversationId, own: Turn[], receipt: Receipt): Promise<void> {
    if (own.length === 0) return;
    const ids = new Set(own.map(({ message }) => message.id));
    for (const { id } of await queue.live(conversation))
      if (ids.has(id)) await queue.cancel(conversation, id);
    await whenEnded(queue, conversation, ids);
    for (const { message, files = [] } of own) {
      const { id, attachments } = message;
      await forgetting.message(conversation, id);
      for (const note of notes) await note.remove(id);
      receipt.messages++;
      receipt.files += attachments.filter(({ origin }) => !origin).length + files.length;
    }
    receipt.conversations++;
    if ((await transcripts.read(conversation, { limit: 1 })).turns.length === 0)
      await transcripts.forget(conversation);
  }

  /** Adds the texts of the person's turns to `gone`. Returns the turns without texts, to save memory. */
  async function gather(conversation: ConversationId, author: string, gone: ForgottenQuotes) {
    const own: Turn[] = [];
    for await (const turn of eachTurn(transcripts, conversation)) {
      if (turn.message.author.id !== author) continue;
      gone.add(turn);
      const { message, files } = turn;
      own.push({
        message: { ...message, text: '', quotes: [] },
        answer: '',
        end: null,
        ...(files && { files }),
      });
    }
    return own;
  }

  return async function forgetPerson(
    { author, person, isWhere }: WantedPerson,
    receipt: Receipt,
  ): Promise<void> {
    const gone = createForgottenQuotes(author);
    const isMeant = (conversation: ConversationId) => isWhere(tenantIn(conversation));
    const all = (await transcripts.list()).filter(isMeant);
    for (const conversation of all) {
      const own = await gather(conversation, author, gone);
      // The mark comes first: a message that arrives meanwhile reads nothing that is being forgotten.
      if (own.length > 0) await mark(conversation, author);
      await forgetTurns(conversation, own, receipt);
      await turnOfTheLoop();
    }
    for (const conversation of all) {
      const markThere = () => mark(conversation, author);
      await forgetQuotes({ transcripts, attachments }, { conversation, gone, mark: markThere }, receipt);
      await turnOfTheLoop();
    }
    for (const note of notes) await note.forgetAsker(author, isMeant);
    for (const tenant of new Set(all.map(tenantIn)))
      if ((await settings.read(tenant)).limitsSetBy === author)
        await settings.change(tenant, { limitsSetBy: null });
    receipt.books += await books.forgetPerson(person);
  };
}

async function whenEnded(
  queue: Pick<TurnQueue, 'live'>,
  conversation: ConversationId,
  ids: Set<string>,
): Promise<void> {
  const until = Date.now() + STOPPED_MS;
  const isRunning = async () =>
    (await queue.live(conversation)).some(({ id, phase }) => ids.has(id) && phase !== 'waiting');
  while ((await isRunning()) && Date.now() < until) await sleep(STOPPED_EVERY_MS);
}

/** Takes quotes of a person, with their files, out of other people's messages. Marks the person there before each. */
async function forgetQuotes(
  { transcripts, attachments }: Pick<ForgetEverywhereOptions, 'transcripts' | 'attachments'>,
  {
    conversation,
    gone,
    mark,
  }: { conversation: ConversationId; gone: ForgottenQuotes; mark: () => Promise<void> },
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

function newReceipt(): Receipt {
  return { conversations: 0, messages: 0, files: 0, quotes: 0, settings: 0, books: 0 };
}
