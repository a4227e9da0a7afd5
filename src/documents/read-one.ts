/** The program that reads one document: its bytes come on stdin, and the result goes to stdout. Its type is its argument. */
import { buffer } from 'node:stream/consumers';
import { readDocument } from './extract.ts';

/** A document must fetch nothing. */
for (const name of ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource'])
  Object.defineProperty(globalThis, name, { value: undefined });

const bytes = new Uint8Array(await buffer(process.stdin));
const result = await readDocument(bytes, process.argv[2] ?? '');
if ('text' in result) {
  process.stdout.write(`${JSON.stringify({ characters: result.characters })}\n`);
  process.stdout.write(result.text);
} else process.stdout.write(`${JSON.stringify(result)}\n`);
