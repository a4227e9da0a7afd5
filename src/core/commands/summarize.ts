/** `/summarize`: the newest messages of a place in short, as far as the caller may read them there. */
import { randomUUID } from 'node:crypto';
import { type QuestionLimits, refusalByLimits } from '../access/question-limits.ts';
import { de } from '../sentences/de.ts';
import { en } from '../sentences/en.ts';
import type { Settings } from '../settings.ts';
import { MOST_LAST, readSpan, SPAN_CHARACTERS, type Span } from '../short/span.ts';
import type { Summarise } from '../short/summary.ts';
import { readerByRights } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Command, CommandCall, CommandReply } from './command.ts';
import { type CommandGroup, say } from './group.ts';

export interface SummarizeOptions extends QuestionLimits {
  settings: Pick<Settings, 'read'>;
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
  const { settings, summarise, words } = options;
  const { summarize } = en.commands;

  async function messagesAt({ readPlace }: CommandCall, span: Span) {
    const wanted = 'last' in span ? { most: span.last } : { most: MOST_LAST, since: span.since };
    const signal = AbortSignal.any([options.shutdown, AbortSignal.timeout(READING_MS)]);
    const read = (await readPlace?.(wanted, signal)) ?? 'not-readable';
    return typeof read === 'string' ? say(summarize.refused[read]) : read.messages;
  }

  async function run(call: CommandCall, typed: string, isPosted: boolean): Promise<CommandReply> {
    const { tenant, conversation, author, namedRoles: roles = [] } = call;
    const own = await settings.read(tenant);
    const timeZone = own.timeZone ?? options.timeZone;
    const span = readSpan(typed, Date.now(), timeZone);
    if (!span) return say(summarize.wrongSpan);
    const [person, reader] = [options.personOf(call), readerByRights(call)];
    // A summary counts as a message.
    const refused = await refusalByLimits(
      options,
      { tenant, person, roles, author: author.id, settings: own, reader },
      { id: randomUUID(), at: Date.now(), place: conversation },
    );
    if (refused !== undefined) return say(refused);
    const messages = await messagesAt(call, span);
    if (!Array.isArray(messages)) return messages;
    const spender = { tenant, person, roles, conversation };
    const told = { reader, words };
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
