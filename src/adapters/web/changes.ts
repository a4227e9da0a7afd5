/**
 * Tells the windows of a session what others of them changed. A session's changes are counted in memory. A window names
 * the version that it has seen, and hears at once of a newer one. Nothing is stored: a window that has missed something
 * reads again what it shows.
 */
import { randomBytes } from 'node:crypto';
import type { Topics } from '../../core/ports.ts';
import type { TenantId } from '../../core/types.ts';

export interface Change {
  version: string;
  /** Null where it may be any of the session's. */
  conversation: string | null;
  /** The window that made it; null where nobody knows. */
  window: string | null;
}

export interface Changes {
  version(tenant: TenantId): string;
  /** Tells the session's windows, whichever process they are connected to; returns the version after it. */
  tell(tenant: TenantId, change: Omit<Change, 'version'>): string;
  /** Calls back on each change; returns how to stop that. */
  watch(tenant: TenantId, onChange: (change: Change) => void): () => void;
  stop(): void;
}

interface Session {
  /** Random for each count, so that a version of an earlier count is not taken for one of this. */
  epoch: string;
  count: number;
  watchers: Set<(change: Change) => void>;
}

/** Sessions that stay counted without an open window. The windows of a dropped one read again when they are back. */
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
