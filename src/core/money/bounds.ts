/** Upper bounds of the tokens of a call, for the time before its provider has told them, or if it never does. */
import type { ModelRequest } from '../models/model.ts';
import { mostPictureTokens } from '../models/pictures/tokens.ts';
import { mostTokens } from '../text/most-tokens.ts';
import { mostOfHosted } from './prices/hosted-fees.ts';
import type { Usage } from './usage.ts';

/** Tokens with which a provider marks a message and its role. */
const OF_MESSAGE = 8;
/** Tokens with which a provider describes one of its own tools to the model: the longest seen has about 1,500. */
const OF_HOSTED_TOOL = 2_000;
/** Tokens a second that the fastest models write (2026). */
const FASTEST = 500;
/** Bytes of audio for a token: ten tokens a second (OpenAI), in Opus at 6 kbit/s, the lowest that it has. */
const BYTES_OF_AUDIO = 75;
/** Tokens of the finest picture: 6,240 (OpenAI, guides/image-generation, "Cost and latency"), with a margin. */
export const MOST_PICTURE_OUTPUT = 7_000;
/** Tokens around a recording. */
const OF_RECORDING = 100;

/** The most tokens that a request has: its texts, tools and calls, a little for each message, and its pictures. */
export function mostInput(
  { instructions, messages, tools }: Pick<ModelRequest, 'instructions' | 'messages' | 'tools'>,
  call: { baseUrl: string; model: string },
): number {
  let tokens = mostTokens(instructions) + OF_MESSAGE;
  if (tools) tokens += mostTokens(JSON.stringify(tools.functions)) + tools.hosted.length * OF_HOSTED_TOOL;
  tokens += mostOfHosted(tools).input;
  for (const { text, time = '', images = [], calls = [], sent } of messages) {
    tokens += mostTokens(text) + mostTokens(time) + OF_MESSAGE;
    for (const { name, arguments: input, output } of calls)
      tokens += mostTokens(name + input + output) + 2 * OF_MESSAGE;
    // Encrypted reasoning counts as what it was in clear, which is shorter.
    if (sent) tokens += mostTokens(JSON.stringify(sent.items));
    for (const { base64 } of images) tokens += mostPictureTokens(base64, call);
  }
  return tokens;
}

/** The most tokens of a recording that is transcribed. */
export const mostAudioInput = (bytes: number) => Math.ceil(bytes / BYTES_OF_AUDIO) + OF_RECORDING;

/** An answer that was cut, whose provider told no usage. */
export interface CutAnswer {
  /** The most tokens of its text and its thoughts, as `mostTokens` counts them. */
  tokens: number;
  /** Time (ms) before the first text, in pauses, and after the last text. The model may think in it, or write more. */
  silentMs: number;
  /** The most that the model was allowed to write. */
  most: number;
}

/** The most tokens that a model can have written until its answer was cut. */
export function mostWritten({ tokens, silentMs, most }: CutAnswer): number {
  const silent = Math.ceil((FASTEST * Math.max(0, silentMs)) / 1000);
  return Math.min(most, tokens + silent);
}

/** The usage of these tokens that costs the most: the provider writes the whole input to its cache. */
export const dearestUsage = (input: number, output: number): Usage => ({
  input,
  cached: 0,
  cacheWrite: input,
  output,
  reasoning: 0,
});
