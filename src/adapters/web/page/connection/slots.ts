/**
 * Limits the windows of a browser that hold a connection. A browser opens six connections to a server
 * (HTTP/1.1) for all its windows. With all six held, every other request would wait for ever. Windows without a
 * slot poll every few seconds.
 */
const SLOTS = 4;

export interface Slot {
  /** Whether this window may hold a connection; undefined until the browser has decided. */
  readonly isMine: boolean | undefined;
  leave(): void;
}

/** Takes a slot, or waits for one. Calls back on each change. */
export function takeSlot(onChange: () => void): Slot {
  // Browsers have locks only in secure contexts: on plain http each window holds a connection.
  const locks = navigator.locks as LockManager | undefined;
  const leaving = new AbortController();
  const names = Array.from({ length: SLOTS }, (_, i) => `parley.connection.${i}`);
  let isMine: boolean | undefined = locks ? undefined : true;

  function become(now: boolean): void {
    if (leaving.signal.aborted || isMine === now) return;
    isMine = now;
    onChange();
  }
  /** Holds the slot until this window leaves. */
  const hold = () => {
    become(true);
    return new Promise<void>((resolve) => {
      if (leaving.signal.aborted) resolve();
      leaving.signal.addEventListener('abort', () => resolve());
    });
  };
  async function take(manager: LockManager): Promise<void> {
    for (const name of names) {
      await manager.request(name, { ifAvailable: true }, (lock) => (lock ? hold() : undefined));
      if (isMine || leaving.signal.aborted) return;
    }
    become(false);
    const name = names[Math.floor(Math.random() * SLOTS)] ?? '';
    await manager.request(name, { signal: leaving.signal }, hold);
  }
  if (locks) take(locks).catch(() => become(true));
  return {
    get isMine() {
      return isMine;
    },
    leave: () => leaving.abort(),
  };
}
