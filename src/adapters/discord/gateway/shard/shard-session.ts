/** The session of a shard's connection, and since when the gateway cannot be reached. */
import type { SessionInfo } from '@discordjs/ws';

export interface ShardSession {
  /** The session to resume, if any. */
  current(): SessionInfo | null;
  /** Takes a change that the client makes. */
  update(session: SessionInfo | null): void;
  /** Time limit for the next handshake, ms. */
  handshakeMs(): number;
  /** The gateway has not been reached since then (ms since 1970). */
  readonly unreachedSince: number | undefined;
  /** Another connection is being made. */
  connecting(): void;
  /** Discord has sent its hello over the current connection. */
  greeted(): void;
  /** Discord began the session anew. */
  ready(): void;
  closed(how: { isLost: boolean; wasConnected: boolean }): void;
}

/** Time limit for a handshake, ms. Discord's own address for resuming gets less time before the gateway is tried. */
const HANDSHAKE_MS = 15_000;
const RESUME_HANDSHAKE_MS = 4_000;
/** Time for which a session is kept while the network is down, ms. Discord keeps it for some minutes. */
const SESSION_MS = 60_000;

/** @param url the gateway's address */
export function createShardSession(url: string): ShardSession {
  let session: SessionInfo | null = null;
  let unreachedSince: number | undefined;
  let isGreeted = false;
  /** The address for resuming failed. A session can be resumed at the gateway as well (gateway.mdx, Resuming). */
  let isResumeDead = false;

  function unreached(): void {
    unreachedSince ??= Date.now();
    isResumeDead = true;
  }

  return {
    current: () => (session && isResumeDead ? { ...session, resumeURL: url } : session),
    update(now) {
      if (!isGreeted) unreached();
      // The client gives a session up when the network fails for a moment. Discord decides that.
      const isBlip = Date.now() - (unreachedSince ?? 0) < SESSION_MS;
      if (now !== null || !isBlip) session = now;
    },
    handshakeMs: () => (session && !isResumeDead ? RESUME_HANDSHAKE_MS : HANDSHAKE_MS),
    get unreachedSince() {
      return unreachedSince;
    },
    connecting() {
      isGreeted = false;
    },
    greeted() {
      unreachedSince = undefined;
      isGreeted = true;
    },
    ready() {
      isResumeDead = false;
    },
    closed({ isLost, wasConnected }) {
      if (!wasConnected) isResumeDead = true;
      if (isLost && !isGreeted) unreached();
      else if (isLost) unreachedSince ??= Date.now();
      else unreachedSince = undefined;
    },
  };
}
