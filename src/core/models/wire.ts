/** What a driver makes of a provider's events, and what it is asked for. */
import type { ModelChunk, ModelRequest } from './model.ts';

/**
 * What of a request a server may refuse, by name: `stream`, `system` (the role of the instructions), `images`, and
 * parameters beyond the core of the format. A driver sends those that it is given.
 */
export type Features = ReadonlySet<string>;

export interface Asked {
  model: string;
  request: ModelRequest;
  features: Features;
}

/** `alive`: a sign of life without text; `isQuiet`: from now on the model may think for long without any. */
export type DriverChunk =
  | Exclude<ModelChunk, { type: 'retract' | 'status' }>
  | { type: 'alive'; isQuiet?: boolean };

/** The instructions as the beginning of the first message, for models that know no role of the system. */
export function instructed({ instructions, messages }: ModelRequest): ModelRequest['messages'] {
  const [first, ...others] = messages;
  if (first?.role !== 'user') return [{ role: 'user', text: instructions }, ...messages];
  return [{ ...first, text: `${instructions}\n\n${first.text}`.trimEnd() }, ...others];
}
