/** The port of a driver: the request that it gets, and the chunks that it makes of a provider's events. */
import type { ModelChunk, ModelRequest } from '../model.ts';
import type { ToldUsage } from './told.ts';

/**
 * Parts of a request that a server may refuse, by name: `stream`, `system` (the role of the instructions),
 * `images`, and parameters beyond the core of the format. A driver sends those in this set.
 */
export type Features = ReadonlySet<string>;

export interface DriverRequest {
  model: string;
  request: ModelRequest;
  features: Features;
}

/**
 * `alive`: a sign of life without text. `isQuiet`: the model may now think for long in silence. `told`: the usage so
 * far, for a stream that is cut.
 */
export type DriverChunk =
  | Exclude<ModelChunk, { type: 'retract' | 'status' }>
  | { type: 'alive'; isQuiet?: boolean; told?: ToldUsage };

/** Puts the instructions at the start of the first message, for models without a system role. */
export function instructed({ instructions, messages }: ModelRequest): ModelRequest['messages'] {
  const [first, ...others] = messages;
  if (first?.role !== 'user') return [{ role: 'user', text: instructions }, ...messages];
  return [{ ...first, text: `${instructions}\n\n${first.text}`.trimEnd() }, ...others];
}
