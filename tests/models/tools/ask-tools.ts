/** Requests with tools, and the parts of their answers. */
import type { ModelChunk, ModelMessage, ModelRequest } from '../../../src/core/models/model.ts';
import type { HostedTool, OfferedTools } from '../../../src/core/models/tool.ts';
import { requestOf } from '../ask.ts';

/** Offers function tools of these names, with one text as their input. */
export function offer(names: string[], hosted: HostedTool[] = []): OfferedTools {
  return {
    functions: names.map((name) => ({
      name,
      description: `Does ${name}.`,
      parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
    })),
    hosted,
    mostHosted: 5,
    choice: 'auto',
  };
}

export function withTools(
  tools: OfferedTools,
  ...messages: (string | ModelMessage)[]
): ModelRequest & { tools: OfferedTools } {
  return { ...requestOf(...(messages.length > 0 ? messages : ['Hello?'])), tools };
}

export const chunksOf = <Type extends ModelChunk['type']>(chunks: ModelChunk[], type: Type) =>
  chunks.filter((chunk): chunk is Extract<ModelChunk, { type: Type }> => chunk.type === type);

export const callsOf = (chunks: ModelChunk[]) => chunksOf(chunks, 'call').map(({ call }) => call);
