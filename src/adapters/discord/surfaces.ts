/** The surfaces of all answers on Discord, and the interactions by which some of them are reached. */
import type { REST } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { AnswerRecord } from '../reply/records.ts';
import type { Surface } from '../reply/surface.ts';
import { channelOf } from './place.ts';
import type { RateBuckets } from './rate-buckets.ts';
import { createSurface, type InteractionToken } from './surface.ts';
import type { Typing } from './typing.ts';

export interface Surfaces {
  ofAnswer(turn: string, record: AnswerRecord): Surface;
  /** For what Parley says by itself about a message. */
  ofNotice(channel: string, messageId: string): Surface;
  /**
   * From now on a turn's messages are reached by this interaction's token, while that lives. Where an earlier one
   * does so for long enough it stays, since no other reaches the messages made with it; false then.
   */
  reachBy(turn: string, interaction: InteractionToken): boolean;
}

export interface SurfacesOptions {
  rest: REST;
  buckets: RateBuckets;
  typing: Typing;
}

/** As many interactions as may be waiting to be answered. */
const MOST_TOKENS = 5_000;
const TOKEN_MS = 15 * 60_000;
/** A token that is older may not live to the end of another answer. */
const LONG_ENOUGH_MS = 10 * 60_000;

export function createSurfaces({ rest, buckets, typing }: SurfacesOptions): Surfaces {
  const tokens = new LRUCache<string, InteractionToken>({ max: MOST_TOKENS, ttl: TOKEN_MS });
  return {
    ofAnswer(turn, { conversation, run, replyTo, isPrivate }) {
      const interaction = tokens.get(turn);
      return createSurface({
        rest,
        typing,
        buckets,
        channel: channelOf(conversation),
        turn,
        run,
        ...(replyTo && { replyTo }),
        ...(interaction && { interaction }),
        ...(isPrivate && { isPrivate }),
      });
    },
    ofNotice: (channel, messageId) =>
      createSurface({
        rest,
        typing,
        buckets,
        channel,
        turn: `notice ${messageId}`,
        run: 0,
        replyTo: messageId,
      }),
    reachBy(turn, interaction) {
      const before = tokens.get(turn);
      if (before && Date.now() - before.at < LONG_ENOUGH_MS) return false;
      tokens.set(turn, interaction);
      return true;
    },
  };
}
