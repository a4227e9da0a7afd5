/** What a message of an answer is made of: all that is wanted, or as much of it as Slack takes. */
import type { types } from '@slack/bolt';
import type { Logger } from 'pino';
import { type Part, ShowError } from '../reply/surface.ts';
import { blocksOf } from './blocks.ts';
import { loggable, refusesBlocks } from './errors.ts';

export interface Content {
  text: string;
  blocks?: types.KnownBlock[];
}

/** Of one answer. */
export interface MessageContent {
  /** Whether Slack takes text alone. */
  readonly isPlain: boolean;
  /**
   * Calls with less and less until Slack takes it, so that no answer is lost for the sake of a button.
   * @param most characters of a text without blocks
   */
  send<T>(part: Part, most: number, call: (content: Content) => Promise<T>): Promise<T>;
}

/** What notifications show, and clients without blocks; chat.update refuses more than 4,000. */
export const TEXT_CHARACTERS = 3_900;
/** chat.postMessage cuts off what is longer. */
export const POSTED_CHARACTERS = 40_000;

/** From all that is wanted to the least. */
const LOOKS = ['all', 'no feedback', 'no buttons', 'plain'] as const;
type Looks = (typeof LOOKS)[number];

export function createMessageContent(turn: string, log: Logger): MessageContent {
  /** What Slack has taken so far. */
  let looks: Looks = 'all';

  function contentOf(part: Part, as: Looks, most: number): Content {
    const text = beginningOf(part.text, TEXT_CHARACTERS);
    switch (as) {
      case 'all':
        return { text, blocks: blocksOf(part, turn) };
      case 'no feedback':
        return { text, blocks: blocksOf(part, turn, { withFeedback: false }) };
      case 'no buttons':
        return { text, blocks: blocksOf({ ...part, buttons: [] }, turn) };
      case 'plain':
        return { text: beginningOf(part.text, most) };
    }
  }

  return {
    get isPlain() {
      return looks === 'plain';
    },
    async send(part, most, call) {
      let tried = '';
      for (const as of LOOKS.slice(LOOKS.indexOf(looks))) {
        const content = contentOf(part, as, most);
        if (JSON.stringify(content) === tried) continue;
        tried = JSON.stringify(content);
        try {
          const done = await call(content);
          looks = as;
          return done;
        } catch (error) {
          if (as === 'plain' || !refusesBlocks(error)) throw error;
          log.warn({ code: loggable(error), sent: as }, 'slack does not take the blocks of an answer');
        }
      }
      throw new ShowError('blocked');
    },
  };
}

/** Not cut within a character. */
export function beginningOf(text: string, most: number): string {
  const isSplit = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) && text.length > most;
  return text.slice(0, isSplit ? most - 1 : most).toWellFormed();
}
