/** A conversation in forms that both APIs take. */
import { calledBefore } from '../../sentences/prompts.ts';
import type { ModelMessage, ModelRequest } from '../model.ts';
import type { SentItems } from '../tool.ts';
import type { DriverRequest } from './wire.ts';

/** Puts the instructions at the start of the first message, for models without a system role. */
export function instructed({ instructions, messages }: ModelRequest): ModelMessage[] {
  const [first, ...others] = messages;
  if (first?.role !== 'user') return [{ role: 'user', text: instructions }, ...messages];
  return [{ ...first, text: `${instructions}\n\n${first.text}`.trimEnd() }, ...others];
}

/** The text of a message, with its time as the last line. */
export const textOf = ({ text, time = '' }: ModelMessage) =>
  time === '' ? text : [text, time].filter(Boolean).join('\n');

/** Whether the request has tools that this server takes. */
export const hasTools = ({ request: { tools }, features }: DriverRequest) =>
  features.has('tools') &&
  tools !== undefined &&
  (tools.functions.length > 0 || hostedIn(tools, features).length > 0);

/** Whether earlier calls go back as calls. */
export const hasPastCalls = (asked: DriverRequest) => hasTools(asked) && asked.features.has('past_calls');

/** The hosted tools that this server takes. */
export const hostedIn = (tools: NonNullable<ModelRequest['tools']>, features: DriverRequest['features']) =>
  tools.hosted.filter((tool) => features.has(tool));

/** Whether the response can hold a picture. */
export const hasPictures = (asked: DriverRequest) =>
  hasTools(asked) &&
  asked.request.tools?.hosted.includes('image_generation') === true &&
  asked.features.has('image_generation');

/**
 * The calls of a message as words: what the model said, then, as from a person, what was found. A model would take words of
 * its own for an answer that it has to continue.
 */
export function asWords({ calls = [], sent: _, ...message }: ModelMessage): ModelMessage[] {
  if (calls.length === 0) return [message];
  return [...(message.text === '' ? [] : [message]), { role: 'user', text: calledBefore(calls) }];
}

/** The items of a message, where the same API at the same place made them. */
export function replayable(
  { sent, calls = [] }: ModelMessage,
  api: SentItems['api'],
  { by, features }: DriverRequest,
): unknown[] | undefined {
  if (!sent || calls.length === 0 || sent.api !== api || sent.by !== by) return undefined;
  return features.has('sent') ? sent.items : undefined;
}

/** Most characters of a response that is kept to be sent back. */
const MOST_SENT = 262_144;

/** The response as it may be kept; undefined where it is too large. */
export function sentItems(api: SentItems['api'], by: string, items: unknown[]): SentItems | undefined {
  return JSON.stringify(items).length > MOST_SENT ? undefined : { api, by, items };
}
