/** The tool `read_file`: reads on in the text of an attached file, or searches in it. */
import { z } from 'zod';
import { en } from '../core/sentences/en.ts';
import { READ_FILE_PROMPT } from '../core/sentences/prompts.ts';
import type { Attachments } from '../core/storage.ts';
import { partsIn, rangeOfPart, textOfPart } from '../core/turn/asking/file-parts.ts';
import {
  isDocument,
  isUnread,
  type ReadDocumentsOptions,
  readOneDocument,
} from '../core/turn/asking/read-documents.ts';
import { TEXT_TYPE } from '../core/turn/attachment-kind.ts';
import { WHY_UNREAD } from '../core/turn/past/shown-turns.ts';
import { barred, quotedName, shownName, textLines } from '../core/turn/speech.ts';
import { type Tool, type ToolContext, ToolError } from '../core/turn/tools/tool.ts';
import type { Attachment, ConversationId } from '../core/types.ts';
import { folded, searchText } from './search-text.ts';

const input = z.object({
  file: z.string().describe('The name of the file, as it was shown'),
  number: z.number().nullish().describe('Where several files have the name: which one, the oldest is 1'),
  part: z.number().nullish().describe('The part to read, from 1'),
  search: z.string().max(500).nullish().describe('Words to look for in the whole file, instead of a part'),
});
type Input = z.infer<typeof input>;

/** Most names of files that the model is told. */
const MOST_NAMES = 30;
/** Bytes of a text that are read to learn its size. */
const NO_BYTES = { from: 0, upTo: 0 };

export function createReadFile(options: ReadDocumentsOptions): Tool<Input> {
  const { attachments } = options;
  return {
    name: 'read_file',
    family: 'files',
    description: READ_FILE_PROMPT,
    input,
    effect: 'read',
    says: ({ file, part, search }) =>
      search?.trim() ? en.tools.files.searching(file, search) : en.tools.files.reading(file, part ?? 1),

    async run({ file, number, part, search }, { files, message }, signal) {
      const { attachment: named, title } = chosen(files, file, number ?? undefined);
      const { conversation } = message;
      // It is unread where its message was stopped, or where too many were read at the time.
      const isLate = isUnread(named) && (named.unread ?? 'slow') === 'slow';
      const attachment = isLate ? await readOneDocument(named, message, options, signal) : named;
      if (attachment.unread !== undefined)
        throw new ToolError(`${title} could not be read: ${WHY_UNREAD[attachment.unread]}.`);
      const text = search?.trim()
        ? await passagesOf(attachments, conversation, attachment, search, signal)
        : await partOf(attachments, conversation, attachment, part ?? 1);
      if (text === undefined) throw new ToolError(`${title} is no longer kept.`);
      return { text: `${title}, ${text}` };
    },
  };
}

/** The file that the model names. @throws ToolError */
function chosen(files: ToolContext['files'], name: string, number?: number) {
  const byId = new Map(files.map(({ attachment }) => [attachment.id, attachment]));
  const texts = [...byId.values()].filter((one) => one.type === TEXT_TYPE || isDocument(one));
  const wanted = folded(shownName(name));
  const named = texts.filter((one) => folded(shownName(one.name)) === wanted);
  const attachment = named.at(number === undefined ? -1 : Math.trunc(number) - 1);
  if (!attachment) {
    const names = [...new Set(texts.map((one) => quotedName(one.name)))].slice(-MOST_NAMES);
    throw new ToolError(
      names.length === 0
        ? 'The conversation has no file with a text that can be read.'
        : `There is no such file. The files with a text are: ${names.join(', ')}.`,
    );
  }
  const of = named.length > 1 ? `, number ${named.indexOf(attachment) + 1} of that name` : '';
  return { attachment, title: `File ${quotedName(attachment.name)}${of}` };
}

/** A part of the text with its number. @throws ToolError */
async function partOf(
  attachments: Pick<Attachments, 'text'>,
  conversation: ConversationId,
  attachment: Attachment,
  given: number,
): Promise<string | undefined> {
  const part = Math.max(Math.trunc(given), 1);
  const read = await attachments.text(conversation, attachment, rangeOfPart(part));
  if (!read) return undefined;
  const parts = partsIn(read.size);
  if (part > parts) throw new ToolError(`The file ends with part ${parts}.`);
  return `part ${part} of ${parts}:\n${textLines(textOfPart(read.bytes, part, read.size))}`;
}

/** The passages that hold the words, with the parts that they stand in. */
async function passagesOf(
  attachments: Pick<Attachments, 'text'>,
  conversation: ConversationId,
  attachment: Attachment,
  query: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const begun = await attachments.text(conversation, attachment, NO_BYTES);
  if (!begun) return undefined;
  const read = async (from: number, upTo: number) =>
    (await attachments.text(conversation, attachment, { from, upTo }))?.bytes;
  const result = await searchText(read, begun.size, query, signal);
  if (!result) return undefined;
  const { passages, found, hasAll } = result;
  const parts = partsIn(begun.size);
  if (found === 0) return `searched in all ${parts} parts: none of the words stands in it`;
  const how = hasAll ? 'with all of the words' : 'with some of the words';
  const heading = `searched in all ${parts} parts: ${found} ${found === 1 ? 'passage' : 'passages'} ${how}`;
  const more = found > passages.length ? `, the first ${passages.length} of which follow` : '';
  const shown = passages.map(
    ({ part, at, text }) => `[part ${part} of ${parts}, character ${at + 1}]\n${barred(text)}`,
  );
  return [`${heading}${more}`, ...shown].join('\n\n');
}
