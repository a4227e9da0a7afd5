import { HEARTBEAT_MS, type TurnEvents } from '../api.ts';
import { eventsUrl } from './server.ts';

/** Who watches a turn being answered. After `end` or `lost` nothing more is said. */
export interface Follower {
  /** The whole answer so far. */
  text(answer: string): void;
  status(status: TurnEvents['status']['status']): void;
  end(end: TurnEvents['end']): void;
  /** The connection broke; the browser is trying again by itself. */
  broken(): void;
  /** It is there, at first or again. */
  connected(): void;
  /** The stream cannot be resumed, or the turn is gone: read the conversation again. */
  lost(): void;
}

/** Milliseconds between two paints of an answer: some twelve a second. */
const PACE = 80;
/** A connection on which nothing came for so long is dead, whatever the browser thinks. */
const SILENT_MS = 3 * HEARTBEAT_MS;

/**
 * Follows one turn to its end; returns how to let go of it. An answer that is begun anew is shown once it is as long as
 * what was shown before, or has ended: nothing that a person reads shrinks.
 * @param shown of the answer, as an earlier attempt left it
 */
export function followTurn(
  conversation: string,
  turn: string,
  shown: string,
  follower: Follower,
): () => void {
  const source = new EventSource(eventsUrl(conversation, turn));
  let answer = '';
  let pending: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const paint = (whatever: 'grown' | 'ended') => {
    clearTimeout(pending);
    pending = undefined;
    if (answer === shown || (whatever === 'grown' && answer.length < shown.length)) return;
    shown = answer;
    follower.text(answer);
  };
  const close = () => {
    source.close();
    clearTimeout(pending);
    clearTimeout(silence);
  };
  const lose = () => {
    close();
    follower.lost();
  };

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(lose, SILENT_MS);
  };

  for (const name of ['open', 'here', 'text', 'status']) source.addEventListener(name, heard);
  source.addEventListener('text', (event: MessageEvent<string>) => {
    const { from, text }: TurnEvents['text'] = JSON.parse(event.data);
    if (from > answer.length) return lose();
    answer = answer.slice(0, from) + text;
    pending ??= setTimeout(paint, PACE, 'grown');
  });
  source.addEventListener('status', (event: MessageEvent<string>) => {
    const { status }: TurnEvents['status'] = JSON.parse(event.data);
    follower.status(status);
  });
  source.addEventListener('end', (event: MessageEvent<string>) => {
    const end: TurnEvents['end'] = JSON.parse(event.data);
    paint('ended');
    close();
    follower.end(end);
  });
  source.addEventListener('gone', lose);
  source.addEventListener('open', () => follower.connected());
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) lose();
    else follower.broken();
  });
  heard();
  return close;
}
