/** An answer's messages in a Discord channel, or behind an interaction's token while that lives. */
import { createHash } from 'node:crypto';
import {
  type APIMessage,
  RESTJSONErrorCodes as Code,
  MessageFlags,
  type RawFile,
  type REST,
  Routes,
} from 'discord.js';
import { type Part, ShowError, type Surface } from '../reply/surface.ts';
import { buttonId, rowsOf } from './buttons.ts';
import type { RateBuckets } from './rate-buckets.ts';
import { codeOf, showError } from './rest.ts';
import type { Typing } from './typing.ts';

/** By whom an interaction is answered: its messages are reached by a token, for fifteen minutes. */
export interface InteractionToken {
  application: string;
  token: string;
  /** When it was given, milliseconds since 1970. */
  at: number;
  /** Of a button, the message it is on; else the answer that was deferred. */
  isOnMessage?: boolean;
}

export interface SurfaceOptions {
  rest: REST;
  typing: Typing;
  buckets: RateBuckets;
  channel: string;
  turn: string;
  /** Of this beginning of the answer: a message posted anew must not be taken for one of an earlier beginning. */
  run: number;
  replyTo?: string;
  interaction?: InteractionToken;
  isPrivate?: boolean;
  /** An attempt before this one was cut off after it had made these messages, and maybe another. */
  resumesAfter?: string[];
  /** As `Run.isHeld`. */
  isHeld(): Promise<boolean>;
}

/** Discord: a token is valid for 15 minutes (receiving-and-responding.mdx); a call takes its time. */
const TOKEN_MS = 14.5 * 60_000;
const DEAD_TOKEN = new Set<number | undefined>([Code.InvalidWebhookToken, Code.UnknownWebhook]);
const NO_PINGS = { parse: [] };

export function isAlive(interaction: InteractionToken | undefined): boolean {
  return interaction !== undefined && Date.now() - interaction.at < TOKEN_MS;
}

