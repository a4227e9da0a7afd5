/** Steps of a stream with tools: calls of functions, and the tools that a provider runs itself. */
import type { Behaviour } from '../model-script.ts';
import { chatChunk, done, event } from '../model-server.ts';

export interface MadeCall {
  id?: string;
  name: string;
  /** Given as an object, it is sent as JSON. */
  input: Record<string, unknown> | string;
}

const jsonOf = (input: MadeCall['input']) => (typeof input === 'string' ? input : JSON.stringify(input));

/** Item ids count up over a stream, as at OpenAI; the number of an item is told by its output index. */
const idOf = (call: MadeCall, index: number) => call.id ?? `call_${index}`;

/** The last step of a stream: calls these tools, and ends it. The arguments come in pieces. */
export function callsTools(...calls: MadeCall[]): Behaviour {
  return async (exchange) => {
    for (const [index, call] of calls.entries())
      await (exchange.api === 'chat' ? chatCall(call, index) : responseCall(call, index))(exchange);
    await finishesCalls(calls)(exchange);
    await done(exchange);
    exchange.response.end();
  };
}

function chatCall(call: MadeCall, index: number): Behaviour {
  const json = jsonOf(call.input);
  const half = Math.ceil(json.length / 2);
  const first = {
    index,
    id: idOf(call, index),
    type: 'function',
    function: { name: call.name, arguments: '' },
  };
  const pieces = [json.slice(0, half), json.slice(half)].map((piece) => ({
    index,
    function: { arguments: piece },
  }));
  return async (exchange) => {
    for (const piece of [first, ...pieces]) await event(chatChunk({ tool_calls: [piece] }))(exchange);
  };
}

/** The item of a call (openai-openapi: FunctionToolCall). */
export const callItem = (call: MadeCall, index = 0) => ({
  type: 'function_call',
  id: `fc_${idOf(call, index)}`,
  call_id: idOf(call, index),
  name: call.name,
  arguments: jsonOf(call.input),
  status: 'completed',
});

function responseCall(call: MadeCall, index: number): Behaviour {
  const item = callItem(call, index);
  const half = Math.ceil(item.arguments.length / 2);
  const of = { item_id: item.id, output_index: index };
  const steps = [
    {
      type: 'response.output_item.added',
      output_index: index,
      item: { ...item, arguments: '', status: 'in_progress' },
    },
    { type: 'response.function_call_arguments.delta', ...of, delta: item.arguments.slice(0, half) },
    { type: 'response.function_call_arguments.delta', ...of, delta: item.arguments.slice(half) },
    { type: 'response.function_call_arguments.done', ...of, arguments: item.arguments },
    { type: 'response.output_item.done', output_index: index, item },
  ];
  return async (exchange) => {
    for (const step of steps) await event(step)(exchange);
  };
}

function finishesCalls(calls: MadeCall[]): Behaviour {
  return (exchange) =>
    event(
      exchange.api === 'chat'
        ? chatChunk({}, 'tool_calls')
        : {
            type: 'response.completed',
            response: { status: 'completed', output: calls.map((call, index) => callItem(call, index)) },
          },
    )(exchange);
}

/** An output item of the Responses API, as it is added and then done. */
export function item(
  index: number,
  done: Record<string, unknown>,
  added: Record<string, unknown> = {},
): Behaviour {
  return async (exchange) => {
    const begun = { ...done, status: 'in_progress', ...added };
    await event({ type: 'response.output_item.added', output_index: index, item: begun })(exchange);
    await event({ type: 'response.output_item.done', output_index: index, item: done })(exchange);
  };
}

/** The end of a response, with all of its items. */
export function completes(output: unknown[], rest: Record<string, unknown> = {}): Behaviour {
  return event({ type: 'response.completed', response: { status: 'completed', output, ...rest } });
}
