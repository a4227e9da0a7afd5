/**
 * Reads documents in processes: one document each, a few at a time, within limits of time and memory. A thread would not
 * do: V8 ends the whole process where a thread's heap is full in the middle of JSON.parse.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Documents, ReadDocument, WhyUnread } from '../core/turn/asking/documents.ts';
import { createReadingTurns } from './reading-turns.ts';

export interface ReaderLimits {
  /** Documents that are read at the same time. Others wait. */
  atOnce: number;
  /** Time for one document, ms, without its wait. */
  deadlineMs: number;
  /** JavaScript's heap in a process, MB. */
  heapMb: number;
  /** Memory of a process, bytes, with the buffers outside its heap. It is looked at on Linux alone. */
  mostBytes: number;
}

const LIMITS: ReaderLimits = { atOnce: 2, deadlineMs: 30_000, heapMb: 256, mostBytes: 500 * 2 ** 20 };
/** Documents that may wait, and the longest wait: people would no longer wait for the answer. */
const WAITING = { mostWaiting: 1_000, longestWaitMs: 180_000 };
/** Time between two looks at the memory of a process, ms. */
const LOOK_MS = 50;
/** Most bytes that are read of a result. */
const MOST_RESULT = 16 * 2 ** 20;
const PROGRAM = fileURLToPath(new URL('./read-one.ts', import.meta.url));
/** Bytes of a page of memory, in which Linux counts. */
const PAGE_BYTES = 4_096;

export function createDocuments(limits: ReaderLimits = LIMITS): Documents {
  const turns = createReadingTurns({ ...WAITING, ...limits });
  return {
    async read(source, type, signal) {
      const { load, person } = 'load' in source ? source : { load: async () => source, person: '' };
      if (!(await turns.take(person, signal))) return { unread: 'slow' };
      try {
        const bytes = await load();
        if (!bytes) return { unread: 'broken' };
        return signal.aborted ? { unread: 'slow' } : await readInProcess(bytes, type, limits, signal);
      } finally {
        turns.leave();
      }
    },
  };
}

function readInProcess(
  bytes: Uint8Array,
  type: string,
  { deadlineMs, heapMb, mostBytes }: ReaderLimits,
  signal: AbortSignal,
): Promise<ReadDocument> {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${heapMb}`, '--disallow-code-generation-from-strings', PROGRAM, type],
    // Parley's secrets are of no use to a document.
    { env: {}, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const done = Promise.withResolvers<ReadDocument>();
  const unread = (why: WhyUnread) => done.resolve({ unread: why });
  const giveUp = () => unread('slow');
  const deadline = setTimeout(giveUp, deadlineMs);
  const look = setInterval(async () => {
    if ((await memoryOf(child.pid)) > mostBytes) unread('large');
  }, LOOK_MS);
  const parts: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (part: Buffer) => {
    parts.push(part);
    size += part.length;
    if (size > MOST_RESULT) unread('large');
  });
  // A full heap aborts the process.
  child.once('close', (code, ended) => {
    if (code === 0) done.resolve(resultIn(Buffer.concat(parts)));
    else unread(ended === 'SIGABRT' || code === 134 ? 'large' : 'broken');
  });
  child.once('error', () => unread('broken'));
  // A process that ends early reads no more.
  child.stdin.on('error', () => {});
  child.stdin.end(bytes);
  signal.addEventListener('abort', giveUp, { once: true });
  return done.promise.finally(() => {
    clearTimeout(deadline);
    clearInterval(look);
    signal.removeEventListener('abort', giveUp);
    child.kill('SIGKILL');
  });
}

/** Bytes of memory that a process holds; 0 where it is not known (proc_pid_statm(5)). */
async function memoryOf(pid: number | undefined): Promise<number> {
  try {
    const [, resident = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
    return Number(resident) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

const header = z.union([
  z.object({ characters: z.number() }),
  z.object({ unread: z.enum(['password', 'old', 'broken', 'empty', 'large', 'slow', 'archive']) }),
]);

function resultIn(bytes: Buffer): ReadDocument {
  const end = bytes.indexOf('\n');
  try {
    const told = header.parse(JSON.parse(bytes.subarray(0, Math.max(end, 0)).toString()));
    return 'unread' in told ? told : { text: bytes.subarray(end + 1), characters: told.characters };
  } catch {
    return { unread: 'broken' };
  }
}
