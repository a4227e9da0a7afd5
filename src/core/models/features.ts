/** The optional parts of a request, without those that its model refused before. */
import { createHash } from 'node:crypto';
import { isOpenAI } from './base-url.ts';
import { LASTING_MS, learnedOf } from './failures/learned.ts';
import { hasImages, type MendedRequest } from './failures/mend.ts';
import { HOSTED_TOOLS } from './failures/tool-words.ts';
import type { ModelRequest, Tuning } from './model.ts';
import type { Provider } from './provider.ts';
import { capsOf, type Features } from './wire/wire.ts';

/** Asks Chat Completions for the usage. Most compatible servers tell it only then (vLLM, llama.cpp, OpenRouter). */
const USAGE = 'stream_options';
/** Parameters that OpenAI's own API takes beyond the core of the format; compatible servers may refuse each. */
const OPENAI_EXTRAS = ['prompt_cache_key', 'safety_identifier', 'store'];
/** The learned fact that a server takes a cap and does not obey it. */
const IGNORES_CAP = 'ignores its cap';
/** The learned fact that a model's chat template opens its reasoning itself (think.ts). */
const BEGINS_INSIDE = 'begins inside its thoughts';

/**
 * Parts that only requests with tools have. `sent`: responses go back as they were sent. `past_calls`: earlier calls go
 * back as calls, and not as words. `reasoning_with_tools`: the model may reason although it has tools.
 */
const TOOL_FEATURES: Record<FeaturesOptions['api'], readonly string[]> = {
  responses: [
    'tools',
    ...HOSTED_TOOLS,
    'tool_choice',
    'parallel_tool_calls',
    'max_tool_calls',
    'include',
    'encrypted_content',
    'sent',
    'past_calls',
  ],
  chat: [
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'sent',
    'past_calls',
    'reasoning_content',
    'reasoning_with_tools',
  ],
};

export const offersTools = ({ tools }: ModelRequest) =>
  tools !== undefined && tools.functions.length + tools.hosted.length > 0;

export interface FeaturesOptions {
  provider: Provider;
  model: string;
  api: 'responses' | 'chat';
  tuning?: Tuning;
}

/** The optional features of requests to this model, without those that it refused before. */
export function createFeatures({
  provider,
  model,
  api,
  tuning: { temperature, effort } = {},
}: FeaturesOptions) {
  const learned = learnedOf(provider.baseUrl, model);
  const caps = capsOf(api, isOpenAI(provider.baseUrl));
  /**
   * The fact that is learned when a feature is refused, by the feature's name. It includes the value, since another
   * value may be taken.
   */
  const optional = new Map([
    ...TOOL_FEATURES[api].map((name) => [name, name] as const),
    // Streaming can depend on the account (OpenAI: "organization must be verified to stream").
    ['stream', `stream ${digest(provider.key ?? '')}`] as const,
    ...['system', 'images', ...(api === 'chat' ? [USAGE] : [])].map((name) => [name, name] as const),
    ...(isOpenAI(provider.baseUrl) ? OPENAI_EXTRAS : []).map((name) => [name, name] as const),
    ...(temperature === undefined ? [] : [['temperature', `temperature ${temperature}`] as const]),
    ...(effort === undefined ? [] : [['reasoning', `reasoning ${effort}`] as const]),
  ]);

  /** A smaller cap may be taken, so a refused one is remembered by its size, to the next power of two. */
  function memoOf(name: string, { maxOutput = 1 }: ModelRequest): string {
    const isCap = caps.includes(name);
    return isCap ? `${name} ${2 ** Math.ceil(Math.log2(maxOutput))}` : (optional.get(name) ?? name);
  }

  return {
    of({ request, without }: MendedRequest): Features {
      const names = [...optional.keys(), ...(request.maxOutput === undefined ? [] : caps)];
      const features = new Set(
        names.filter((name) => !without.has(name) && !learned.has(memoOf(name, request))),
      );
      if (!hasImages(request)) features.delete('images');
      keepToolFeatures(features, request);
      if (api === 'chat' && features.has('tools') && !features.has('reasoning_with_tools')) {
        // An effort that people chose goes before tools.
        if (features.has('reasoning')) {
          features.delete('tools');
          keepToolFeatures(features, request);
        } else features.add('no_reasoning');
      }
      return features;
    },
    /** Learns from an answer which features had to be left out, and whether it began inside its thoughts. */
    learn({ request, without }: MendedRequest, beganInside: boolean): void {
      for (const [name, ms] of without) if (ms > 0) learned.add(memoOf(name, request), ms);
      if (beganInside) learned.add(BEGINS_INSIDE, LASTING_MS);
      else learned.remove(BEGINS_INSIDE);
    },
    beginsInside: () => learned.has(BEGINS_INSIDE),
    distrustCap: () => learned.add(IGNORES_CAP, LASTING_MS),
    ignoresCap: () => learned.has(IGNORES_CAP),
  };
}

/** Leaves out the parts that this request does not have. */
function keepToolFeatures(features: Set<string>, { tools, messages }: ModelRequest): void {
  const offered = HOSTED_TOOLS.filter((tool) => tools?.hosted.includes(tool) && features.has(tool));
  const functions = tools?.functions.length ?? 0;
  const drop = (...names: string[]) => {
    for (const name of names) features.delete(name);
  };
  drop(...HOSTED_TOOLS.filter((tool) => !offered.includes(tool)));
  if (!features.has('tools') || offered.length + functions === 0) {
    drop(...TOOL_FEATURES.responses, ...TOOL_FEATURES.chat);
    return;
  }
  const calls = messages.filter((message) => message.calls?.length);
  if (tools?.choice !== 'none') drop('tool_choice');
  if (functions === 0) drop('parallel_tool_calls');
  if (offered.length === 0) drop('max_tool_calls', 'include');
  if (calls.length === 0) drop('past_calls');
  if (!features.has('past_calls') || calls.every(({ sent }) => !sent)) drop('sent', 'reasoning_content');
}

/** @param parts such as the base URL and the model */
export const digest = (...parts: string[]) =>
  createHash('sha256').update(parts.join(' ')).digest('base64url').slice(0, 16);
