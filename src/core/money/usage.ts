/** The tokens of a call, as its provider counts them. */
export interface Usage {
  /** Tokens in, of which `cached` were read from the provider's prompt cache. */
  input: number;
  cached: number;
  /** The part of `input` that the provider wrote to its prompt cache, if it bills that; absent: none. */
  cacheWrite?: number;
  /** Tokens out, of which `reasoning` were never shown. */
  output: number;
  reasoning: number;
}
