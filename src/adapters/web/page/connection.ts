/** A connection on which the server sends events, until it is let go of or lost. */
import { HEARTBEAT_MS } from '../api.ts';
import { hearOf } from './changes.ts';
import { withChanges } from './version.ts';

/** A connection on which nothing came for so long is dead, whatever the browser thinks. */
const SILENT_MS = 3 * HEARTBEAT_MS;

/** What a heartbeat may take on its way. */
const LATE_MS = 5_000;

export interface Listener {
  /** The connection broke; the browser is trying again by itself. */
  broken(): void;
  /** It is there, at first or again. */
  connected(): void;
  /** It is not coming back by itself. Nothing is said afterwards. */
  lost(): void;
}

export interface Connection {
  source: EventSource;
  close(): void;
  /** Whether nothing came for longer than the server is ever silent: the machine slept, or the network was away. */
  isSilent(): boolean;
}

/** @param names of the events that come, beside those that each connection has */
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
