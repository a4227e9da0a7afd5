/** Messages as tests read them. */
import type { Context } from './context.ts';
import { shown } from './shown.ts';
import { isLive } from './streams.ts';
import type { Block, HistoryEntry, StoredMessage, Stream } from './world.ts';

export interface MessageView {
  ts: string;
  channelId: string;
  user: string;
  /** Whether the app posted it. */
  own: boolean;
  subtype: string | undefined;
  /** As it was given; of a stream: what was appended. */
  text: string;
  /** What people read: the blocks' text, or the text when there are none. */
  shown: string;
  blocks: Block[];
  files: { id: string; name: string; mimetype: string; size: number; text: string }[];
  threadTs: string | undefined;
  broadcast: boolean;
  /** Undefined: never a stream. */
  streaming: Stream['state'] | undefined;
  /** Cards of a stream's tasks. */
  tasks: Record<string, unknown>[];
  appends: number;
  metadata: unknown;
  edited: boolean;
  deleted: boolean;
  ephemeralTo: string | undefined;
  unfurl: { links: boolean; media: boolean };
  reactions: Record<string, string[]>;
  /** All that people read, oldest first. */
  history: HistoryEntry[];
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
    files: message.files.map(({ id, name, mimetype, bytes }) => ({
      id,
      name,
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
  };
}
