/** The port of the tools that Parley runs. `src/tools` implements them, a file each. */
import type { z } from 'zod';
import type { Choice } from '../../models/catalog/choose.ts';
import type { Meter } from '../../models/model.ts';
import type { FoundPage, HostedTool } from '../../models/tool.ts';
import type { BookingKind } from '../../money/booking.ts';
import type { Attachment, Message } from '../../types.ts';
import type { ToolFamily } from './families.ts';

/** A file of the conversation, as far as the model still knows of it. */
export interface ConversationFile {
  attachment: Attachment;
  /** The number of a picture in the conversation, from 1. Absent: it is none. */
  number?: number;
}

/** The turn in which a tool runs. */
export interface ToolContext {
  message: Message;
  /** The files of the conversation, oldest first. */
  files: ConversationFile[];
  /** The provider and the model that answer. */
  choice: Choice;
  /** Gives a page its number in this turn; the same page keeps its number. */
  cite(page: FoundPage): number;
  /**
   * Whether an address stands, as it is, in people's words, in results of a search, or on a page that was read. The model
   * cannot have composed such an address.
   */
  isKnown(url: string): boolean;
  /** The step's id: the same when the step runs again after a crash. */
  step: string;
  /** Runs a call of a model with a meter of its own, and charges it. */
  spend<T>(kind: BookingKind, choice: Choice, task: (meter: Meter) => Promise<T>): Promise<T>;
}

export interface MadeContent {
  name: string;
  /** A media type. */
  type: string;
  bytes: Uint8Array;
  /** Its content in words, for those who cannot see it. */
  alt: string;
}

export interface ToolResult {
  /** For the model: material, at most `MOST_OUTPUT` characters. */
  text: string;
  /** Pages that the answer may cite, with the numbers of `ToolContext.cite`. */
  sources?: (FoundPage & { number: number })[];
  /** Shown below the answer. */
  files?: MadeContent[];
}

/** Most characters of a tool's text that a model reads. More is cut off, and the model is told so. */
export const MOST_OUTPUT = 30_000;

export interface Tool<Input = unknown> {
  /** As of `FunctionTool`. */
  name: string;
  family: ToolFamily;
  /** For the model: a sentence from `sentences/prompts.ts`. */
  description: string;
  input: z.ZodType<Input>;
  /**
   * `read`: it changes nothing, so it may run again. `make`: it changes nothing, but costs money, so it runs again at most
   * once after a crash. `act`: it never runs twice.
   */
  effect: 'read' | 'make' | 'act';
  /** Deadline of a call, ms. Absent: that of most tools (`ToolBounds.callMs`). */
  mostMs?: number;
  /** Whether the server that answers has what the tool needs. Absent: every server has. */
  isFor?(choice: Choice): boolean;
  /** The line that people read while it runs, from the catalogue, such as `Searching the web: …`. */
  says(input: Input): string;
  /** @throws ToolError, whose sentence the model reads; every other error counts as a bug of Parley */
  run(input: Input, context: ToolContext, signal: AbortSignal): Promise<ToolResult>;
}

/** A tool that failed in a way that the model can be told of. */
export class ToolError extends Error {
  override name = 'ToolError';
  /** @param says a sentence for the model, such as `The page is larger than 3 MB.` */
  constructor(says: string) {
    super(says);
  }
}

/** The tools that one turn may use. */
export interface TurnTools {
  tools: Tool[];
  hosted: HostedTool[];
}
