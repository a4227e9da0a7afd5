/** Turns the citations in what a model says into links of the turn's sources. */
import type { ModelChunk } from '../../models/model.ts';
import { type Citations, createCitations } from '../tools/citing/citations.ts';
import type { SourceBook } from '../tools/citing/sources.ts';
import type { Source } from '../tools/step.ts';
import type { ChunkReader } from './seen-chunks.ts';

export interface CitedChunks {
  /** Begins to read a response, whose citations become links. */
  begin(): ChunkReader;
  /** The list of the cited sources, with the blank line before it. Empty: none is cited. */
  list(): string;
  cited(): Source[];
}

/** Chunks after which the text begins a paragraph, or ends. */
const ENDING: ReadonlySet<ModelChunk['type']> = new Set(['hosted', 'call', 'end']);

/**
 * Text is passed on as it is until there are sources, or the provider searches: it tells of pages after they are cited.
 * @param answer the answer so far
 */
export function createCitedChunks(sources: SourceBook, answer: () => string): CitedChunks {
  let citations: Citations | undefined;
  let isSearching = false;

  function citing(): Citations | undefined {
    if (!citations && (isSearching || !sources.isEmpty())) citations = createCitations(sources, answer());
    return citations;
  }

  return {
    begin() {
      const before = answer();
      return (chunk) => {
        if (chunk.type === 'text') {
          const cited = citing();
          return cited ? shown(cited.push(chunk.text)) : [chunk];
        }
        if (chunk.type === 'retract') citations &&= createCitations(sources, before);
        if (chunk.type === 'hosted') isSearching ||= chunk.call.tool === 'web_search';
        if (chunk.type === 'cited') sources.cite(chunk.page);
        return ENDING.has(chunk.type) ? [...shown(citations?.flush() ?? ''), chunk] : [chunk];
      };
    },
    list: () => citations?.end() ?? '',
    cited: () => citations?.cited() ?? [],
  };
}

const shown = (text: string): ModelChunk[] => (text === '' ? [] : [{ type: 'text', text }]);
