/** Messages as tests read them. */

import { shown } from '../blocks/shown.ts';
import type { Context } from '../context.ts';
import { isLive } from '../world/streams.ts';
import type { Block, HistoryEntry, StoredMessage, Stream } from '../world/world.ts';

export interface MessageView {
  ts: string;
  channelId: string;
  user: string;
  /** Whether the app posted the message. */
  own: boolean;
  subtype: string | undefined;
  /** The given text, or the appended text of a stream. */
  text: string;
  /** The text that people read: of the blocks, or the plain text if there are none. */
  shown: string;
  blocks: Block[];
  files: { id: string; name: string; alt: string; mimetype: string; size: number; text: string }[];
  threadTs: string | undefined;
  broadcast: boolean;
  /** State of the stream; undefined if the message never was one. */
  streaming: Stream['state'] | undefined;
  /** Task cards of a stream. */
  tasks: Record<string, unknown>[];
  appends: number;
  metadata: unknown;
  edited: boolean;
  deleted: boolean;
  ephemeralTo: string | undefined;
  unfurl: { links: boolean; media: boolean };
  reactions: Record<string, string[]>;
  /** Every text that people read, oldest first. */
  history: HistoryEntry[];
  /** The last change, of its blocks too. By `performance.now()`. */
  changedAt: number;
}

export function view(context: Context, message: StoredMessage): MessageView {
  const { stream } = message;
  if (stream) isLive(context, stream);
  return {
    ts: message.ts,
    channelId: message.channelId,
    user: message.userId,
    own: message.own,
    subtype: message.subtype,
    text: stream?.text || message.text,
    shown: shown(message),
    blocks: message.blocks,
    files: message.files.map(({ id, name, alt = '', mimetype, bytes }) => ({
      id,
      name,
      alt,
      mimetype,
      size: bytes.length,
      text: Buffer.from(bytes).toString(),
    })),
    threadTs: message.threadTs,
    broadcast: message.broadcast,
    streaming: stream?.state,
    tasks: stream?.tasks ?? [],
    appends: stream?.appends ?? 0,
    metadata: message.metadata,
    edited: message.edited !== undefined,
    deleted: message.deleted,
    ephemeralTo: message.ephemeralTo,
    unfurl: message.unfurl,
    reactions: Object.fromEntries([...message.reactions].map(([name, users]) => [name, [...users]])),
    history: [...message.history],
    changedAt: message.changedAt,
  };
}
