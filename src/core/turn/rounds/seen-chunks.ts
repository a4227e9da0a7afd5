/** Takes invisible characters that mislead out of what a model says. */
import type { ModelChunk } from '../../models/model.ts';
import { createSeenText } from '../../text/unseen.ts';

/** The chunks without invisible characters that mislead. */
export async function* withoutUnseen(
  chunks: AsyncIterable<ModelChunk>,
): AsyncGenerator<ModelChunk, void, void> {
  let seen = createSeenText();
  const shown = (text: string) => (text === '' ? [] : [{ type: 'text' as const, text }]);
  for await (const chunk of chunks) {
    if (chunk.type === 'text') {
      yield* shown(seen.add(chunk.text));
      continue;
    }
    if (chunk.type === 'retract') seen = createSeenText();
    if (chunk.type === 'end') yield* shown(seen.end());
    yield chunk;
  }
}
