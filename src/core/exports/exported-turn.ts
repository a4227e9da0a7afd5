/** A turn in the files of an export, the same on all platforms. */
import type { StoredTurn } from '../storage.ts';
import type { Attachment, End, Feedback } from '../types.ts';

/** A file in an export: its name, never its bytes. */
export interface ExportedFile {
  name: string;
  /** A media type, such as `image/png`. */
  type: string;
  /** Bytes. */
  size: number;
}

/** A turn as people said and read it, without fields that only Parley or the platform uses. */
export interface ExportedTurn {
  /** When it was sent, ISO 8601 in UTC. */
  at: string;
  /** The author's name; empty where the conversation has one person only. */
  from: string;
  text: string;
  quotes: { from: string; note: string | undefined; text: string }[];
  files: ExportedFile[];
  /** Markdown. */
  answer: string;
  /** The pictures and files that the answer shows. */
  made: (ExportedFile & { alt: string })[];
  /** Null: it was not answered to its end. */
  end: End | null;
  /** When the answer ended, ISO 8601 in UTC; null where that was not kept. */
  endedAt: string | null;
  notice: string | null;
  model: string | null;
  feedback: Feedback | null;
}

export function exportedTurn(turn: StoredTurn): ExportedTurn {
  const { message, answer, end, endedAt, notice, model, feedback, files: made = [] } = turn;
  const { text, author, at, quotes = [], attachments } = message;
  return {
    at: new Date(at).toISOString(),
    from: author.name,
    text,
    quotes: quotes.map(({ from, note, text }) => ({ from, note, text })),
    files: attachments.map(({ name, type, size }) => ({ name, type, size })),
    answer,
    made: made.map(({ name, type, size, alt }) => ({ name, type, size, alt })),
    end,
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    notice: notice ?? null,
    model: model ?? null,
    feedback: feedback ?? null,
  };
}

export function turnAsMarkdown({
  message,
  answer,
  endedAt,
  notice,
  feedback,
  files: made = [],
}: StoredTurn): string {
  const quotes = (message.quotes ?? []).map(({ from, note, text }) => {
    const whose = [from, note].filter(Boolean).join(', ');
    return `${whose}:\n${text}`.replace(/^/gm, '> ');
  });
  const named = ({ name }: Attachment) => `*File: ${name}*`;
  const said = [...quotes, message.text, ...message.attachments.map(named)].filter(Boolean).join('\n\n');
  const rated = feedback && `*Feedback: ${feedback}*`;
  const answered = [answer, ...made.map(named), notice && `*${notice}*`, rated].filter(Boolean).join('\n\n');
  const at = new Date(message.at).toISOString();
  const ended = endedAt === undefined ? '' : ` · ${new Date(endedAt).toISOString()}`;
  return `## ${message.author.name || 'Question'} · ${at}\n\n${said}\n\n## Parley${ended}\n\n${answered}\n`;
}
