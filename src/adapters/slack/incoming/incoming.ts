/** Tells which of Slack's messages are for Parley, and makes of each what the engine answers. */

import { placesAround } from '../../../chat/conversation-ids.ts';
import type { Forgotten, ForgottenReading } from '../../../chat/forgotten.ts';
import {
  type IncomingFiles,
  MOST_FILES,
  notShown,
  type SentFile,
  type TakenFiles,
  withOrigin,
} from '../../../chat/incoming-files.ts';
import type { JoinedThreads } from '../../../chat/joined-threads.ts';
import { type Access, mayAsk } from '../../../core/access/access.ts';
import type { Admission } from '../../../core/access/admission.ts';
import type { Settings } from '../../../core/settings.ts';
import type { Transcripts } from '../../../core/storage.ts';
import { MOST_QUOTE_CHARACTERS } from '../../../core/turn/context-size.ts';
import type { ConversationId, Message, Origin, Quote, TenantId } from '../../../core/types.ts';
import {
  conversationOf,
  idsOfPerson,
  isDirect as isDirectChannel,
  messageIdOf,
  type Place,
  spaceOf,
  tenantOf,
  timeOf,
} from '../ids.ts';
import { readAttachments } from '../reading/attachment-text.ts';
import { type Earlier, earlierMessages, type QuotedFile } from '../reading/earlier-messages.ts';
import type { People } from '../reading/people.ts';
import { createReading, type Reading, sharedOrigin } from '../reading/reading.ts';
import { withoutForgotten } from '../reading/shares.ts';
import {
  fieldsOf,
  isOfAgent,
  type SlackFile,
  type SlackMessage,
  stringOf,
} from '../reading/slack-message.ts';
import type { UserGroups } from '../reading/user-groups.ts';
import { filesIn, holdsMore, visibleIn } from '../reading/visible.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import { isInCode, mentionsIn } from './mentions.ts';

/** A person's place. */
export interface Spot {
  team: string;
  channel: string;
  /** Undefined where it is the channel itself, as in a plain direct message. */
  thread: string | undefined;
  user: string;
  isDirect: boolean;
}

export interface Call {
  tenant: TenantId;
  place: Place;
  isAdmin: boolean;
  access: Access;
  /** False of a message in a thread that Parley takes part in, which does not name it. */
  isAddressed: boolean;
  isDirect: boolean;
  /** The caller's own workspace, where it is another one. */
  home?: string;
}

export interface IncomingOptions {
  people: People;
  userGroups: UserGroups;
  threads: JoinedThreads;
  forgotten: ForgottenReading;
  files: IncomingFiles;
  settings: Settings;
  transcripts: Transcripts;
  admission: Admission;
}

/**
 * Why there is nothing to answer. `empty`: nothing was said, as in a bare mention; `unreadable`: nothing in it
 * can be read; `forgotten`: it was forgotten while it was being read.
 */
export type Unasked = 'empty' | 'unreadable' | 'forgotten';

export interface Incoming {
  /** Where a message that names Parley, or is direct, is answered; undefined of any other. */
  spotOf(message: SlackMessage, workspace: Workspace): Spot | undefined;
  /** Undefined when the message is not for Parley. */
  recognise(message: SlackMessage, workspace: Workspace): Promise<Call | undefined>;
  /** Whether the message would be for Parley if Parley takes part in its thread. */
  mayFollow(message: SlackMessage, workspace: Workspace): boolean;
  /** Who calls from where, and whether they may. */
  callFrom(spot: Spot, isAddressed: boolean): Promise<Call>;
  /** Whether a message was forgotten before Parley heard of it. */
  isForgotten(message: SlackMessage, workspace: Workspace): Promise<boolean>;
  /** What it says, as the model reads it. */
  text(message: SlackMessage, workspace: Workspace): Promise<string>;
  /** Whether files or a thread must be read for the message, which takes a while. */
  takesLong(message: SlackMessage): boolean;
  messageOf(
    message: SlackMessage,
    workspace: Workspace,
    call: Call,
    given?: Given,
  ): Promise<Message | Unasked>;
  originOf: Reading['author'];
  /** Quotes of a message that somebody asks about: all that a person sees in it. */
  quoteOf(message: SlackMessage, workspace: Workspace): Promise<Quote[]>;
  /** A fingerprint of what a message asks. While it stays the same, a change by Slack is no edit. */
  askedBy(message: SlackMessage, workspace: Workspace): Promise<string>;
}

/** A question that did not come as a message. */
export interface Given {
  id: string;
  text: string;
  quotes?: Quote[];
  /** Whose message the files are from, if not the asker's. */
  origin?: Origin;
}

/** Messages that a person wrote; all other subtypes are the platform's, or a bot's. */
const SUBTYPES = new Set<string | undefined>([undefined, 'file_share', 'thread_broadcast']);
const SLACKBOT = 'USLACKBOT';
/** Most quotes for one message: an answer of Parley's has up to 12,000 characters. */
const MOST_PIECES = 2;

