/** `/summarize`: the newest messages of a place in short, as far as the caller may read them there. */
import { randomUUID } from 'node:crypto';
import { limitWithin, type MessageRate } from '../access/message-rate.ts';
import type { SpendingDoor } from '../access/spending-door.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Settings, TenantSettings } from '../settings.ts';
import { MOST_LAST, readSpan, SPAN_CHARACTERS, type Span } from '../short/span.ts';
import type { Summarise } from '../short/summary.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type Command, type CommandCall, type CommandReply, readerOf } from './command.ts';
import { type CommandGroup, say } from './group.ts';

export interface SummarizeOptions {
  settings: Pick<Settings, 'read'>;
  rate: MessageRate;
  spendingDoor: SpendingDoor;
  summarise: Summarise;
  /** A person as limits name them. */
  personOf(call: Pick<CommandCall, 'tenant' | 'author'>): string;
  /** The time zone of tenants that chose none. */
  timeZone: string;
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
  words: Vocabulary;
}

/** Longest wait for a platform's messages, ms. */
const READING_MS = 20_000;

const SUMMARIZE: Omit<Command, 'run'> = {
  name: 'summarize',
  names: { de: de.commands.summarize.name },
  description: en.commands.summarize.description,
  descriptions: { de: de.commands.summarize.description },
  permission: 'asker',
  options: [
    {
      name: 'span',
      names: { de: de.commands.summarize.span.name },
      description: en.commands.summarize.span,
      descriptions: { de: de.commands.summarize.span.description },
      type: 'text',
      required: false,
      longest: SPAN_CHARACTERS,
    },
    {
      name: 'post',
      names: { de: de.commands.summarize.post.name },
      description: en.commands.summarize.post,
      descriptions: { de: de.commands.summarize.post.description },
      type: 'boolean',
      required: false,
    },
  ],
};

export function summarizeCommand(options: SummarizeOptions): CommandGroup {
  const { settings, rate, spendingDoor, summarise, personOf, words } = options;
  const { summarize } = en.commands;

  async function messagesAt({ readPlace }: CommandCall, span: Span) {
    const wanted = 'last' in span ? { most: span.last } : { most: MOST_LAST, since: span.since };
    const signal = AbortSignal.any([options.shutdown, AbortSignal.timeout(READING_MS)]);
    const read = (await readPlace?.(wanted, signal)) ?? 'not-readable';
    return typeof read === 'string' ? say(summarize.refused[read]) : read.messages;
  }

  /** The sentence for a person who sent or spent too much. A summary counts as a message. */
  async function refusalOf(call: CommandCall, own: TenantSettings): Promise<string | undefined> {
    const { tenant, conversation: place, author, limitRoles: roles = [] } = call;
    const person = personOf(call);
    const sent = { id: randomUUID(), at: Date.now(), place, ...limitWithin(tenant, own) };
    const wait = await rate.count(person, sent);
    if (wait) return en.notices.tooManyAMinute(wait.seconds);
    const reader = readerOf(call);
    return spendingDoor.refusalOf({ tenant, person, roles, author: author.id, settings: own, reader });
  }

  async function run(call: CommandCall, typed: string, isPosted: boolean): Promise<CommandReply> {
    const { tenant, conversation, limitRoles: roles = [] } = call;
    const own = await settings.read(tenant);
    const timeZone = own.timeZone ?? options.timeZone;
    const span = readSpan(typed, Date.now(), timeZone);
    if (!span) return say(summarize.wrongSpan);
    const refused = await refusalOf(call, own);
    if (refused !== undefined) return say(refused);
    const messages = await messagesAt(call, span);
    if (!Array.isArray(messages)) return messages;
    const spender = { tenant, person: personOf(call), roles, conversation };
    const told = { reader: readerOf(call), words };
    const made = await summarise({ messages, spender, settings: own, timeZone, told });
    if ('notice' in made) return say(made.notice);
    const text = `**${summarize.title(made.count)}**\n\n${made.text}`;
    if (!isPosted) return { type: 'text', text, isWritten: true };
    return { type: 'text', text: summarize.posted, isWritten: true, announcement: text };
  }

  return {
    commands: [
      {
        ...SUMMARIZE,
        run: (call, { span = '', post }) => run(call, String(span), post === true),
      },
    ],
  };
}
