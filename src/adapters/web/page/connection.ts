/** A connection on which the server sends events, until it is let go of or lost. */
import { HEARTBEAT_MS } from '../api.ts';
import { hearOf } from './changes.ts';
import { withChanges } from './version.ts';

/** A connection on which nothing came for so long is dead, whatever the browser thinks. */
const SILENT_MS = 3 * HEARTBEAT_MS;

export interface Listener {
  /** The connection broke; the browser is trying again by itself. */
  broken(): void;
  /** It is there, at first or again. */
  connected(): void;
  /** It is not coming back by itself. Nothing is said afterwards. */
  lost(): void;
}

/** @param names of the events that come, beside those that each connection has */
export function connect(
  url: string,
  names: string[],
  { broken, connected, lost }: Listener,
): { source: EventSource; close: () => void } {
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
  const heard = () => {
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
  return { source, close };
}
