/** Takes invisible characters that mislead out of what a model says. */
import type { ModelChunk } from '../../models/model.ts';
import { createSeenText } from '../../text/unseen.ts';

/** Reads the chunks of one response, one after another. Returns what is passed on of each. */
export type ChunkReader = (chunk: ModelChunk) => ModelChunk[];

export function seenChunks(): ChunkReader {
  let seen = createSeenText();
  const shown = (text: string): ModelChunk[] => (text === '' ? [] : [{ type: 'text', text }]);
  return (chunk) => {
    if (chunk.type === 'text') return shown(seen.add(chunk.text));
    if (chunk.type === 'retract') seen = createSeenText();
    return chunk.type === 'end' ? [...shown(seen.end()), chunk] : [chunk];
  };
}
