/** An answer's messages in a Discord channel, or behind an interaction's token while that lives. */
import { createHash } from 'node:crypto';
import { type APIMessage, RESTJSONErrorCodes as Code, DiscordAPIError, type REST, Routes } from 'discord.js';
import { type Part, ShowError, type Surface } from '../../../chat/answer/surface.ts';
import { codeOf, loggable, showError } from '../rest/failures.ts';
import type { RateBuckets } from '../rest/rate-buckets.ts';
import { buttonId, turnOfButtons } from './buttons.ts';
import { createForms, type Form } from './message-forms.ts';
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
  /** Whether Discord is known to refuse the bot's token. */
  isTokenRefused(): boolean;
}

/** Discord: a token is valid for 15 minutes (receiving-and-responding.mdx); a call takes its time. */
const TOKEN_MS = 14.5 * 60_000;
const DEAD_TOKEN = new Set<number | undefined>([Code.InvalidWebhookToken, Code.UnknownWebhook]);
/**
 * Wait between attempts while Discord refuses the token, ms. Discord counts them (10,000 in 10 minutes,
 * topics/rate-limits.mdx).
 */
const REFUSED_TOKEN_WAIT_MS = 10_000;
/** After this many failures the answer continues in a new message, which opens its thread again. */
const MOST_UNARCHIVE_FAILURES = 3;

export function isAlive(interaction: InteractionToken | undefined): boolean {
  return interaction !== undefined && Date.now() - interaction.at < TOKEN_MS;
}

