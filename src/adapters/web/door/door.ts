/**
 * The door of the page: open to everyone who reaches it, or asking for the access token. A page that is open because
 * only this machine reaches it closes at the first sign that others do. The store keeps it closed, for later starts and
 * for other processes.
 */
import type { Logger } from 'pino';
import { StoreError } from '../../../core/errors.ts';
import type { AdapterState, Topics } from '../../../core/platform.ts';
import { fromServer } from '../sentences/en.ts';

export interface DoorOptions {
  /**
   * `loopback`: open while only this machine reaches it; `open`: always open; `token`: never open.
   */
  kind: 'loopback' | 'open' | 'token';
  /** Whether to forget that the door was closed, because the operator has said how people reach the page. */
  isReset: boolean;
  adapterState: Pick<AdapterState, 'read' | 'write' | 'remove'>;
  /** Whether other processes work on the store. Each of them may close the page. */
  isShared: boolean;
  topics: Topics;
  /** Where the operator finds the access token, such as `in data/web.token`. */
  tokenIs: string;
  log: Logger;
}

export interface Door {
  /** Whether people come in without the token, as far as this process knows. */
  isOpen(): boolean;
  /** Whether a sign that others reach it would close it. */
  isWatched(): boolean;
  /** Whether the door has closed itself. */
  hasClosed(): boolean;
  /** Reads from the store whether the door was closed. Until then the door is closed. @throws StoreError */
  begin(): Promise<void>;
  /** Reads whether another process has closed the door. @throws StoreError */
  look(): Promise<void>;
  /** Closes the door at once, and writes that down as soon as the store can be reached. */
  close(sign: string): Promise<void>;
  /** Calls back when this process or another one closes the door. */
  onClosed(listener: () => void): void;
  stop(): void;
}

interface Closed {
  v: 1;
  /** Milliseconds since 1970. */
  at: number;
  sign: string;
}

const KEY = 'closed';
const TOPIC = 'page-closed';

/** Whether the page has closed itself on this store. @throws StoreError */
export async function wasClosed(adapterState: Pick<AdapterState, 'read'>): Promise<boolean> {
  return (await adapterState.read<Closed>(KEY)) !== undefined;
}

export function createDoor(options: DoorOptions): Door {
  const { kind, isReset, adapterState, isShared, topics, tokenIs, log } = options;
  const listeners = new Set<() => void>();
  let closed: Closed | undefined;
  let hasBegun = false;
  let isKept = true;
  let stopHearing = () => {};

  const isOpen = () => hasBegun && kind !== 'token' && closed === undefined;

  function shut(by: Closed): void {
    closed = by;
    log.error(
      { sign: by.sign, since: new Date(by.at).toISOString() },
      fromServer.operator.door.closed(tokenIs),
    );
    for (const listener of listeners) listener();
  }

  async function look(): Promise<void> {
    if (!isKept && closed) await keep(closed);
    if (!isShared || kind !== 'loopback' || closed) return;
    const found = await adapterState.read<Closed>(KEY);
    // Another request may have closed the door meanwhile.
    if (found && !closed) shut(found);
  }

  async function keep(by: Closed): Promise<void> {
    try {
      await adapterState.write(KEY, by);
      isKept = true;
      topics.tell(TOPIC);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  return {
    isOpen,
    isWatched: () => kind === 'loopback' && closed === undefined,
    hasClosed: () => closed !== undefined,
    async begin() {
      if (isReset) await adapterState.remove(KEY);
      else if (kind === 'loopback') {
        const found = await adapterState.read<Closed>(KEY);
        if (found) shut(found);
      }
      hasBegun = true;
      stopHearing = topics.onTold((topic) => {
        // If this look fails, the next request looks again.
        if (topic === TOPIC || topic === '') look().catch(() => {});
      });
    },
    look,
    async close(sign) {
      if (closed) return;
      isKept = false;
      const by: Closed = { v: 1, at: Date.now(), sign };
      shut(by);
      await keep(by);
    },
    onClosed: (listener) => void listeners.add(listener),
    stop: () => stopHearing(),
  };
}
