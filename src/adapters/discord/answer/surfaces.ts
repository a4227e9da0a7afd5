/** The surfaces of all answers on Discord, and the interactions whose tokens reach some of them. */
import type { REST } from 'discord.js';
import type { AnswerRecord } from '../../../chat/answer/answer-records.ts';
import { FIRST_SHOWING, type ShownBy } from '../../../chat/answer/shown-by.ts';
import type { Surface } from '../../../chat/answer/surface.ts';
import type { Attachments } from '../../../core/storage.ts';
import type { ConversationId } from '../../../core/types.ts';
import { channelOf } from '../ids.ts';
import { snowflakeAt } from '../incoming/missed.ts';
import type { RateBuckets } from '../rest/rate-buckets.ts';
import type { InteractionTokens } from './interaction-tokens.ts';
import { type InteractionToken, isAlive } from './message-access.ts';
import { createSurface } from './surface.ts';
import type { Typing } from './typing.ts';

export interface Surfaces {
  /** Undefined if the answer can no longer be reached: a private one needs a valid token. */
  ofAnswer(turn: string, record: AnswerRecord, by?: ShownBy): Promise<Surface | undefined>;
  /** The surface of a notice about a message. */
  ofNotice(channel: string, messageId: string): Surface;
  /**
   * From now on this interaction's token reaches a turn's messages, while it is valid. Returns false if an earlier token
   * stays, which is valid for long enough: only that token reaches the messages made with it.
   * @throws StoreError
   */
  reachBy(turn: string, conversation: ConversationId, interaction: InteractionToken): Promise<boolean>;
}

export interface SurfacesOptions {
  rest: REST;
  buckets: RateBuckets;
  typing: Typing;
  tokens: InteractionTokens;
  attachments: Pick<Attachments, 'get'>;
  /** As in `SurfaceOptions`. */
  isTokenRefused(): boolean;
}

/** Age up to which a token is valid until the end of another answer, ms. */
const LONG_ENOUGH_MS = 10 * 60_000;

/** The most by which Parley's clock may be ahead of Discord's, ms. */
const CLOCKS_MS = 60_000;

export function createSurfaces(options: SurfacesOptions): Surfaces {
  const { rest, buckets, typing, tokens, attachments, isTokenRefused } = options;
  return {
    async ofAnswer(turn, { conversation, round, replyTo, isPrivate, ids, fromPage }, by = FIRST_SHOWING) {
      const interaction = await tokens.read(turn, conversation);
      if (isPrivate && !isAlive(interaction)) return undefined;
      return createSurface({
        rest,
        typing,
        buckets,
        isTokenRefused,
        channel: channelOf(conversation),
        turn,
        ...(fromPage !== undefined && { asked: snowflakeAt(fromPage - CLOCKS_MS) }),
        round,
        ...(replyTo && { replyTo }),
        ...(interaction && { interaction }),
        ...(isPrivate && { isPrivate }),
        isHeld: by.isHeld,
        readMade: async ({ id }) => (await attachments.get(conversation, id))?.bytes,
        ...(by.number > 1 && { resumesAfter: ids }),
      });
    },
    ofNotice: (channel, messageId) =>
      createSurface({
        rest,
        typing,
        buckets,
        isTokenRefused,
        channel,
        turn: `notice ${messageId}`,
        round: 0,
        replyTo: messageId,
        isHeld: FIRST_SHOWING.isHeld,
        readMade: async () => undefined,
      }),
    async reachBy(turn, conversation, interaction) {
      const before = await tokens.read(turn, conversation);
      if (before && Date.now() - before.at < LONG_ENOUGH_MS) return false;
      await tokens.write(turn, conversation, interaction);
      return true;
    },
  };
}
