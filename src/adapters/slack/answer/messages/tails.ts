/** Tails: further messages that continue the text of a message that accepts no more. */
import type { Part } from '../../../../chat/answer/surface.ts';
import { isSureRefusal, showError } from '../../api/errors.ts';
import type { PostedMessage } from './plain-messages.ts';

export interface TailsOptions {
  post(part: Part, index: string): Promise<PostedMessage>;
  edit(ts: string, part: Part): Promise<void>;
  remove(ts: string): Promise<void>;
  /** Finds the message that was posted with this index, if Slack's reply was lost. */
  findLost(index: string): Promise<string | undefined>;
  /** Called when a tail was posted, or found. */
  onPosted(ts: string): void;
}

/** Every call throws `ShowError`, or the error of Slack's client. */
export interface Tails {
  /** Writes the rest of the part into the message's tail. False if the message has none, and must show the part itself. */
  write(head: string, part: Part): Promise<boolean>;
  /** Begins a tail: the message stays as it is from now on, and the tail shows the text from this index on. */
  goOnAfter(head: string, from: number, part: Part): Promise<void>;
  /** Deletes the message's tail. */
  remove(head: string): Promise<void>;
}

interface Tail {
  /** Undefined until it is posted. */
  ts: string | undefined;
  /** The text before the tail. */
  head: string;
}

export function createTails(options: TailsOptions): Tails {
  /** Tails by the message that they continue. */
  const tails = new Map<string, Tail>();
  /** Whether a tail may have been posted whose ts is unknown. */
  let isUncertain = false;

  async function writeTail(head: string, tail: Tail, part: Part): Promise<void> {
    const rest = { ...part, text: part.text.slice(tail.head.length) };
    if (tail.ts !== undefined) return options.edit(tail.ts, rest);
    if (rest.text.trim() === '' && rest.notice === undefined) return;
    const index = `after ${head}`;
    const found = isUncertain ? await options.findLost(index) : undefined;
    isUncertain = true;
    let posted: PostedMessage;
    try {
      posted = found === undefined ? await options.post(rest, index) : { ts: found, length: 0 };
      isUncertain = false;
    } catch (error) {
      isUncertain = !isSureRefusal(error) && showError(error).kind !== 'limited';
      throw error;
    }
    tail.ts = posted.ts;
    options.onPosted(posted.ts);
    if (found !== undefined) await options.edit(found, rest);
    else if (posted.length < rest.text.length) await goOnAfter(posted.ts, posted.length, rest);
  }

  function goOnAfter(head: string, from: number, part: Part): Promise<void> {
    const tail: Tail = { ts: undefined, head: part.text.slice(0, from) };
    tails.set(head, tail);
    return writeTail(head, tail, part);
  }

  async function remove(head: string): Promise<void> {
    const tail = tails.get(head);
    tails.delete(head);
    if (tail?.ts !== undefined) await options.remove(tail.ts);
  }

  return {
    goOnAfter,
    remove,
    async write(head, part) {
      const tail = tails.get(head);
      const isGrown = tail !== undefined && part.text.startsWith(tail.head);
      if (isGrown) await writeTail(head, tail, part);
      else if (tail) await remove(head);
      return isGrown;
    },
  };
}
