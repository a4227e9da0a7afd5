/**
 * Lasting troubles, such as a refused key. The log reports each at once and then once a minute, with the number of
 * answers lost to it. Until they are over, `/readyz` lists them to callers who may know.
 */
import type { Logger } from 'pino';

/** A trouble as an operator reads it: no secrets, and nothing that people said. */
export interface Trouble {
  what: string;
  /** Answers lost to it since it began. */
  answers: number;
  /** When it began, ISO 8601. */
  since: string;
}

export interface Troubles {
  /**
   * Notes that the trouble cost one more answer.
   * @param key the same for the same trouble
   * @param what a sentence for the operator, the same for the same key; `/readyz` shows it
   * @param details for the log only
   */
  cost(key: string, what: string, details?: Record<string, unknown>): void;
  /** Notes that what failed works again. */
  over(key: string): void;
  list(): Trouble[];
}

const EVERY_MS = 60_000;
/** After this long without a lost answer, a trouble is over, or nobody cares (ms). */
const FORGOTTEN_MS = 15 * 60_000;
/** Most troubles kept; the oldest are dropped. */
const MOST_TROUBLES = 100;

interface Known extends Trouble {
  details: Record<string, unknown>;
  lastAt: number;
  /** Answers lost since the last line in the log. */
  unsaid: number;
  timer: NodeJS.Timeout;
}

export function createTroubles(log: Logger): Troubles {
  const known = new Map<string, Known>();

  function over(key: string): void {
    clearInterval(known.get(key)?.timer);
    known.delete(key);
  }

  /** Logs what happened since the last line. */
  function say(key: string, trouble: Known): void {
    const { what, details, unsaid } = trouble;
    if (unsaid > 0) log.warn({ ...details, answers: unsaid }, what);
    else if (performance.now() - trouble.lastAt > FORGOTTEN_MS) over(key);
    trouble.unsaid = 0;
  }

  function begin(key: string, what: string): Known {
    const [oldest] = known.keys();
    if (known.size >= MOST_TROUBLES && oldest !== undefined) over(oldest);
    const timer = setInterval(() => say(key, trouble), EVERY_MS);
    timer.unref();
    const since = new Date().toISOString();
    const trouble: Known = { what, answers: 0, since, details: {}, lastAt: 0, unsaid: 0, timer };
    known.set(key, trouble);
    return trouble;
  }

  return {
    cost(key, what, details = {}) {
      const isNew = !known.has(key);
      const trouble = known.get(key) ?? begin(key, what);
      trouble.answers++;
      trouble.unsaid++;
      trouble.details = details;
      trouble.lastAt = performance.now();
      if (isNew) say(key, trouble);
    },
    over,
    list: () => [...known.values()].map(({ what, answers, since }) => ({ what, answers, since })),
  };
}
