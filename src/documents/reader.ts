/** Reads documents in threads: one document each, a few at a time, within limits of time and memory. */
import { Worker } from 'node:worker_threads';
import type { Documents, ReadDocument } from '../core/turn/asking/documents.ts';

export interface ReaderLimits {
  /** Documents that are read at the same time. Others wait. */
  atOnce: number;
  /** Time for one document, ms, without its wait. */
  deadlineMs: number;
  /** JavaScript's heap in a thread, MB. */
  heapMb: number;
  /** Bytes that the process may grow by while documents are read. Buffers are outside the heaps. */
  growthBytes: number;
}

const LIMITS: ReaderLimits = { atOnce: 2, deadlineMs: 30_000, heapMb: 256, growthBytes: 400 * 2 ** 20 };
/** Time between two looks at the memory of the process, ms. */
const LOOK_MS = 50;
/** Threads' stacks, MB. Deeply nested documents end with an error. */
const STACK_MB = 4;

export function createDocuments(limits: ReaderLimits = LIMITS): Documents {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function turn(): Promise<void> {
    if (running < limits.atOnce) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }

  return {
    async read(bytes, type, signal) {
      await turn();
      try {
        return signal.aborted ? { unread: 'slow' } : await readInThread(bytes, type, limits, signal);
      } finally {
        leave();
      }
    },
  };
}

function readInThread(
  bytes: Uint8Array,
  type: string,
  { deadlineMs, heapMb, growthBytes }: ReaderLimits,
  signal: AbortSignal,
): Promise<ReadDocument> {
  const before = process.memoryUsage.rss();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    name: 'document',
    workerData: { bytes, type },
    // Parley's secrets are of no use to a document.
    env: {},
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: STACK_MB },
  });
  const done = Promise.withResolvers<ReadDocument>();
  const unread = (why: 'slow' | 'large' | 'broken') => () => done.resolve({ unread: why });
  const deadline = setTimeout(unread('slow'), deadlineMs);
  const look = setInterval(() => {
    if (process.memoryUsage.rss() - before > growthBytes) done.resolve({ unread: 'large' });
  }, LOOK_MS);
  worker.once('message', done.resolve);
  worker.once('error', (error: NodeJS.ErrnoException) =>
    done.resolve({ unread: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'large' : 'broken' }),
  );
  worker.once('exit', unread('broken'));
  signal.addEventListener('abort', unread('slow'), { once: true });
  return done.promise.finally(() => {
    clearTimeout(deadline);
    clearInterval(look);
    return worker.terminate().then(() => {});
  });
}
