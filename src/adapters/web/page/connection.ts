/** A connection for server-sent events, until it is closed or lost. */
import { HEARTBEAT_MS } from '../api.ts';
import { hearOf } from './changes.ts';
import { withChanges } from './version.ts';

/** A connection silent for this long is dead, whatever the browser says, ms. */
const SILENT_MS = 3 * HEARTBEAT_MS;

/** Longest delay of a heartbeat on its way, ms. */
const LATE_MS = 5_000;

export interface Listener {
  /** The connection broke; the browser reconnects by itself. */
  broken(): void;
  /** The connection is open, for the first time or again. */
  connected(): void;
  /** The connection will not reopen by itself. Nothing is called after this. */
  lost(): void;
}

export interface Connection {
  source: EventSource;
  close(): void;
  /** Whether the silence is longer than the server's ever is: the machine slept, or the network was away. */
  isSilent(): boolean;
}

/** @param names of events besides those of every connection */
export function connect(url: string, names: string[], { broken, connected, lost }: Listener): Connection {
  const source = new EventSource(withChanges(url));
  let silence: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    source.close();
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
  for (const name of ['open', 'here', 'changed', ...names]) source.addEventListener(name, heard);
  source.addEventListener('open', connected);
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) lose();
    else broken();
  });
  hearOf(source);
  heard();
  return { source, close, isSilent: () => Date.now() - heardAt > HEARTBEAT_MS + LATE_MS };
}
