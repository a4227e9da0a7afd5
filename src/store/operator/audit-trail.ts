/**
 * Keeps the newest lines of the audit log, for operators. Where there are too many, those go of which one person made
 * the most, so that nobody drives out what others did, or other things of their own.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { KeptAudits } from '../../core/operator/operator-view.ts';
import type { AuditEntry } from '../../core/reports/audit.ts';
import { AUDIT_KINDS, type AuditKind, auditKey } from '../keys.ts';
import { MOST_ENTRIES, type Store } from '../store.ts';

/** How long a line is kept, ms. */
const KEPT_MS = 30 * 86_400_000;
/** Lines of each kind that are kept. */
const MOST_KEPT = 1_000;
/** Lines that wait for the store. Further ones stand in the log alone. */
const MOST_WAITING = 1_000;
/** Time that lines wait for others, so that many need few writes, ms. */
const GATHER_MS = 200;
/** Time until a store that failed is tried again, ms. */
const AGAIN_MS = 5_000;
/** Lines after which a process looks for those that are too many. */
const TRIM_EVERY = 100;
const GROUP_CHARACTERS = 12;
/** Digits of a time in a key, so that keys have the order of time (base 36). */
const TIME_DIGITS = 9;

export interface AuditTrail {
  /** Never throws. */
  keep(entry: AuditEntry): void;
  /** Resolves once everything is kept, or once the store has failed. */
  settle(): Promise<void>;
}

export function createAuditTrail(store: Store): AuditTrail {
  let waiting: AuditEntry[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<boolean> = Promise.resolve(true);
  let untilTrim = 0;

  function later(ms: number): void {
    timer ??= setTimeout(async () => {
      timer = undefined;
      if (!(await flush())) later(AGAIN_MS);
    }, ms).unref();
  }

  /** Writes everything that waits, one write after another. False: the store failed. */
  function flush(): Promise<boolean> {
    writing = writing.then(write);
    return writing;
  }

  async function write(): Promise<boolean> {
    while (waiting.length > 0) {
      const some = waiting.slice(0, MOST_ENTRIES);
      try {
        await store.write(some.map((value) => ({ key: keyOf(value), value, ttl: KEPT_MS })));
      } catch {
        return false;
      }
      waiting = waiting.slice(some.length);
      await trim(some.length);
    }
    return true;
  }

  async function trim(written: number): Promise<void> {
    untilTrim -= written;
    if (untilTrim > 0) return;
    untilTrim = TRIM_EVERY;
    for (const kind of AUDIT_KINDS) {
      const old = tooMany(await store.keys(auditKey(kind, '')).catch(() => []));
      if (old.length > 0) await store.remove(old).catch(() => {});
    }
  }

  return {
    keep(entry) {
      if (waiting.length >= MOST_WAITING) return;
      waiting.push(entry);
      later(GATHER_MS);
    },
    async settle() {
      clearTimeout(timer);
      timer = undefined;
      await flush();
    },
  };
}

/** The newest lines. @param from the number of the first one */
export async function readAudits(store: Store, from: number, most: number): Promise<KeptAudits> {
  const keys = (await Promise.all(AUDIT_KINDS.map((kind) => store.keys(auditKey(kind, ''))))).flat();
  const newest = keys.sort((a, b) => (timeIn(a) > timeIn(b) ? -1 : 1));
  const entries = await store.readMany<AuditEntry>(newest.slice(from, from + most));
  return { entries: entries.filter((entry) => entry !== undefined), count: keys.length };
}

/** The oldest lines of the people and actions with more than their share. */
function tooMany(keys: string[]): string[] {
  if (keys.length <= MOST_KEPT) return [];
  const groups = [...Map.groupBy(keys.sort(), groupIn).values()];
  groups.sort((a, b) => a.length - b.length);
  let left = MOST_KEPT;
  return groups.flatMap((group, index) => {
    const share = Math.min(group.length, Math.max(1, Math.floor(left / (groups.length - index))));
    left -= share;
    return group.slice(0, group.length - share);
  });
}

function keyOf(entry: AuditEntry): string {
  const { at, action } = entry;
  const kind: AuditKind = action === 'refused' || action === 'sign-in refused' ? 'refused' : 'done';
  const time = at.toString(36).padStart(TIME_DIGITS, '0');
  // Two lines may have the same time.
  return auditKey(kind, `${time}|${randomBytes(6).toString('base64url')}|${groupOf(entry)}`);
}

/** The same for everything of that kind that one person did. */
const groupOf = ({ action, person, from }: AuditEntry) =>
  createHash('sha256')
    .update([action, person ?? from ?? ''].join(' '))
    .digest('base64url')
    .slice(0, GROUP_CHARACTERS);

const groupIn = (key: string) => key.slice(key.lastIndexOf('|') + 1);

/** The time of a line, and what tells it apart from others of the same time. */
const timeIn = (key: string) => key.slice(key.indexOf('|', 'audit|'.length) + 1);
