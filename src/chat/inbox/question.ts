/** Makes the message of a question: its text, files, quotes and earlier lines, without what was forgotten. */
import type { Transcripts } from '../../core/storage.ts';
import type { Author, ConversationId, Message, Origin, Quote } from '../../core/types.ts';
import { placesAround } from '../conversation-ids.ts';
import type { Forgotten, ForgottenReading, SaidThen } from '../forgotten.ts';
import { type IncomingFiles, notShown, type SentFile, withOrigin } from '../incoming-files.ts';

/**
 * Why there is nothing to answer. `nothing`: the message says nothing, such as a bare mention. `unreadable`: nothing
 * in it, or in what it refers to, can be read. `forgotten`: it was forgotten while it was being read.
 */
export type Unasked = 'nothing' | 'unreadable' | 'forgotten';

/** A file of a question; with its origin where it is not the message's own. */
export interface QuestionFile extends SentFile {
  origin?: Origin | undefined;
}

/** The content of a question as a platform reads it. The fields are read side by side. */
export interface QuestionContent {
  text: string | Promise<string>;
  author: Author | Promise<Author>;
  /** Earlier lines, and messages that it refers to. */
  quotes: Quote[] | Promise<Quote[]>;
  /** Whether a quote holds something to read. Default: each does. */
  isReadable?(quote: Quote): boolean;
  /** Files of the message, the most important first. One that is listed twice is read once. */
  files: QuestionFile[] | Promise<QuestionFile[]>;
  /** Files of earlier lines. Unreadable ones are not mentioned. */
  earlierFiles?: Promise<QuestionFile[]>;
  /** Headers for requests to the platform's own hosts. */
  headers?: Record<string, string>;
  /** The text is Parley's own. It is no question unless there is something else to read. */
  isPrompt?: boolean;
  /** Whether the message holds or refers to more than its text, readable or not. */
  holdsMore: boolean;
  /** The conversation's title, if this is its first message. */
  topic?: () => Promise<string | undefined>;
}

/** The fields of a message that do not depend on what it says. */
export type QuestionFrame = Pick<Message, 'id' | 'conversation' | 'lane' | 'tenant' | 'reader' | 'at'>;

export interface QuestionMaker {
  /** The messages that were forgotten in a conversation, and around it. @param ownId Parley's own id in messages */
  forgottenAt(conversation: ConversationId, ownId: string): Promise<Forgotten>;
  /** Whether the conversation has no turn but that of the message with this id. */
  isFirst(conversation: ConversationId, id?: string): Promise<boolean>;
  /**
   * The message to answer.
   * @param said the message as its platform names it
   * @throws StoreError
   */
  make(
    frame: QuestionFrame,
    said: SaidThen & { ownId: string },
    read: (forgotten: Forgotten) => QuestionContent | Promise<QuestionContent>,
  ): Promise<Message | Unasked>;
}

export interface QuestionMakerOptions {
  forgotten: ForgottenReading;
  files: IncomingFiles;
  transcripts: Pick<Transcripts, 'read'>;
}

export function createQuestionMaker({ forgotten, files, transcripts }: QuestionMakerOptions): QuestionMaker {
  const forgottenAt = (conversation: ConversationId, ownId: string) =>
    forgotten.at(placesAround(conversation), ownId);

  async function take(conversation: ConversationId, sent: QuestionFile[], headers?: Record<string, string>) {
    const unique = new Map<string, QuestionFile>();
    for (const file of sent) if (!unique.has(file.id)) unique.set(file.id, file);
    const found = await files.take(conversation, [...unique.values()], headers);
    return { ...found, taken: found.taken.map((file) => withOrigin(file, unique.get(file.id)?.origin)) };
  }

  return {
    forgottenAt,

    async isFirst(conversation, id) {
      const { turns } = await transcripts.read(conversation, { limit: 2 });
      return turns.every((turn) => turn.message.id === id);
    },

    async make(frame, said, read) {
      const { conversation } = frame;
      const before = await forgottenAt(conversation, said.ownId);
      const content = await read(before);
      const takeAll = async (sent: QuestionContent['files']) =>
        take(conversation, await sent, content.headers);
      const [own, earlier, quotes, text, author] = await Promise.all([
        takeAll(content.files),
        takeAll(content.earlierFiles ?? []),
        content.quotes,
        content.text,
        content.author,
      ]);
      const now = await forgottenAt(conversation, said.ownId);
      if (now.version !== before.version && now.itself(said)) return 'forgotten';
      const attachments = [...own.taken, ...earlier.taken];
      const isEmpty = (text === '' || content.isPrompt) && attachments.length === 0;
      if (isEmpty && !quotes.some(content.isReadable ?? (() => true)))
        return quotes.length + own.left.length > 0 || content.holdsMore ? 'unreadable' : 'nothing';
      const material = [...quotes, ...notShown(own)];
      const topic = await content.topic?.();
      return {
        ...frame,
        author,
        text,
        attachments,
        ...(material.length > 0 && { quotes: material }),
        ...(topic && { topic }),
      };
    },
  };
}
