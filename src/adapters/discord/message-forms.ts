/** A part as the body of a Discord message, and its lesser forms: what is refused is tried with less. */
import { RESTJSONErrorCodes as Code, DiscordAPIError, MessageFlags, type RawFile } from 'discord.js';
import { type Part, ShowError } from '../reply/surface.ts';
import { rowsOf } from './buttons.ts';
import { MESSAGE_CHARACTERS } from './dialect.ts';

interface Body {
  body: Record<string, unknown>;
  files?: RawFile[];
}

export interface Form {
  /** Whether it names the message that it replies to. */
  hasReference: boolean;
  /** As a new message. */
  message(isPrivate: boolean): Body;
  /** As an edit of one that is there. */
  changes(): Body;
}

export interface Forms {
  /**
   * Makes a call with the part, and again with a lesser form of it as long as Discord refuses the form. What was left
   * out with success is left out from then on; buttons only as long as they are the same.
   * @param isReply whether the call names the message that it replies to, where the form lets it
   * @throws ShowError
   */
  send<T>(part: Part, isReply: boolean, call: (form: Form) => Promise<T>): Promise<T>;
}

/** What a form holds besides its text. */
interface Holds {
  reference: boolean;
  components: boolean;
  markdown: boolean;
}

const NO_PINGS = { parse: [] };
const FULL: Holds = { reference: true, components: true, markdown: true };
/** Discord's refusals of the file, which leave the message to be sent without (topics/opcodes-and-status-codes.mdx). */
const FILE_REFUSALS = new Set<unknown>([
  Code.MissingPermissions,
  Code.RequestEntityTooLarge,
  Code.FileUploadedExceedsMaximumSize,
]);
/** What each form is left without next. */
const STEPS: (keyof Holds)[] = ['reference', 'components', 'markdown'];

export function createForms(turn: string): Forms {
  let hasReference = true;
  /** Buttons that were left out with success. */
  const refused = new Set<string>();

  return {
    async send(part, isReply, call) {
      const buttons = part.buttons.join();
      let holds: Holds = { ...FULL, reference: hasReference, components: !refused.has(buttons) };
      for (;;) {
        try {
          const done = await call(formOf(part, holds, turn));
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

/** Undefined where no lesser form helps. @throws ShowError `file` where it is to be tried without its file */
function lesser(holds: Holds, part: Part, failure: unknown): Holds | undefined {
  if (!(failure instanceof ShowError)) return undefined;
  const { cause, kind, code } = failure;
  const error = cause instanceof DiscordAPIError ? cause : undefined;
  if (part.file && (kind === 'file' || FILE_REFUSALS.has(error?.code)))
    throw new ShowError('file', undefined, cause, code);
  if (kind !== 'refused' || error?.code === Code.CannotSendAnEmptyMessage) return undefined;
  if (error?.code === Code.CannotReplyWithoutPermissionToReadMessageHistory)
    return holds.reference ? { ...holds, reference: false } : undefined;
  const named = namedIn(error);
  if (named && holds[named]) return { ...holds, [named]: false };
  const next = STEPS.find((step) => holds[step] && isIn(part, step));
  if (next) return { ...holds, [next]: false };
  if (part.file) throw new ShowError('file', undefined, cause, code);
  return undefined;
}

/** Whether leaving it out makes a difference. */
function isIn({ text, buttons }: Part, step: keyof Holds): boolean {
  if (step === 'components') return buttons.length > 0;
  if (step === 'markdown') return escaped(text) !== text && escaped(text).length <= MESSAGE_CHARACTERS;
  return true;
}

/** Discord names the fields of the body that are wrong (50035, reference.mdx, Error Messages). */
function namedIn(error: DiscordAPIError | undefined): keyof Holds | undefined {
  const raw = error?.rawError;
  const errors = raw && 'errors' in raw ? (raw.errors as object) : undefined;
  if (!errors) return undefined;
  if ('message_reference' in errors) return 'reference';
  return 'components' in errors ? 'components' : undefined;
}

/** Nothing in it pings, and no link gets a preview. */
function formOf({ text, buttons, file }: Part, holds: Holds, turn: string): Form {
  const bodyOf = (flags: number): Body => ({
    body: {
      content: holds.markdown ? text : escaped(text),
      components: holds.components ? rowsOf(buttons, turn) : [],
      allowed_mentions: NO_PINGS,
      flags: MessageFlags.SuppressEmbeds | flags,
      ...(file && { attachments: [{ id: 0, filename: file.name }] }),
    },
    ...(file && { files: [{ name: file.name, data: file.text, contentType: 'text/markdown' }] }),
  });
  return {
    hasReference: holds.reference,
    message: (isPrivate) => bodyOf(isPrivate ? MessageFlags.Ephemeral : 0),
    changes() {
      const { body, ...files } = bodyOf(0);
      // A file of an earlier attempt stays on the message unless it is said to go.
      return { body: { attachments: [], ...body }, ...files };
    },
  };
}

/** As plain text: each character that Discord could read as a mark is escaped. */
function escaped(text: string): string {
  return text.replace(/[\\*_~`|>#[\]()<:@-]/g, '\\$&');
}
