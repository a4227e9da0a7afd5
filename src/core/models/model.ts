/** The port of every model, and the failures that can end it. */
import type { Nano } from '../money/booking.ts';
import type { Limit } from '../money/limits.ts';
import type { Usage } from '../money/usage.ts';
import type { Choices } from '../settings.ts';
import type { End } from '../types.ts';
import type {
  AnsweredCall,
  FoundPage,
  HostedCall,
  HostedFile,
  HostedUse,
  OfferedTools,
  SentItems,
  ToolCall,
} from './tool.ts';

export interface Image {
  name: string;
  /** A media type, such as `image/png`. */
  type: string;
  base64: string;
}

export interface ModelMessage {
  role: 'user' | 'assistant';
  text: string;
  images?: Image[];
  /** When the message was sent: a line of Parley's at its end. Two requests that differ only in this are the same. */
  time?: string;
  /** The calls that the assistant made after this text, with their outcomes. */
  calls?: AnsweredCall[];
  /** This text and these calls as the API sent them. */
  sent?: SentItems;
}

/** A tenant's choices for the model's answers. If a model refuses one, the answer comes without it. */
export interface Tuning {
  /** 0 to 2. */
  temperature?: number;
  effort?: NonNullable<Choices['effort']>;
}

export interface ModelRequest extends Tuning {
  instructions: string;
  /** Oldest first; the last one is from the user. */
  messages: ModelMessage[];
  /** Opaque and stable per conversation: lets the provider find the cached prompt again. */
  cacheKey: string;
  /** Opaque and stable per person: lets the provider tell abusers from each other. */
  user: string;
  /** Most tokens of the answer with its thoughts. Some servers refuse or ignore it. */
  maxOutput?: number;
  /** Absent: none. A model or server that takes no tools is asked without them. */
  tools?: OfferedTools;
}

/** Kinds of failures. Each has its own way out. */
export type FailureKind =
  | 'no-key' // nobody has set one
  | 'key' // the provider does not accept the API key
  | 'forbidden' // the key is fine but may not do this
  | 'not-found' // no such model, or no such address
  | 'quota' // no credit left; asking again is waste
  | 'rate' // too many requests just now
  | 'context' // the conversation is longer than the model takes
  | 'allowance' // this one request is larger than the account may send at once
  | 'loading' // the model is still being loaded
  | 'refused' // against the provider's rules
  | 'request' // the provider does not take such a request
  | 'server' // the provider failed
  | 'unreachable' // no connection
  | 'private-address' // a tenant's base URL leads into the operator's network
  | 'late' // no first chunk within the deadline
  | 'stalled' // no further chunk within the deadline
  | 'too-large' // more was sent than Parley reads
  | 'cut' // the connection broke, or the stream ended without saying so
  | 'not-an-api' // something answered that is no model API
  | 'empty' // an answer without text
  | 'spent' // all tokens were used before the first word, usually by thinking
  | 'limit' // what may be spent is spent
  | 'unpriced' // money is limited, and nobody knows what the model costs
  | 'blocked' // the operator allows no answer here any more
  | 'vault' // a key is stored that no master key opens
  | 'store' // history could not be read or kept
  | 'bug'; // Parley's own mistake

export interface Failure {
  kind: FailureKind;
  /** HTTP status, where there was one. */
  status?: number;
  /** The wait that the provider asked for, milliseconds from the failure. */
  retryAfterMs?: number;
  /**
   * Lower-case name of the request's parameter that was refused. Also `system` (the role), `max_output` (the cap
   * of the answer), `images`, and `image` where one picture is at fault rather than the model.
   */
  parameter?: string;
  /** The limit that is reached. */
  limit?: Limit;
  /** `unreachable`: the connection broke only after the provider may have got the request, which it may bill. */
  isSent?: true;
}

/** How a provider billed a call, as far as it told. */
export interface Billed {
  /** The model that answered, where it is not the one that was asked for. */
  model?: string;
  /** The service tier, in lower case. */
  tier?: string;
  /** The provider's own figure. */
  cost?: Nano;
  hosted?: HostedUse;
}

/** Any number of the others, then exactly one end. */
export type ModelChunk =
  | { type: 'text'; text: string }
  /** Reasoning, which is not part of the answer. */
  | { type: 'thought'; text: string }
  | { type: 'status'; status: 'thinking' | 'retrying' }
  /** All text so far was reasoning, and comes again as a thought. The answer's text follows at once. */
  | { type: 'retract' }
  /** Text of which the model says that it is progress and not the answer (OpenAI: `phase` of a message). */
  | { type: 'progress'; text: string }
  /** Comes right before the end of a response that is whole. */
  | { type: 'call'; call: ToolCall }
  | { type: 'hosted'; call: HostedCall }
  | { type: 'file'; file: HostedFile }
  /** A page that the provider says the text cites. */
  | { type: 'cited'; page: FoundPage }
  | {
      type: 'end';
      end: End;
      usage?: Usage;
      billed?: Billed;
      /** The response, if it has calls. */
      sent?: SentItems;
      /** The model or the server takes no tools, so it was asked without them. */
      isWithoutTools?: true;
      failure?: Failure;
      /** Number of pictures of the last message that the model did not take. */
      unseenImages?: number;
      /** The digest of the request, if its answer may be given again. */
      digest?: string;
      /** The answer was given before, at that time (ms since 1970). `isStale`: the provider cannot be reached. */
      repeated?: Repeated;
    };

export interface Repeated {
  at: number;
  isStale: boolean;
}

/** The facts about a request that is over. */
export interface RequestOutcome {
  /** False: the provider refused the request, or could not be reached. */
  isBilled: boolean;
  /** As the provider told it; absent: it told none. */
  usage?: Usage | undefined;
  /** The usage that the provider told before the answer was cut. */
  soFar?: Usage | undefined;
  billed?: Billed | undefined;
}

/** The part of a request by which its input is bounded. */
export type MeteredRequest =
  | Pick<ModelRequest, 'instructions' | 'messages' | 'tools'>
  | { audioBytes: number };

export interface Meter {
  /**
   * Reserves the cost of a request. Resolves to the most tokens that it may write; undefined: nothing limits it.
   * @throws ModelError `limit`, `unpriced`, or `late` if aborted while it waits; StoreError
   */
  begin(request: MeteredRequest, signal: AbortSignal): Promise<number | undefined>;
  /** Notes text or thoughts of the answer. Returns the most tokens that these may be, for a server that takes no limit. */
  wrote(text: string): number;
  end(outcome: RequestOutcome): void;
}

/** The meter of calls that nobody pays for. */
export const UNMETERED: Meter = { begin: async () => undefined, wrote: () => 0, end() {} };

export interface Model {
  name: string;
  /** As it is sent with each request. */
  tuning?: Tuning;
  /**
   * Ends with `stopped` once the signal is aborted. Throws StoreError if the meter cannot reserve, else only for a bug of
   * Parley.
   * @param meter asked before each request to a provider
   */
  stream(request: ModelRequest, meter: Meter, signal: AbortSignal): AsyncIterable<ModelChunk>;
}

/** Thrown inside a model's driver to end its stream with a failure. */
export class ModelError extends Error {
  override name = 'ModelError';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure;
  }
}
