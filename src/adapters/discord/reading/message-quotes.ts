/** Quotes of messages: their texts as people see them, whose they are, and their files. */
import type { APIAttachment, APIMessage } from 'discord.js';
import { quotedName } from '../../../core/turn/speech.ts';
import type { Origin, Quote } from '../../../core/types.ts';
import type { Directory } from './directory.ts';
import { filesIn, forwardedIn, type Read, seenIn, shownFilesIn, type VisibleFields } from './message-text.ts';
import { ownOrigin } from './own-answers.ts';
import { nameOf, readable } from './text.ts';

/** A file; with its origin where it is not the message's own. */
export type AttachmentWithOrigin = APIAttachment & { origin?: Origin };

export interface MessageQuotesOptions {
  botId(): string;
  directory: Directory;
  /** Whether that host holds Discord's files. */
  isFileHost(hostname: string): boolean;
}

export interface MessageQuotes {
  /** Reads texts of that channel. */
  readIn(guild: string | undefined, channel: string): Read;
  isOwn(message: APIMessage): boolean;
  originOf(message: APIMessage): Origin;
  /** The message as people see it. Parley's own messages come without their buttons. */
  seen(message: APIMessage, guild: string | undefined): string;
  /** The messages that this one forwards. */
  forwarded(message: APIMessage, guild: string | undefined): Quote[];
  /** The files of the message and of those that it forwards, all as the message's. */
  quotedFiles(message: VisibleFields, origin: Origin): AttachmentWithOrigin[];
  /** The message's own files without an origin, and the files of messages that it forwards. */
  ownFiles(message: APIMessage): AttachmentWithOrigin[];
  /** The message and those that it forwards, with the names of its files; none if nothing in it can be read. */
  quotesOf(message: APIMessage): Quote[];
}

/** The author of a message whose name is not known. */
export const SOMEONE = 'someone';
const FORWARDED: Origin = { from: '', note: 'a forwarded message' };

export function createMessageQuotes({ botId, directory, isFileHost }: MessageQuotesOptions): MessageQuotes {
  const isOwn = ({ author }: APIMessage) => author.id === botId();

  const originOf = (message: APIMessage): Origin =>
    isOwn(message) ? ownOrigin(message) : { from: nameOf(message.author) || SOMEONE, by: message.author.id };

  const readIn =
    (guild: string | undefined, channel: string): Read =>
    (content, mentions) =>
      readable(content, {
        mentions,
        botId: botId(),
        ownRole: directory.roleOfBot(guild, botId()),
        channelName: (id) => directory.nameFor(id, channel),
        roleName: (id) => directory.roleName(guild, id),
      });

  const seen: MessageQuotes['seen'] = (message, guild) =>
    seenIn(isOwn(message) ? { ...message, components: [] } : message, readIn(guild, message.channel_id));

  const forwarded: MessageQuotes['forwarded'] = (message, guild) =>
    forwardedIn(message)
      .map((one) => ({ ...FORWARDED, text: seenIn(one, readIn(guild, message.channel_id)) }))
      .filter(({ text }) => text !== '');

  const allFilesIn = (message: VisibleFields) => [...filesIn(message), ...shownFilesIn(message, isFileHost)];

  const quotedFiles: MessageQuotes['quotedFiles'] = (message, origin) =>
    allFilesIn(message).map((file) => ({ ...file, origin }));

  return {
    readIn,
    isOwn,
    originOf,
    seen,
    forwarded,
    quotedFiles,
    ownFiles(message) {
      const copies = forwardedIn(message).flatMap((copy) => quotedFiles(copy, FORWARDED));
      return [...allFilesIn({ ...message, message_snapshots: [] }), ...copies];
    },
    quotesOf(message) {
      const guild = directory.known(message.channel_id)?.guild;
      const { from, note = '', by } = originOf(message);
      const author = by === undefined ? {} : { by };
      const text = seen(message, guild);
      const names = filesIn(message).map(({ filename }) => quotedName(filename));
      const withFiles = names.length > 0 ? `with the files ${names.join(', ')}` : '';
      const own = { from, note: [note, withFiles].filter(Boolean).join(', '), text, ...author };
      const copies = forwarded(message, guild).map((copy) => ({
        ...copy,
        note: `${copy.note} by ${quotedName(from)}`,
        ...author,
      }));
      return [...(text !== '' || withFiles !== '' ? [own] : []), ...copies];
    },
  };
}
