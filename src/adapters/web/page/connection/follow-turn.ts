import type { TurnEvents } from '../../api.ts';
import { type Connection, connect, type Listener } from './connection.ts';
import { eventsUrl } from './server.ts';

/** Watches a turn that is being answered. It is not called after `end` or `lost`. */
export interface Follower extends Listener {
  /** The whole answer so far. */
  text(answer: string): void;
  status(status: TurnEvents['status']['status']): void;
  steps(steps: TurnEvents['steps']): void;
  end(end: TurnEvents['end']): void;
  /** The stream cannot be resumed, or the turn is gone: read the conversation again. */
  lost(): void;
}

/** Time between two paints of an answer, ms: about twelve paints a second. */
const PACE = 80;

/**
 * Follows one turn to its end.
 * A restarted answer is shown when it is as long as the text shown before, or has ended. So text on the page never
 * shrinks, unless it was no answer at all.
 * @param shown text of the answer, as an earlier attempt left it
 */
export function followTurn(
  conversation: string,
  turn: string,
  shown: string,
  follower: Follower,
): Connection {
  let answer = '';
  let pending: ReturnType<typeof setTimeout> | undefined;
  const paint = (whatever: 'grown' | 'ended') => {
    clearTimeout(pending);
    pending = undefined;
    if (answer === shown || (whatever === 'grown' && answer.length < shown.length)) return;
    shown = answer;
    follower.text(answer);
  };
  const close = () => {
    connection.close();
    clearTimeout(pending);
  };
  const lose = () => {
    close();
    follower.lost();
  };

  function hear(name: string, data: string): void {
    if (name === 'text') {
      const { from, text, retracts }: TurnEvents['text'] = JSON.parse(data);
      if (from > answer.length) {
        lose();
        return;
      }
      if (retracts) shown = '';
      answer = answer.slice(0, from) + text;
      pending ??= setTimeout(paint, PACE, 'grown');
    } else if (name === 'status') {
      const { status }: TurnEvents['status'] = JSON.parse(data);
      follower.status(status);
    } else if (name === 'steps') {
      follower.steps(JSON.parse(data));
    } else if (name === 'end') {
      const end: TurnEvents['end'] = JSON.parse(data);
      paint('ended');
      close();
      follower.end(end);
    } else if (name === 'gone') lose();
  }

  const { broken, connected } = follower;
  const connection = connect(eventsUrl(conversation, turn), hear, { broken, connected, lost: lose });
  return { close, isSilent: connection.isSilent };
}
