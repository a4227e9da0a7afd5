/** Tools as a model sees them, and the calls that a model makes. */
import type { Nano } from '../money/booking.ts';

export type JsonSchema = Record<string, unknown>;

/** A tool that Parley runs when a model calls it. */
export interface FunctionTool {
  /** `^[a-z_]{1,40}$`; every API takes such a name. */
  name: string;
  /** For the model. */
  description: string;
  parameters: JsonSchema;
}

/** A tool that the provider runs within its response, by OpenAI's name for it. */
export type HostedTool = 'web_search' | 'image_generation' | 'code_interpreter';

/** The tools of a request. They stay the same from round to round, since the provider's prompt cache covers them. */
export interface OfferedTools {
  /** In the order of their names. */
  functions: FunctionTool[];
  hosted: HostedTool[];
  /** Most calls of hosted tools in the response (OpenAI: `max_tool_calls`). */
  mostHosted: number;
  /** `none`: the model answers now, and calls nothing. */
  choice: 'auto' | 'none';
}

/** A call of a function tool, whole. */
export interface ToolCall {
  /** The provider's id; made by Parley where the server sent none. Unique within the response. */
  id: string;
  name: string;
  /** JSON as the model wrote it: it may be broken, or of another shape than the tool takes. */
  arguments: string;
}

/** A call with the text that the model reads as its outcome. */
export interface AnsweredCall extends ToolCall {
  output: string;
}

/**
 * The output of one response as the API sent it, such as items with encrypted reasoning. It goes back, unchanged, to the
 * model that made it; every other model gets the text and the calls.
 */
export interface SentItems {
  api: 'responses' | 'chat';
  /** The digest of the base URL and the model. */
  by: string;
  items: unknown[];
}

/** A page of the web, or a result of a search. */
export interface FoundPage {
  url: string;
  title: string;
}

/** A call of a hosted tool, each time that something of it changes. */
export interface HostedCall {
  /** The item's id. */
  id: string;
  tool: HostedTool;
  state: 'running' | 'done' | 'failed';
  /** Queries of a search, the address of an opened page, or code, as far as the provider told. */
  input?: string;
  /** Printed text of code, or why the call failed, as far as the provider told. */
  output?: string;
  found?: FoundPage[];
}

/** A file that a hosted tool made. */
export interface HostedFile {
  /** The id of the call that made it. */
  call: string;
  name: string;
  /** A media type. */
  type: string;
  base64: string;
  /** The words from which it was made, as the provider revised them. */
  prompt?: string;
}

/** The cost of hosted tools besides the model's tokens, as far as the provider told. */
export interface HostedUse {
  /** Billable searches. */
  searches?: number;
  /** Tokens of pictures, which the usage of the response does not have. */
  pictures?: { input: number; output: number };
  /** The provider's own figure. */
  fees?: Nano;
}