export function createSurface(options: SurfaceOptions): Surface {
  const { rest, channel, turn, run, replyTo, interaction, isPrivate = false } = options;
  const forms = createForms(turn);
  /** The message posted last. */
  let newest = options.resumesAfter?.at(-1);
  /** A followup may have been posted after it: those have no nonce. */
  let isUncertain = options.resumesAfter !== undefined;
  let isTokenDead = false;
  let unarchiveFailures = 0;
  const byToken = () => !isTokenDead && isAlive(interaction);

  /** The client, asked for anew before each call that changes something: the turn may be another process's by now. */
  async function held(): Promise<REST> {
    if (!(await options.isHeld())) throw new ShowError('closed');
    return rest;
  }

  /** Makes a call, and repeats it once if the cause of its failure can be mended. @throws ShowError */
  async function guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (byToken() && DEAD_TOKEN.has(codeOf(error))) {
        // The token of the interaction ended sooner than expected. From here on the answer is handled without
        // it.
        isTokenDead = true;
        return guarded(call);
      }
      if (codeOf(error) === Code.InvalidActionOnArchivedThread) {
        await unarchive(error);
        return call().catch(fail);
      }
      return fail(error);
    }
  }

  function fail(error: unknown): never {
    if (error instanceof DiscordAPIError && error.status === 401 && options.isTokenRefused())
      throw new ShowError('again', REFUSED_TOKEN_WAIT_MS, error, '401');
    throw showError(error);
  }

  /**
   * Discord changes no message in an archived thread. Its members may unarchive it unless it is locked, and so
   * does a new post (topics/threads.mdx).
   * @param refusal of the call for which it is unarchived
   */
  async function unarchive(refusal: unknown): Promise<void> {
    try {
      await (await held()).patch(Routes.channel(channel), { body: { archived: false } });
    } catch (error) {
      const failure = showError(error);
      const { kind } = failure;
      const mayPass =
        (kind === 'again' || kind === 'limited') && ++unarchiveFailures < MOST_UNARCHIVE_FAILURES;
      if (mayPass || kind === 'gone' || kind === 'closed') throw failure;
      throw new ShowError('stuck', undefined, error, loggable(refusal));
    }
  }

  /** Finds the message of this answer that was posted after the newest known one and whose reply was lost. */
  async function lostMessage(): Promise<string | undefined> {
    // A private message cannot be read. The first message of an interaction is reached without its id.
    if (isPrivate || (newest === undefined && interaction)) return undefined;
    const query = new URLSearchParams({ after: newest ?? turn, limit: '100' });
    try {
      const later = (await rest.get(Routes.channelMessages(channel), { query })) as APIMessage[];
      return later.find(isOfTurn)?.id;
    } catch (error) {
      const { kind } = showError(error);
      if (kind !== 'closed' && kind !== 'forbidden') throw error;
      return undefined;
    }
  }

  async function editByToken(
    { application, token }: InteractionToken,
    id: string,
    form: Form,
  ): Promise<void> {
    await (await held()).patch(Routes.webhookMessage(application, token, id), {
      ...form.changes(),
      auth: false,
    });
  }

  async function postByToken(to: InteractionToken, form: Form, index: number): Promise<string> {
    const found = isUncertain && (await lostMessage());
    isUncertain = true;
    if (found) {
      // The message may show the text of an earlier attempt.
      await editByToken(to, found, form);
      return found;
    }
    const { application, token } = to;
    const request = { ...form.message(isPrivate), auth: false };
    const made =
      index === 0 && !to.isOnMessage
        ? await (await held()).patch(Routes.webhookMessage(application, token), {
            ...form.message(false),
            auth: false,
          })
        : await (await held()).post(Routes.webhook(application, token), {
            ...request,
            query: new URLSearchParams({ wait: 'true' }),
          });
    return idOf(made);
  }

  async function postInChannel(part: Part, form: Form, index: number, anew: number): Promise<string> {
    const { body, ...files } = form.message(false);
    const reference = { message_reference: { message_id: replyTo, fail_if_not_exists: false } };
    const made = (await (
      await held()
    ).post(Routes.channelMessages(channel), {
      body: {
        ...body,
        nonce: nonceOf(`${turn} ${index} ${run}${anew > 0 ? ` ${anew}` : ''}`),
        enforce_nonce: true,
        ...(index === 0 && replyTo !== undefined && form.hasReference && reference),
      },
      ...files,
    })) as APIMessage;
    // The message that an attempt before made under the same nonce says what that one said.
    if (options.resumesAfter && !saysSo(made, part))
      await (await held()).patch(Routes.channelMessage(channel, made.id), form.changes());
    return idOf(made);
  }

  function isOfTurn({ interaction_metadata, components = [] }: APIMessage): boolean {
    return interaction_metadata?.id === turn || turnOfButtons(components) === turn;
  }

  function saysSo({ content, components = [] }: APIMessage, { text, buttons }: Part): boolean {
    const ids = buttons.map((button) => buttonId(button, turn));
    const found = JSON.stringify(components);
    const count = found.split('"custom_id"').length - 1;
    return content.trim() === text.trim() && count === ids.length && ids.every((id) => found.includes(id));
  }

  return {
    async post(part, index, anew) {
      const isReply = index === 0 && replyTo !== undefined && !byToken();
      newest = await forms.send(part, isReply, (form) =>
        guarded(() => {
          if (interaction && byToken()) return postByToken(interaction, form, index);
          if (isPrivate) throw new ShowError('closed');
          return postInChannel(part, form, index, anew);
        }),
      );
      isUncertain = false;
      return newest;
    },
    edit: (id, part) =>
      forms.send(part, false, (form) =>
        guarded(async () => {
          if (interaction && byToken()) return editByToken(interaction, id, form);
          if (isPrivate) throw new ShowError('closed');
          await (await held()).patch(Routes.channelMessage(channel, id), form.changes());
        }),
      ),
    remove: (id) =>
      guarded(async () => {
        try {
          if (interaction && byToken()) {
            const { application, token } = interaction;
            await (await held()).delete(Routes.webhookMessage(application, token, id), { auth: false });
          } else await (await held()).delete(Routes.channelMessage(channel, id));
        } catch (error) {
          if (codeOf(error) !== Code.UnknownMessage) throw error;
        }
      }),
    findLost: () =>
      guarded(async () => {
        const found = await lostMessage();
        newest = found ?? newest;
        isUncertain = false;
        return found;
      }),
    // A deferred interaction says by itself that an answer is being made.
    indicate: () => (interaction ? () => {} : options.typing.start(channel)),
    bucket(call) {
      if (interaction && byToken()) return options.buckets.ofToken(interaction.token);
      return options.buckets.ofChannel(call === 'post' || call === 'whole' ? 'post' : 'edit', channel);
    },
  };
}

/** The id in a reply. A proxy in Discord's place may answer anything with 200. @throws ShowError */
function idOf(made: unknown): string {
  const id = typeof made === 'object' && made !== null && 'id' in made ? made.id : undefined;
  if (typeof id !== 'string') throw new ShowError('again', undefined, undefined, 'no message');
  return id;
}

/** Discord: a nonce of 25 characters at most; with `enforce_nonce` the same one makes no second message. */
function nonceOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 25);
}
