/** Shows "Parley is typing …" in a channel, while at least one answer is being made there. */
import { type REST, Routes } from 'discord.js';

export interface Typing {
  /** Shows typing until the returned function is called. */
  start(channelId: string): () => void;
}

/** Time after which typing is sent again, ms. Discord shows it for 10 s, or until a message comes. */
const RENEW_MS = 8_000;

export function createTyping(rest: REST): Typing {
  const shown = new Map<string, { count: number; timer: NodeJS.Timeout }>();
  // A failure is of no consequence for the answer.
  const send = (channelId: string) => void rest.post(Routes.channelTyping(channelId)).catch(() => {});

  return {
    start(channelId) {
      const known = shown.get(channelId);
      const entry = known ?? { count: 0, timer: setInterval(send, RENEW_MS, channelId) };
      if (!known) {
        shown.set(channelId, entry);
        send(channelId);
      }
      entry.count++;
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        entry.count--;
        if (entry.count > 0) return;
        clearInterval(entry.timer);
        shown.delete(channelId);
      };
    },
  };
}
