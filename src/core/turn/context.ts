/** Builds what the model reads of a conversation before a message, and the message. */
import type { ModelMessage } from '../models/model.ts';
import type { Attachments, Notes, Transcripts } from '../storage.ts';
import type { Message, Turn } from '../types.ts';
import { BYTES_PER_TOKEN } from './context-size.ts';
import { mostNoteBytes, noteIn, noteMessage } from './past/note.ts';
import { numberPictures, type PictureNumbers, withNumbers } from './past/picture-numbers.ts';
import { isShown, showTurns } from './past/shown-turns.ts';
import { readWindow, shapeOf, type Window } from './past/window.ts';

export interface ContextOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  /** Absent: what the window lets go is not summarised. */
  summaries?: Pick<Notes, 'read'>;
  /** The model has the tool `read_file`. */
  canReadOn?: boolean;
  /** The model has a tool that takes the numbers of pictures. */
  takesNumbers?: boolean;
  /** IANA. Absent: the model is not told when messages were sent. */
  timeZone?: string | undefined;
  /** Most tokens of history that the model is sent. */
  budgetTokens: number;
}

export interface BuiltContext {
  messages: ModelMessage[];
  window: Window;
  /** The message with the numbers of its pictures. */
  message: Message;
  /** The turns that the model is shown, oldest first. */
  shown: Turn[];
  numbers: PictureNumbers;
}

/** The note of what the window let go, the finished turns in the window before this message, then the message. */
export async function buildContext(message: Message, options: ContextOptions): Promise<BuiltContext> {
  const { transcripts, summaries, budgetTokens } = options;
  const budget = budgetTokens * BYTES_PER_TOKEN;
  const shape = shapeOf(budget, summaries ? mostNoteBytes(budget) : 0);
  const window = await readWindow(message, transcripts, shape);
  const notes = summaries && window.start > 0 ? await summaries.read(message.conversation) : [];
  const note = noteIn(window, notes);
  const { held, turns } = window;
  const place = turns.findIndex((turn) => turn.message.id === message.id);
  const before = (place < 0 ? turns : turns.slice(0, place)).filter(isShown);
  const shown = held ? [held, ...before] : before;
  const numbers = numberPictures(shown, message);
  const messages = await showTurns(shown, message, { ...options, ...(options.takesNumbers && { numbers }) });
  return {
    messages: note ? [noteMessage(note), ...messages] : messages,
    window,
    message: withNumbers(message, numbers),
    shown,
    numbers,
  };
}
