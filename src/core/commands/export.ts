/** `/export`: the conversation as files, to read and to process. */
import type { StoredTurn, Transcripts } from '../ports.ts';
import type { ConversationId } from '../types.ts';
import { type CommandGroup, say } from './group.ts';

export interface ExportOptions {
  transcripts: Transcripts;
}

const TURNS_A_PAGE = 32;
/** Of each file; below what platforms take (Discord: 10 MB). */
const MOST_BYTES = 8 * 2 ** 20;

export function exportCommand({ transcripts }: ExportOptions): CommandGroup {
  return {
    commands: [
      {
        name: 'export',
        names: { de: 'exportieren' },
        description: 'This conversation as files: Markdown and JSON',
        descriptions: { de: 'Diese Unterhaltung als Dateien: Markdown und JSON' },
        permission: 'anyone',
        options: [],
        async run({ conversation }) {
          const { turns, isWhole } = await newest(transcripts, conversation);
          if (turns.length === 0) return say('There is nothing in this conversation yet.');
          const count =
            turns.length === 1
              ? 'One message with its answer'
              : `${turns.length} messages with their answers`;
          const left = isWhole ? '' : ' Older ones are left out: a file can have 8 MB at most.';
          return {
            type: 'text',
            text: `${count}, as Markdown and as JSON.${left}`,
            files: [
              { name: 'conversation.md', text: turns.map(({ markdown }) => markdown).join('\n') },
              { name: 'conversation.json', text: `[\n${turns.map(({ json }) => json).join(',\n')}\n]\n` },
            ],
          };
        },
      },
    ],
  };
}

interface Written {
  markdown: string;
  json: string;
}

/** The newest turns that fit, oldest first. */
async function newest(
  transcripts: Transcripts,
  conversation: ConversationId,
): Promise<{ turns: Written[]; isWhole: boolean }> {
  const newestFirst: Written[] = [];
  let left = MOST_BYTES;
  let before: number | undefined;
  for (;;) {
    const page = await transcripts.read(conversation, {
      limit: TURNS_A_PAGE,
      ...(before !== undefined && { before }),
    });
    for (const turn of page.turns.reverse()) {
      const written = { markdown: markdownOf(turn), json: jsonOf(turn) };
      left -= Math.max(Buffer.byteLength(written.markdown), Buffer.byteLength(written.json)) + 2;
      if (left < 0) return { turns: newestFirst.reverse(), isWhole: false };
      newestFirst.push(written);
      before = turn.seq;
    }
    if (!page.more || page.turns.length === 0) return { turns: newestFirst.reverse(), isWhole: true };
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function markdownOf({ message, answer, notice, feedback }: StoredTurn): string {
  const quotes = (message.quotes ?? []).map(({ from, note, text }) => {
    const whose = [from, note].filter(Boolean).join(', ');
    return `${whose}:\n${text}`.replace(/^/gm, '> ');
  });
  const files = message.attachments.map(({ name }) => `*File: ${name}*`);
  const said = [...quotes, message.text, ...files].filter(Boolean).join('\n\n');
  const rated = feedback && `*Feedback: ${feedback}*`;
  const answered = [answer, notice && `*${notice}*`, rated].filter(Boolean).join('\n\n');
  const at = new Date(message.at).toISOString();
  return `## ${message.author.name || 'Question'} · ${at}\n\n${said}\n\n## Parley\n\n${answered}\n`;
}

/** What people said and read; nothing that is only Parley's or the platform's. */
function jsonOf({ message, answer, end, notice, model, feedback }: StoredTurn): string {
  const { text, author, at, quotes = [], attachments } = message;
  return JSON.stringify({
    at: new Date(at).toISOString(),
    from: author.name,
    text,
    quotes,
    files: attachments.map(({ name, type, size }) => ({ name, type, size })),
    answer,
    end,
    notice: notice ?? null,
    model: model ?? null,
    feedback: feedback ?? null,
  });
}
