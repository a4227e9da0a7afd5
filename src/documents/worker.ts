/** Reads one document in a thread of its own, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { readDocument } from './extract.ts';

/** A document must fetch nothing. */
for (const name of ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource'])
  Object.defineProperty(globalThis, name, { value: undefined });

const { bytes, type }: { bytes: Uint8Array; type: string } = workerData;
const result = await readDocument(bytes, type);
parentPort?.postMessage(result, 'text' in result ? [result.text.buffer as ArrayBuffer] : []);