export function createIncoming(options: IncomingOptions): Incoming {
  const { people, userGroups, threads, files, settings, transcripts } = options;
  const reading = createReading({ people, userGroups });

  /** Files of other workspaces come without their address. */
  async function fileOf(file: SlackFile, { edits }: Workspace): Promise<SentFile | undefined> {
    let known: SlackFile | undefined = file;
    if (file.file_access === 'check_file_info' && file.id) {
      known = await edits.files.info({ file: file.id }).then(
        (info) => info.file as SlackFile | undefined,
        // Without an address the file is named as unreadable.
        () => file,
      );
    }
    const { id, name, size = 0, mimetype = '', url_private, url_private_download, mode } = known ?? {};
    const url = url_private_download ?? url_private;
    if (!id || mode === 'tombstone') return undefined;
    return { id, name: name ?? 'file', size, type: mimetype, url: url ?? '' };
  }

  async function take(
    conversation: ConversationId,
    sent: QuotedFile[],
    workspace: Workspace,
  ): Promise<TakenFiles> {
    const unique = new Map<string | undefined, QuotedFile>();
    for (const one of sent) if (!unique.has(one.file.id)) unique.set(one.file.id, one);
    const known = await Promise.all([...unique.values()].map(({ file }) => fileOf(file, workspace)));
    const token = await workspace.token();
    const found = await files.take(
      conversation,
      known.filter((file) => file !== undefined),
      { authorization: `Bearer ${token}` },
    );
    const taken = found.taken.map((file) => withOrigin(file, unique.get(file.id)?.origin));
    return { ...found, taken };
  }

  /** Messages of a thread that Parley is called into for the first time. */
  async function earlier(
    message: SlackMessage,
    workspace: Workspace,
    conversation: ConversationId,
    place: Place,
    forgotten: Forgotten,
  ): Promise<Earlier> {
    const isNew = isReply(message) && (await isEmpty(conversation));
    if (!isNew) return { quotes: [], files: [] };
    const withOwn = place.person !== undefined;
    const told = (one: SlackMessage) => withoutForgotten(one, workspace, options.forgotten);
    return earlierMessages(message, workspace, reading, { withOwn, forgotten, told });
  }

  const forgottenAt = (conversation: ConversationId, { botUserId }: Workspace) =>
    options.forgotten.at(placesAround(conversation), botUserId);

  const isEmpty = async (conversation: ConversationId) =>
    (await transcripts.read(conversation, { limit: 1 })).turns.length === 0;

  async function callFrom(spot: Spot, isAddressed: boolean): Promise<Call> {
    const { team, channel, thread, user, isDirect } = spot;
    const tenant = tenantOf(team);
    const own = await settings.read(tenant);
    // Where it decides about anything, it is asked anew: it may have been taken away.
    const isAsked = own.whoMayAsk === 'admins' || own.roles?.length;
    const [person, roles] = await Promise.all([
      isAsked ? people.now(team, user) : people.find(team, user),
      own.roles?.length ? userGroups.of(team, user) : [],
    ]);
    const isAdmin = person?.isAdmin ?? false;
    // Allowed channels are a choice among channels; whoever may ask in one may ask in direct messages.
    const allowed = isDirect ? { ...own, channels: [] } : own;
    const inPlace = mayAsk(allowed, { channels: [channel], roles, isAdmin });
    const asking = {
      space: spaceOf(tenant),
      person: idsOfPerson(team, user, person?.team),
      isDirect,
    };
    // In a channel that admins left out, it is silent.
    const refusal =
      inPlace === 'channel' ? undefined : await options.admission.refusalOf(asking, tenant, own);
    return {
      tenant,
      place: {
        channel,
        ...(thread !== undefined && { thread }),
        ...(!isDirect && own.history === 'person' && { person: user }),
      },
      isAdmin,
      access: refusal ?? inPlace,
      isAddressed,
      isDirect,
      ...(person && person.team !== team && { home: person.team }),
    };
  }

  /** Of a message that a person wrote. */
  function spotIn(
    message: SlackMessage,
    { team, botUserId }: Workspace,
  ): { spot: Spot; isAddressed: boolean } | undefined {
    const { channel = '', user, bot_id, subtype, hidden, ts, thread_ts, channel_type } = message;
    if (!SUBTYPES.has(subtype) || bot_id || hidden || !user || user === botUserId || user === SLACKBOT)
      return undefined;
    const isDirect = channel_type === 'im' || isDirectChannel(channel);
    const thread = thread_ts ?? (isDirect && !isOfAgent(message) ? undefined : ts);
    const isCalled = message.type === 'app_mention' && !isInCode(message, botUserId);
    return {
      spot: { team, channel, thread, user, isDirect },
      isAddressed: isDirect || isCalled || mentionsIn(message).people.has(botUserId),
    };
  }

  /** Whether Parley follows this thread, and so answers messages to it or to nobody. */
  async function follows(message: SlackMessage, { team }: Workspace): Promise<boolean> {
    const { channel = '', thread_ts: thread } = message;
    if (!isToNobody(message)) return false;
    if (!(await threads.has(`${team} ${channel} ${thread}`))) return false;
    return (await settings.read(tenantOf(team))).inThreads !== 'mentions';
  }

  return {
    text: reading.text,
    originOf: reading.author,
    callFrom,

    spotOf(message, workspace) {
      const said = spotIn(message, workspace);
      return said?.isAddressed ? said.spot : undefined;
    },

    mayFollow: (message, workspace) =>
      isReply(message) && isToNobody(message) && spotIn(message, workspace)?.isAddressed === false,

    async recognise(message, workspace) {
      const said = spotIn(message, workspace);
      if (!said) return undefined;
      if (!said.isAddressed && !(await follows(message, workspace))) return undefined;
      return callFrom(said.spot, said.isAddressed);
    },

    async isForgotten(message, workspace) {
      const { channel = '', thread_ts: thread, ts, user = '' } = message;
      const place = { channel, ...(thread !== undefined && { thread }) };
      const forgotten = await forgottenAt(conversationOf(tenantOf(workspace.team), place), workspace);
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

    async messageOf(sent, workspace, { tenant, place, isDirect, isAdmin, home }, given) {
      const { team } = workspace;
      const message = await withoutForgotten(sent, workspace, options.forgotten);
      const { channel = '', user = '', ts } = message;
      const conversation = conversationOf(tenant, place);
      const isShared = !isDirect && place.person === undefined;
      const forgotten = await forgottenAt(conversation, workspace);
      const before = earlier(message, workspace, conversation, place, forgotten);
      const [own, ofThread, { quotes: told }, shared, said, person] = await Promise.all([
        take(conversation, quotedFilesIn(message, given?.origin), workspace),
        before.then(({ files: sent }) => take(conversation, sent.slice(0, MOST_FILES), workspace)),
        before,
        reading.shared(message, workspace),
        given?.text ?? reading.text(message, workspace),
        isShared ? people.find(team, user) : undefined,
      ]);
      const now = await forgottenAt(conversation, workspace);
      if (now.version !== forgotten.version && now.itself({ id: ts, author: user })) return 'forgotten';
      const attachments = [...own.taken, ...ofThread.taken];
      const quotes = [...told, ...shared, ...(given?.quotes ?? [])];
      if (!said && attachments.length === 0 && quotes.length === 0)
        return holdsMore(message) ? 'unreadable' : 'empty';
      const material = [...quotes, ...notShown(own)];
      // A thread may be named for what was asked in it first.
      const isNamedSince = !forgotten.asHistory({ id: place.thread ?? ts, author: '' });
      const topic = isNamedSince ? titleOf(message) : '';
      return {
        id: given?.id ?? messageIdOf(team, channel, ts),
        conversation,
        lane: conversation,
        tenant,
        author: { id: user, name: isShared ? person?.name || 'someone' : '', ...(home && { home }) },
        ...(isAdmin && { reader: 'admin' as const }),
        text: said,
        attachments,
        ...(material.length > 0 && { quotes: material }),
        ...(topic !== '' && (await isEmpty(conversation)) && { topic }),
        at: timeOf(ts),
      };
    },
  };
}

/** The files of a message, and those of messages that it shares. */
function quotedFilesIn(message: SlackMessage, origin: Origin | undefined): QuotedFile[] {
  const { files: own, shared } = visibleIn(message);
  const quoted = shared.flatMap(({ files: copies, ...one }) =>
    copies.map((file) => ({ file, origin: sharedOrigin(one) })),
  );
  return [...own.map((file) => ({ file, ...(origin && { origin }) })), ...quoted];
}

/** Splits a text as long as a Slack message into quotes that core does not cut. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length && pieces.length < MOST_PIECES; from += MOST_QUOTE_CHARACTERS)
    pieces.push(text.slice(from, from + MOST_QUOTE_CHARACTERS));
  return pieces;
}

/** Whether the message mentions nobody except perhaps its author. */
function isToNobody(message: SlackMessage): boolean {
  const { people: mentioned, isToMany } = mentionsIn(message);
  mentioned.delete(message.user ?? '');
  return !isToMany && mentioned.size === 0;
}

/** Ids of files that still exist. Slack leaves a `tombstone` in place of a deleted file. */
function idsOf(files: SlackFile[]): (string | undefined)[] {
  return files.filter(({ mode }) => mode !== 'tombstone').map(({ id }) => id);
}

function isReply({ ts, thread_ts: thread }: SlackMessage): boolean {
  return thread !== undefined && thread !== ts;
}

/** The title of an agent's thread, if the event has it. */
function titleOf({ assistant_thread }: SlackMessage): string {
  return stringOf(fieldsOf(assistant_thread).title).trim();
}
