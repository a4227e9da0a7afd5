/**
 * Windows of one browser that hold a connection. A browser opens six to one server (HTTP/1.1) for all its windows; with
 * all six held, every other request would wait for good. Windows without a slot ask every few seconds.
 */
const SLOTS = 4;

export interface Slot {
  /** Whether this window may hold a connection; undefined until the browser has said so. */
  readonly isMine: boolean | undefined;
  leave(): void;
}

/** Takes a slot, or waits for one. Calls back on each change. */
export function takeSlot(onChange: () => void): Slot {
  // Browsers have locks in secure contexts only: on plain http each window holds a connection.
  const locks = navigator.locks as LockManager | undefined;
  const leaving = new AbortController();
  const names = Array.from({ length: SLOTS }, (_, i) => `parley.connection.${i}`);
  let isMine: boolean | undefined = locks ? undefined : true;

  function become(now: boolean): void {
    if (leaving.signal.aborted || isMine === now) return;
    isMine = now;
    onChange();
  }
  /** Holds it until this window leaves. */
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
