/** Tells which of Slack's messages are for Parley, and makes questions for the engine of them. */
import type { Forgotten, ForgottenReading } from '../../../chat/forgotten.ts';
import { askerFields } from '../../../chat/inbox/caller.ts';
import { createQuestionMaker, type QuestionContent, type Unasked } from '../../../chat/inbox/question.ts';
import type { IncomingFiles } from '../../../chat/incoming-files.ts';
import type { Transcripts } from '../../../core/storage.ts';
import { MOST_QUOTE_CHARACTERS } from '../../../core/turn/context-size.ts';
import type { Message, Origin, Quote } from '../../../core/types.ts';
import { conversationOf, messageIdOf, tenantOf, timeOf } from '../ids.ts';
import { readAttachments } from '../reading/attachment-text.ts';
import { earlierMessages } from '../reading/earlier-messages.ts';
import { createReading, type Reading } from '../reading/reading.ts';
import { withoutForgotten } from '../reading/shares.ts';
import { fieldsOf, isReply, type SlackFile, type SlackMessage, stringOf } from '../reading/slack-message.ts';
import { filesIn, holdsMore, visibleIn } from '../reading/visible.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import { type Caller, type Callers, type CallersOptions, createCallers } from './callers.ts';
import { firstFiles, quotedFilesIn, sentFiles } from './sent-files.ts';

export interface IncomingOptions extends CallersOptions {
  forgotten: ForgottenReading;
  files: IncomingFiles;
  transcripts: Transcripts;
}

export interface Incoming extends Callers {
  /** Whether a message was forgotten before Parley heard of it. */
  isForgotten(message: SlackMessage, workspace: Workspace): Promise<boolean>;
  /** The message's text as the model reads it. */
  text(message: SlackMessage, workspace: Workspace): Promise<string>;
  /** Whether files or a thread must be read for the message, which takes time. */
  takesLong(message: SlackMessage): boolean;
  /** The question to answer, or why there is none. */
  messageOf(
    message: SlackMessage,
    workspace: Workspace,
    caller: Caller,
    given?: Given,
  ): Promise<Message | Unasked>;
  originOf: Reading['author'];
  /** A message that a person asks about, as quotes: everything that people see in it. */
  quoteOf(message: SlackMessage, workspace: Workspace): Promise<Quote[]>;
  /** A fingerprint of what a message asks. While it stays the same, a change by Slack is no edit. */
  askedBy(message: SlackMessage, workspace: Workspace): Promise<string>;
}

/** The content of a question that did not come as a message. */
export interface Given {
  id: string;
  text: string;
  quotes?: Quote[];
  /** The origin of the message that the files are from, if it is not the asker's. */
  origin?: Origin;
}

/** Most quotes of one message. Parley's answers have up to 12,000 characters. */
const MOST_PIECES = 2;

export function createIncoming(options: IncomingOptions): Incoming {
  const reading = createReading(options);
  const maker = createQuestionMaker(options);
  const contentOf = createContent(options, reading);

  return {
    ...createCallers(options),
    text: reading.text,
    originOf: reading.author,

    async isForgotten({ channel = '', thread_ts: thread, ts, user = '' }, { team, botUserId }) {
      const location = { channel, ...(thread !== undefined && { thread }) };
      const forgotten = await maker.forgottenAt(conversationOf(tenantOf(team), location), botUserId);
      return forgotten.itself({ id: ts, author: user });
    },

    takesLong: (message) => isReply(message) || filesIn(message).length > 0,

    async quoteOf(message, workspace) {
      const said = await reading.whole(message, workspace);
      return said.flatMap((quote) => piecesOf(quote.text).map((text) => ({ ...quote, text })));
    },

    async askedBy(message, workspace) {
      const { files: sent } = visibleIn(message);
      const shared = readAttachments(message.attachments).shared.filter(({ isUnfurl }) => !isUnfurl);
      return JSON.stringify([
        await reading.text(message, workspace),
        idsOf(sent),
        shared.map(({ author, text, files: of }) => [author, text, idsOf(of)]),
      ]);
    },

    async messageOf(sent, workspace, caller, given) {
      const { team, botUserId } = workspace;
      const { channel = '', user = '', ts } = sent;
      const conversation = conversationOf(caller.tenant, caller.location);
      const frame = {
        id: given?.id ?? messageIdOf(team, channel, ts),
        conversation,
        lane: conversation,
        tenant: caller.tenant,
        ...askerFields(caller),
        at: timeOf(ts),
      };
      const isFirst = () => maker.isFirst(conversation);
      return maker.make(frame, { id: ts, author: user, ownId: botUserId }, async (forgotten) => {
        const message = await withoutForgotten(sent, workspace, options.forgotten);
        const token = await workspace.token();
        return {
          ...contentOf({ message, workspace, caller, forgotten, isFirst, given }),
          headers: { authorization: `Bearer ${token}` },
        };
      });
    },
  };
}

