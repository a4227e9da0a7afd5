/** Everything of a person as one file: a ZIP with each conversation as Markdown, and all of them as JSON. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { Zip, ZipDeflate } from 'fflate';
import type { Settings } from '../../../../core/settings.ts';
import type { ConversationEntry, ConversationLists, Transcripts } from '../../../../core/storage.ts';
import type { ConversationId, TenantId } from '../../../../core/types.ts';
import { lineShown } from '../branches/shown-branch.ts';
import type { PersonDms } from '../dms/person-dms.ts';
import { asJson, asMarkdown } from '../export/conversation-files.ts';
import type { SignIn } from '../sign-in/sign-in.ts';

export interface ExportAllOptions {
  transcripts: Transcripts;
  conversations: ConversationLists;
  settings: Settings;
  signIn: SignIn | undefined;
  dms: Pick<PersonDms, 'all'>;
}

interface FileInZip {
  name: string;
  texts: AsyncIterable<string> | Iterable<string>;
}

/** Bytes that are compressed at once: longer ones would hold up other requests. */
const PIECE_BYTES = 128 * 1024;
const MOST_NAME_CHARACTERS = 60;

/** The file, made while it is read. If the store fails, the connection breaks, so that half a file does not look whole. */
export function everythingOf(options: ExportAllOptions, person: TenantId): ReadableStream<Uint8Array> {
  const bytes = zipped(filesOf(options, person));
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await bytes.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await bytes.return(undefined)),
  });
}

async function* filesOf(options: ExportAllOptions, person: TenantId): AsyncGenerator<FileInZip> {
  const { transcripts, conversations, settings, signIn } = options;
  const { keys: _, ...choices } = await settings.read(person);
  const account = { ...(await signIn?.people.find(person)), settings: choices };
  yield { name: 'account.json', texts: [`${JSON.stringify(account, null, 2)}\n`] };
  const own: { entry: ConversationEntry; conversation: ConversationId }[] = [];
  for (const entry of await conversations.list(person)) {
    const conversation = await lineShown(entry, `${person}:${entry.id}`, transcripts);
    own.push({ entry, conversation });
  }
  const entries = [...own, ...(await options.dms.all(person))];
  for (const { entry, conversation } of entries)
    yield { name: `markdown/${fileName(entry)}.md`, texts: asMarkdown(transcripts, conversation, entry) };
  async function* all(): AsyncGenerator<string> {
    yield '[';
    for (const [i, { entry, conversation }] of entries.entries()) {
      if (i > 0) yield ',';
      yield* asJson(transcripts, conversation, entry);
    }
    yield ']\n';
  }
  yield { name: 'conversations.json', texts: all() };
}

/** A name for every system, and for one conversation alone. */
function fileName({ id, title }: ConversationEntry): string {
  const name = title.replace(/[\p{Cc}\p{Cf}\\/:*?"<>|.]+/gu, ' ').trim();
  return `${name.slice(0, MOST_NAME_CHARACTERS).toWellFormed()} ${id.slice(0, 8)}`.trim();
}

async function* zipped(files: AsyncIterable<FileInZip>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    ready.push(bytes);
  });
  for await (const { name, texts } of files) {
    const file = new ZipDeflate(name);
    zip.add(file);
    for await (const text of texts) {
      const bytes = encoder.encode(text);
      for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
        file.push(bytes.subarray(from, from + PIECE_BYTES));
        await turnOfTheLoop();
      }
      yield* ready.splice(0);
    }
    file.push(new Uint8Array(0), true);
    yield* ready.splice(0);
  }
  zip.end();
  yield* ready.splice(0);
}
