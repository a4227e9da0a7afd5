/** The port of a driver: the request that it gets, and the chunks that it makes of a provider's events. */
import type { ModelChunk, ModelRequest } from '../model.ts';
import type { ToldUsage } from './told.ts';

/**
 * Parts of a request that a server may refuse, by name: `stream`, `system` (the role of the instructions),
 * `images`, `tools`, each hosted tool, and parameters beyond the core of the format. A driver sends those in this set.
 */
export type Features = ReadonlySet<string>;

export interface DriverRequest {
  model: string;
  request: ModelRequest;
  features: Features;
  /** Stands for the base URL and the model: `SentItems.by`. */
  by: string;
}

/**
 * Names of the parameter that caps an answer. OpenAI's Chat Completions take `max_completion_tokens` alone; others know
 * the older name, or that one too.
 */
export const CAPS: readonly string[] = ['max_output_tokens', 'max_tokens', 'max_completion_tokens'];

/** The names that a server may take, best first. */
export function capsOf(api: 'responses' | 'chat', isOpenAI: boolean): string[] {
  if (api === 'responses') return ['max_output_tokens'];
  return isOpenAI ? ['max_completion_tokens'] : ['max_tokens', 'max_completion_tokens'];
}

/** The name under which the cap is sent; undefined: the server takes none, so Parley cuts the answer itself. */
export const capIn = (features: Features): string | undefined => CAPS.find((name) => features.has(name));

/** The cap as a part of the body. */
export function capped({ maxOutput }: ModelRequest, features: Features): Record<string, number> {
  const name = capIn(features);
  return name === undefined || maxOutput === undefined ? {} : { [name]: maxOutput };
}

/**
 * `alive`: a sign of life without text. `isQuiet`: the model may now think for long in silence. `isWorking`: a hosted
 * tool runs, also in silence. `written`: what the model wrote besides text, such as a call. `told`: the usage so far, for
 * a stream that is cut.
 */
export type DriverChunk =
  | Exclude<ModelChunk, { type: 'retract' | 'status' }>
  | { type: 'alive'; isQuiet?: boolean; isWorking?: boolean; written?: string; told?: ToldUsage };