export function createSurface(options: SurfaceOptions): Surface {
  const { rest, channel, turn, run, interaction, isPrivate = false } = options;
  let replyTo = options.replyTo;
  /** The message posted last. */
  let newest = options.resumesAfter?.at(-1);
  /** A followup may have been posted after it: those have no nonce. */
  let isUncertain = options.resumesAfter !== undefined;
  let isTokenDead = false;
  const byToken = () => !isTokenDead && isAlive(interaction);

  /** What both a post and an edit send. Nothing in it pings, and no link gets a preview. */
  function bodyOf({ text, buttons, file }: Part): { body: Record<string, unknown>; files?: RawFile[] } {
    return {
      body: {
        content: text,
        components: rowsOf(buttons, turn),
        allowed_mentions: NO_PINGS,
        flags: MessageFlags.SuppressEmbeds,
        ...(file && { attachments: [{ id: 0, filename: file.name }] }),
      },
      ...(file && { files: [{ name: file.name, data: file.text, contentType: 'text/markdown' }] }),
    };
  }

  /** The client, asked for anew before each call that changes something: the turn may be another process's by now. */
  async function held(): Promise<REST> {
    if (!(await options.isHeld())) throw new ShowError('closed');
    return rest;
  }

  async function guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!byToken() || !DEAD_TOKEN.has(codeOf(error))) throw showError(error);
      // Sooner than expected: from here on as without one.
      isTokenDead = true;
      return guarded(call);
    }
  }

  /** The followup that was posted after the newest message known, where its answer got lost. */
  async function lostFollowup(): Promise<string | undefined> {
    // What is private cannot be read.
    if (newest === undefined || isPrivate) return undefined;
    const query = new URLSearchParams({ after: newest, limit: '100' });
    try {
      const later = (await rest.get(Routes.channelMessages(channel), { query })) as APIMessage[];
      return later.find((message) => message.interaction_metadata?.id === turn)?.id;
    } catch (error) {
      if (showError(error).kind !== 'closed') throw error;
      return undefined;
    }
  }

  function changesTo(part: Part) {
    const { body, files } = bodyOf(part);
    // A file of an earlier attempt stays on the message unless it is said to go.
    return { body: { attachments: [], ...body }, ...(files && { files }) };
  }

  async function editByToken(
    { application, token }: InteractionToken,
    id: string,
    part: Part,
  ): Promise<void> {
    await (await held()).patch(Routes.webhookMessage(application, token, id), {
      ...changesTo(part),
      auth: false,
    });
  }

  async function post(part: Part, index: number): Promise<string> {
    const { body, files } = bodyOf(part);
    if (interaction && byToken()) {
      const found = isUncertain && (await lostFollowup());
      isUncertain = true;
      const { application, token } = interaction;
      if (found) {
        // It may say what an earlier attempt said.
        await editByToken(interaction, found, part);
        return found;
      }
      const request = { body, ...(files && { files }), auth: false };
      const made =
        index === 0 && !interaction.isOnMessage
          ? await (await held()).patch(Routes.webhookMessage(application, token), request)
          : await (await held()).post(Routes.webhook(application, token), {
              ...request,
              body: {
                ...body,
                ...(isPrivate && { flags: MessageFlags.SuppressEmbeds | MessageFlags.Ephemeral }),
              },
              query: new URLSearchParams({ wait: 'true' }),
            });
      return (made as APIMessage).id;
    }
    if (isPrivate) throw new ShowError('closed');
    const made = (await (
      await held()
    ).post(Routes.channelMessages(channel), {
      body: {
        ...body,
        nonce: nonceOf(turn, index, run),
        enforce_nonce: true,
        ...(index === 0 &&
          replyTo && { message_reference: { message_id: replyTo, fail_if_not_exists: false } }),
      },
      ...(files && { files }),
    })) as APIMessage;
    // The message that an attempt before made under the same nonce says what that one said.
    if (options.resumesAfter && !saysSo(made, part))
      await (await held()).patch(Routes.channelMessage(channel, made.id), changesTo(part));
    return made.id;
  }

  function saysSo({ content, components = [] }: APIMessage, { text, buttons }: Part): boolean {
    const ids = buttons.map((button) => buttonId(button, turn));
    const found = JSON.stringify(components);
    const count = found.split('"custom_id"').length - 1;
    return content.trim() === text.trim() && count === ids.length && ids.every((id) => found.includes(id));
  }

  return {
    post: (part, index) =>
      guarded(async () => {
        try {
          newest = await post(part, index);
          isUncertain = false;
          return newest;
        } catch (error) {
          // It may write here, but not read: then there is no replying either.
          const isReply = codeOf(error) === Code.CannotReplyWithoutPermissionToReadMessageHistory;
          if (!isReply || replyTo === undefined) throw error;
          replyTo = undefined;
          return post(part, index);
        }
      }),
    edit: (id, part) =>
      guarded(async () => {
        if (interaction && byToken()) return editByToken(interaction, id, part);
        if (isPrivate) throw new ShowError('closed');
        await (await held()).patch(Routes.channelMessage(channel, id), changesTo(part));
      }),
    remove: (id) =>
      guarded(async () => {
        try {
          if (interaction && byToken()) {
            await (await held()).delete(
              Routes.webhookMessage(interaction.application, interaction.token, id),
              {
                auth: false,
              },
            );
          } else await (await held()).delete(Routes.channelMessage(channel, id));
        } catch (error) {
          if (codeOf(error) !== Code.UnknownMessage) throw error;
        }
      }),
    // A deferred interaction says by itself that an answer is being made.
    indicate: () => (interaction ? () => {} : options.typing.start(channel)),
    bucket(call) {
      if (interaction && byToken()) return options.buckets.ofToken(interaction.token);
      return options.buckets.ofChannel(call === 'post' || call === 'whole' ? 'post' : 'edit', channel);
    },
  };
}

/** Discord: a nonce of 25 characters at most; with `enforce_nonce` the same one makes no second message. */
function nonceOf(turn: string, index: number, run: number): string {
  return createHash('sha256').update(`${turn} ${index} ${run}`).digest('base64url').slice(0, 25);
}