interface ContentSource {
  message: SlackMessage;
  workspace: Workspace;
  caller: Caller;
  forgotten: Forgotten;
  /** Whether the conversation has no turns yet. */
  isFirst(): Promise<boolean>;
  given: Given | undefined;
}

function createContent(options: IncomingOptions, reading: Reading) {
  /** Reads a thread that Parley is called into for the first time. */
  async function earlier({ message, workspace, caller: { location }, forgotten, isFirst }: ContentSource) {
    if (!isReply(message) || !(await isFirst())) return { quotes: [], files: [] };
    const withOwn = location.person !== undefined;
    const told = (one: SlackMessage) => withoutForgotten(one, workspace, options.forgotten);
    return earlierMessages(message, workspace, reading, { withOwn, forgotten, told });
  }

  async function authorOf({ user = '' }: SlackMessage, team: string, { location, isDirect, home }: Caller) {
    const isShared = !isDirect && location.person === undefined;
    const person = isShared ? await options.people.find(team, user) : undefined;
    return { id: user, name: isShared ? person?.name || 'someone' : '', ...(home && { home }) };
  }

  return (source: ContentSource): QuestionContent => {
    const { message, workspace, caller, forgotten, isFirst, given } = source;
    const before = earlier(source);
    const quotes = Promise.all([before, reading.shared(message, workspace)]);
    // A thread's title may tell its first question, which may be forgotten by now.
    const isNamedSince = !forgotten.asHistory({ id: caller.location.thread ?? message.ts, author: '' });
    const title = isNamedSince ? titleOf(message) : '';
    return {
      text: given?.text ?? reading.text(message, workspace),
      author: authorOf(message, workspace.team, caller),
      quotes: quotes.then(([{ quotes: told }, shared]) => [...told, ...shared, ...(given?.quotes ?? [])]),
      files: sentFiles(quotedFilesIn(message, given?.origin), workspace),
      earlierFiles: before.then(({ files }) => sentFiles(firstFiles(files), workspace)),
      holdsMore: holdsMore(message),
      topic: async () => (title !== '' && (await isFirst()) ? title : undefined),
    };
  };
}

/** Splits a text as long as a Slack message into quotes that core does not cut. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length && pieces.length < MOST_PIECES; from += MOST_QUOTE_CHARACTERS)
    pieces.push(text.slice(from, from + MOST_QUOTE_CHARACTERS));
  return pieces;
}

/** Ids of files that still exist. Slack leaves a `tombstone` in place of a deleted file. */
function idsOf(files: SlackFile[]): (string | undefined)[] {
  return files.filter(({ mode }) => mode !== 'tombstone').map(({ id }) => id);
}

/** The title of an agent's thread. '' if the event has none. */
function titleOf({ assistant_thread }: SlackMessage): string {
  return stringOf(fieldsOf(assistant_thread).title).trim();
}
