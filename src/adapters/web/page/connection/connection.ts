/** Opens a connection for server-sent events, which lasts until it is closed or lost. */
import { HEARTBEAT_MS } from '../../api.ts';
import { hearOf } from './changes.ts';
import { readStream } from './event-stream.ts';
import { withChanges } from './version.ts';

/** A connection silent for this long is dead, whatever the browser says, ms. */
const SILENT_MS = 3 * HEARTBEAT_MS;

/** Longest delay of a heartbeat on its way, ms. */
const LATE_MS = 5_000;

export interface Listener {
  /** The connection broke, and the browser tries again. */
  broken(): void;
  /** The connection is open, for the first time or again. */
  connected(): void;
  /** The connection will not reopen by itself. The listener is not called after this. */
  lost(): void;
}

export interface Connection {
  close(): void;
  /**
   * Whether the server has been silent for longer than its heartbeat allows, because the machine slept or the
   * network was away.
   */
  isSilent(): boolean;
}

/** @param hear is called with the name and the data of each event */
export function connect(
  url: string,
  hear: (name: string, data: string) => void,
  { broken, connected, lost }: Listener,
): Connection {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    stop();
    clearTimeout(silence);
  };
  const lose = () => {
    close();
    lost();
  };
  let heardAt = Date.now();
  const heard = () => {
    heardAt = Date.now();
    clearTimeout(silence);
    silence = setTimeout(lose, SILENT_MS);
  };
  const stop = readStream(withChanges(url), {
    opened() {
      heard();
      connected();
    },
    event(name, data) {
      heard();
      if (name === 'changed') hearOf(data);
      else hear(name, data);
    },
    broken,
    refused: lose,
  });
  heard();
  return { close, isSilent: () => Date.now() - heardAt > HEARTBEAT_MS + LATE_MS };
}
