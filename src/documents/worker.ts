/** Reads one document in a thread of its own, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ReadDocument } from '../core/turn/asking/documents.ts';
import { Unread } from './document-text.ts';
import { extract } from './extract.ts';

export interface DocumentToRead {
  bytes: Uint8Array;
  type: string;
}

/** A document must fetch nothing. */
for (const name of ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource'])
  Object.defineProperty(globalThis, name, { value: undefined });

async function read({ bytes, type }: DocumentToRead): Promise<ReadDocument> {
  try {
    const text = await extract(bytes, type);
    return { text: new TextEncoder().encode(text), characters: text.length };
  } catch (error) {
    // Readers fail in many ways on a damaged file.
    return { unread: error instanceof Unread ? error.why : 'broken' };
  }
}

const result = await read(workerData);
parentPort?.postMessage(result, 'text' in result ? [result.text.buffer as ArrayBuffer] : []);
