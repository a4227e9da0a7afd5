import type { TurnEvents } from '../api.ts';
import { type Connection, connect, type Listener } from './connection.ts';
import { eventsUrl } from './server.ts';

/** Who watches a turn being answered. After `end` or `lost` nothing more is said. */
export interface Follower extends Listener {
  /** The whole answer so far. */
  text(answer: string): void;
  status(status: TurnEvents['status']['status']): void;
  end(end: TurnEvents['end']): void;
  /** The stream cannot be resumed, or the turn is gone: read the conversation again. */
  lost(): void;
}

/** Milliseconds between two paints of an answer: some twelve a second. */
const PACE = 80;

/**
 * Follows one turn to its end. Returns a function that stops this. A restarted answer is shown once it is as
 * long as the text shown before, or has ended: text on the page never shrinks, unless it was no answer at all.
 * @param shown text of the answer, as an earlier attempt left it
 */
export function followTurn(
  conversation: string,
  turn: string,
  shown: string,
  follower: Follower,
): Pick<Connection, 'close' | 'isSilent'> {
  let answer = '';
  let pending: ReturnType<typeof setTimeout> | undefined;
  const {
    source,
    close: disconnect,
    isSilent,
  } = connect(eventsUrl(conversation, turn), ['text', 'status'], {
    broken: follower.broken,
    connected: follower.connected,
    lost: () => lose(),
  });

  const paint = (whatever: 'grown' | 'ended') => {
    clearTimeout(pending);
    pending = undefined;
    if (answer === shown || (whatever === 'grown' && answer.length < shown.length)) return;
    shown = answer;
    follower.text(answer);
  };
  const close = () => {
    disconnect();
    clearTimeout(pending);
  };
  const lose = () => {
    close();
    follower.lost();
  };

  source.addEventListener('text', (event: MessageEvent<string>) => {
    const { from, text, retracts }: TurnEvents['text'] = JSON.parse(event.data);
    if (from > answer.length) return lose();
    if (retracts) shown = '';
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
  return { close, isSilent };
}
