/** A stream of a server with calls of tools. Each was written after one that was seen; `from` names where. */

export interface ToolStream {
  name: string;
  from: string;
  /** Responses API; absent: Chat Completions. */
  isResponses?: true;
  /** Events in order, or whole lines where the server sends other lines too. */
  events: (Record<string, unknown> | string)[];
  /** The connection closes without `[DONE]`. */
  isWithoutDone?: true;
  /** The answer comes in one piece, which is the only event. */
  isWhole?: true;
  /** Names of the tools that were offered. */
  offered?: string[];
  /** Expected: the name of each call, its arguments, and its id where the server sent a usable one. */
  calls: [name: string, input: Record<string, unknown> | string, id?: string][];
  /** Expected text. */
  text?: string;
  thought?: string;
  /** Expected parts of the message that go back to the server. */
  beside?: Record<string, unknown>;
}

type Fields = Record<string, unknown>;

/** A chunk with one choice. @param rest fields beside `choices` */
export const chunk = (delta: Fields, finish: string | null = null, rest: Fields = {}): Fields => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_790_000_000,
  model: 'model',
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...rest,
});

/** A piece of calls. */
export const pieces = (...calls: Fields[]): Fields => chunk({ tool_calls: calls });

/** The first piece of a call, with its id and name. */
export const begin = (index: number, id: string, name: string, input = '', rest: Fields = {}): Fields => ({
  index,
  id,
  type: 'function',
  function: { name, arguments: input },
  ...rest,
});

/** A further piece of a call. */
export const more = (index: number, input: string): Fields => ({ index, function: { arguments: input } });

export const role = chunk({ role: 'assistant', content: '' });
export const ends = (reason = 'tool_calls') => chunk({}, reason);
export const usage = (rest: Fields = {}): Fields => ({
  ...chunk({}),
  choices: [],
  usage: { prompt_tokens: 58, completion_tokens: 12, total_tokens: 70, ...rest },
});
