/** Fetches the files that code made, while their container lives (20 minutes: guides/tools-code-interpreter). */
import { buffer } from 'node:stream/consumers';
import type OpenAI from 'openai';
import type { HostedFile } from '../../tool.ts';
import type { ContainerFile } from '../cited.ts';

const FILE_MS = 30_000;
/** Media types by the ending of a name, since the API sends files without a type. */
const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  csv: 'text/csv',
  txt: 'text/plain',
  md: 'text/markdown',
  json: 'application/json',
  pdf: 'application/pdf',
  zip: 'application/zip',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};

/**
 * Undefined where the file is gone, too large or too slow. provider.ts bounds its size.
 * @param call the id of the call that made it
 */
export async function fetchContainerFile(
  client: OpenAI,
  { container, id, name }: ContainerFile,
  call: string,
  signal: AbortSignal,
): Promise<HostedFile | undefined> {
  try {
    const response = await client
      .get(`/containers/${container}/files/${id}/content`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(FILE_MS)]),
      })
      .asResponse();
    if (!response.body) return undefined;
    const bytes = await buffer(response.body);
    const ending = /\.(\w{1,5})$/.exec(name)?.[1]?.toLowerCase() ?? '';
    return {
      call,
      name,
      type: TYPES[ending] ?? 'application/octet-stream',
      base64: bytes.toString('base64'),
    };
  } catch {
    return undefined;
  }
}
