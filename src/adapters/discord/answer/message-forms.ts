/** A part as the body of a Discord message, and its lesser forms: a refused message is tried with less in it. */
import { RESTJSONErrorCodes as Code, DiscordAPIError, MessageFlags, type RawFile } from 'discord.js';
import { type Part, type ReadMade, ShowError } from '../../../chat/answer/surface.ts';
import { MESSAGE_CHARACTERS, smallPrint } from '../markdown/dialect.ts';
import { plainText } from '../markdown/plain-text.ts';
import { rowsOf } from './buttons.ts';

interface Body {
  body: Record<string, unknown>;
  files?: RawFile[];
}

export interface MessageForm {
  /** Whether the form names the message that it replies to. */
  hasReference: boolean;
  /** The body of a new message. */
  message(isPrivate: boolean): Body;
  /** The body of an edit. */
  changes(): Body;
}

export interface MessageForms {
  /**
   * Makes a call with the part, and again with lesser forms while Discord refuses the form. Anything left out
   * with success stays out; buttons only until they change.
   * @param isReply whether the call names the message that it replies to, if the form allows it
   * @throws ShowError
   */
  send<T>(part: Part, isReply: boolean, call: (form: MessageForm) => Promise<T>): Promise<T>;
}

/** Contents of a form besides its text. */
interface Holds {
  reference: boolean;
  components: boolean;
  markdown: boolean;
}

const NO_PINGS = { parse: [] };
const FULL: Holds = { reference: true, components: true, markdown: true };
/** Codes for a refused file; the message is then sent without it (topics/opcodes-and-status-codes.mdx). */
const FILE_REFUSALS = new Set<unknown>([
  Code.MissingPermissions,
  Code.RequestEntityTooLarge,
  Code.FileUploadedExceedsMaximumSize,
]);
/** Contents to leave out, in this order. */
const STEPS: (keyof Holds)[] = ['reference', 'components', 'markdown'];

/** @param read resolves to the bytes of a file that the answer's tools made; undefined if it is gone */
export function createForms(turn: string, read: ReadMade = async () => undefined): MessageForms {
  let hasReference = true;
  /** Buttons that were left out with success. */
  const refused = new Set<string>();

  return {
    async send(part, isReply, call) {
      const buttons = part.buttons.join();
      const made = await filesOf(part, read);
      let holds: Holds = { ...FULL, reference: hasReference, components: !refused.has(buttons) };
      for (;;) {
        try {
          const done = await call(formOf(part, holds, { turn, made }));
          hasReference = holds.reference;
          if (!holds.components) refused.add(buttons);
          return done;
        } catch (error) {
          const left = lesser({ ...holds, reference: holds.reference && isReply }, part, error);
          if (!left) throw error;
          holds = { ...left, reference: left.reference || (holds.reference && !isReply) };
        }
      }
    },
  };
}

/** The next lesser form; undefined where none helps. @throws ShowError `file` to try again without the file */
function lesser(holds: Holds, part: Part, failure: unknown): Holds | undefined {
  if (!(failure instanceof ShowError)) return undefined;
  const { cause, kind, code } = failure;
  const error = cause instanceof DiscordAPIError ? cause : undefined;
  const hasFiles = part.file || part.made;
  if (hasFiles && (kind === 'file' || FILE_REFUSALS.has(error?.code)))
    throw new ShowError('file', undefined, cause, code);
  if (kind !== 'refused' || error?.code === Code.CannotSendAnEmptyMessage) return undefined;
  if (error?.code === Code.CannotReplyWithoutPermissionToReadMessageHistory)
    return holds.reference ? { ...holds, reference: false } : undefined;
  const named = namedIn(error);
  if (named && holds[named]) return { ...holds, [named]: false };
  const next = STEPS.find((step) => holds[step] && isIn(part, step));
  if (next) return { ...holds, [next]: false };
  if (hasFiles) throw new ShowError('file', undefined, cause, code);
  return undefined;
}

/** Whether leaving this out would change the message. */
function isIn({ text, buttons }: Part, step: keyof Holds): boolean {
  if (step === 'components') return buttons.length > 0;
  if (step === 'markdown') return plainText(text) !== text && plainText(text).length <= MESSAGE_CHARACTERS;
  return true;
}

/** The part of the form that Discord names as wrong (50035, reference.mdx, Error Messages). */
function namedIn(error: DiscordAPIError | undefined): keyof Holds | undefined {
  const raw = error?.rawError;
  const errors = raw && 'errors' in raw ? (raw.errors as object) : undefined;
  if (!errors) return undefined;
  if ('message_reference' in errors) return 'reference';
  return 'components' in errors ? 'components' : undefined;
}

/** The text with what Parley does now: in place of a placeholder, or below the text as far as there is room. */
function withActivity({ activity, isPlaceholder }: Part, text: string): string {
  if (activity === undefined) return text;
  const line = smallPrint(plainText(activity));
  const content = isPlaceholder ? line : `${text}\n\n${line}`;
  return content.length <= MESSAGE_CHARACTERS ? content : text;
}

interface MadeUpload {
  file: RawFile;
  description?: string;
}

/** Most files of a message (resources/message.mdx, Create Message). */
const MOST_FILES = 10;

/** The files of a part. The text that is too long for messages comes first. */
async function filesOf({ file, made = [] }: Part, read: ReadMade): Promise<MadeUpload[]> {
  const files: MadeUpload[] = file
    ? [{ file: { name: file.name, data: file.text, contentType: 'text/markdown' } }]
    : [];
  for (const one of made.slice(0, MOST_FILES - files.length)) {
    const data = await read(one);
    if (data) files.push({ file: { name: one.name, data, contentType: one.type }, description: one.alt });
  }
  return files;
}

/** Builds a form. Nothing in it pings, and no link gets a preview. */
function formOf(part: Part, holds: Holds, { turn, made }: { turn: string; made: MadeUpload[] }): MessageForm {
  const { text, buttons } = part;
  const bodyOf = (flags: number): Body => ({
    body: {
      content: withActivity(part, holds.markdown ? text : plainText(text)),
      components: holds.components ? rowsOf(buttons, turn) : [],
      allowed_mentions: NO_PINGS,
      flags: MessageFlags.SuppressEmbeds | flags,
      ...(made.length > 0 && {
        attachments: made.map(({ file, description }, id) => ({
          id,
          filename: file.name,
          ...(description && { description }),
        })),
      }),
    },
    ...(made.length > 0 && { files: made.map(({ file }) => file) }),
  });
  return {
    hasReference: holds.reference,
    message: (isPrivate) => bodyOf(isPrivate ? MessageFlags.Ephemeral : 0),
    changes() {
      const { body, ...files } = bodyOf(0);
      // A file of an earlier attempt stays on the message unless `attachments` removes it.
      return { body: { attachments: [], ...body }, ...files };
    },
  };
}
