/**
 * Tells a session's windows what its other windows changed. Changes are counted in memory. A window names the
 * version it has seen, and hears at once of a newer one. Nothing is stored: a window that missed a change reads
 * again what it shows.
 */
import { randomBytes } from 'node:crypto';
import type { Topics } from '../../../core/platform.ts';
import type { TenantId } from '../../../core/types.ts';

export interface Change {
  version: string;
  /** Null where any of the session's conversations may have changed. */
  conversation: string | null;
  /** The window that made the change; null where it is unknown. */
  window: string | null;
}

export interface Changes {
  version(tenant: TenantId): string;
  /** Tells the session's windows, in every process. Returns the new version. */
  tell(tenant: TenantId, change: Omit<Change, 'version'>): string;
  /** Tells the session's windows in this process alone, of a change that every process hears of. */
  tellHere(tenant: TenantId, change: Omit<Change, 'version'>): void;
  /** Calls back on each change. Returns a function that stops this. */
  watch(tenant: TenantId, onChange: (change: Change) => void): () => void;
  stop(): void;
}

interface Session {
  /** Random for each count, so that versions of different counts never match. */
  epoch: string;
  count: number;
  watchers: Set<(change: Change) => void>;
}

/** Most sessions counted without an open window. The windows of a dropped session read again when they are back. */
const MOST_UNWATCHED = 10_000;
const TOPIC = 'page';
const NONE = '-';

export function createChanges(topics: Topics): Changes {
  const sessions = new Map<TenantId, Session>();
  let unwatched = 0;

  function sessionOf(tenant: TenantId): Session {
    const known = sessions.get(tenant);
    if (known) return known;
    const session = { epoch: randomBytes(6).toString('base64url'), count: 0, watchers: new Set<never>() };
    sessions.set(tenant, session);
    unwatched++;
    letGo();
    return session;
  }

  function letGo(): void {
    for (const [tenant, { watchers }] of sessions) {
      if (unwatched <= MOST_UNWATCHED) return;
      if (watchers.size > 0) continue;
      sessions.delete(tenant);
      unwatched--;
    }
  }

  const versionOf = ({ epoch, count }: Session) => `${epoch}.${count}`;

  function count(session: Session, change: Omit<Change, 'version'>): void {
    session.count++;
    for (const onChange of [...session.watchers]) onChange({ ...change, version: versionOf(session) });
  }

  const stop = topics.onTold((topic) => {
    if (topic === '') {
      for (const session of sessions.values()) count(session, { conversation: null, window: null });
      return;
    }
    const [kind, tenant = '', conversation = NONE, window = NONE] = topic.split(' ');
    const session = sessions.get(tenant);
    if (kind !== TOPIC || !session) return;
    count(session, {
      conversation: conversation === NONE ? null : conversation,
      window: window === NONE ? null : window,
    });
  });

  return {
    version: (tenant) => versionOf(sessionOf(tenant)),
    tell(tenant, { conversation, window }) {
      const session = sessionOf(tenant);
      topics.tell([TOPIC, tenant, conversation ?? NONE, window ?? NONE].join(' '));
      return versionOf(session);
    },
    tellHere(tenant, change) {
      const session = sessions.get(tenant);
      if (session) count(session, change);
    },
    watch(tenant, onChange) {
      const session = sessionOf(tenant);
      if (session.watchers.size === 0) unwatched--;
      session.watchers.add(onChange);
      return () => {
        if (session.watchers.delete(onChange) && session.watchers.size === 0) unwatched++;
      };
    },
    stop,
  };
}
