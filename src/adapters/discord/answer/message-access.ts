/** Reaches the messages of one answer: as the bot, or with an interaction's token while it is valid. */
import { type APIMessage, RESTJSONErrorCodes as Code, DiscordAPIError, type REST, Routes } from 'discord.js';
import { ShowError } from '../../../chat/answer/surface.ts';
import { codeOf, loggable, showError } from '../rest/failures.ts';

/** An interaction's token. Discord takes it for fifteen minutes. */
export interface InteractionToken {
  application: string;
  token: string;
  /** When it was given, milliseconds since 1970. */
  at: number;
  /** True for a button's token, which is on a message; otherwise the token is of a deferred answer. */
  isOnMessage?: boolean;
}

export interface MessageAccessOptions {
  rest: REST;
  channel: string;
  interaction?: InteractionToken;
  /** Private messages can be reached only with a token. */
  isPrivate?: boolean;
  /** As `Attempt.isHeld`. */
  isHeld(): Promise<boolean>;
  /** Whether Discord is known to refuse the bot's token. */
  isTokenRefused(): boolean;
}

export interface MessageAccess {
  /** The interaction's token while it is valid. */
  token(): InteractionToken | undefined;
  /**
   * The client. Ask for it before each call that changes something: another process may hold the turn by now.
   * @throws ShowError `closed` if another process holds it
   */
  held(): Promise<REST>;
  /** Makes a call, and repeats it once if the cause of its failure can be mended. @throws ShowError */
  guarded<T>(call: () => Promise<T>): Promise<T>;
  /** The channel's next messages, as the bot reads them. @throws the error of the client */
  listAfter(id: string): Promise<APIMessage[]>;
  /** @throws ShowError `closed`, or the error of the client */
  read(id: string): Promise<APIMessage>;
  /** @throws ShowError `closed`, or the error of the client */
  edit(id: string, changes: Parameters<REST['patch']>[1]): Promise<void>;
  /** Has no effect if the message is gone already. @throws ShowError `closed`, or the error of the client */
  remove(id: string): Promise<void>;
}

/** Time for which a token is used, ms. Discord: valid for 15 minutes (receiving-and-responding.mdx); a call takes its time. */
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

export function createMessageAccess(options: MessageAccessOptions): MessageAccess {
  const { rest, channel, interaction, isPrivate = false, isHeld, isTokenRefused } = options;
  let isTokenDead = false;
  const token = () => (!isTokenDead && isAlive(interaction) ? interaction : undefined);
  const unarchive = createUnarchive(held, channel);

  async function held(): Promise<REST> {
    if (!(await isHeld())) throw new ShowError('closed');
    return rest;
  }

  async function guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (token() && DEAD_TOKEN.has(codeOf(error))) {
        // The token ended sooner than expected. From here on the answer is handled without it.
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
    if (error instanceof DiscordAPIError && error.status === 401 && isTokenRefused())
      throw new ShowError('again', REFUSED_TOKEN_WAIT_MS, error, '401');
    throw showError(error);
  }

  /** The route of a message that is still in reach. @throws ShowError `closed` */
  function reach(id: string) {
    if (isPrivate && !token()) throw new ShowError('closed');
    return routeOf(token(), channel, id);
  }

  return {
    token,
    held,
    guarded,
    async listAfter(id) {
      const query = new URLSearchParams({ after: id, limit: '100' });
      return (await rest.get(Routes.channelMessages(channel), { query })) as APIMessage[];
    },
    async read(id) {
      const { route, request } = reach(id);
      return (await rest.get(route, request)) as APIMessage;
    },
    async edit(id, changes) {
      const { route, request } = reach(id);
      await (await held()).patch(route, { ...changes, ...request });
    },
    async remove(id) {
      const { route, request } = routeOf(token(), channel, id);
      try {
        await (await held()).delete(route, request);
      } catch (error) {
        if (codeOf(error) !== Code.UnknownMessage) throw error;
      }
    },
  };
}

/** The message's route, and whether the bot's own token goes with a request. */
function routeOf(
  by: InteractionToken | undefined,
  channel: string,
  id: string,
): { route: `/${string}`; request: { auth?: false } } {
  if (by) return { route: Routes.webhookMessage(by.application, by.token, id), request: { auth: false } };
  return { route: Routes.channelMessage(channel, id), request: {} };
}

/**
 * Unarchives the thread, since Discord changes no message in an archived one. Its members may unarchive it unless it is
 * locked, and a new post unarchives it too (topics/threads.mdx).
 */
function createUnarchive(held: () => Promise<REST>, channel: string) {
  let failures = 0;
  /** @param refusal of the call for which it is unarchived. @throws ShowError */
  return async (refusal: unknown): Promise<void> => {
    try {
      await (await held()).patch(Routes.channel(channel), { body: { archived: false } });
    } catch (error) {
      const failure = showError(error);
      const { kind } = failure;
      const mayPass = (kind === 'again' || kind === 'limited') && ++failures < MOST_UNARCHIVE_FAILURES;
      if (mayPass || kind === 'gone' || kind === 'closed') throw failure;
      throw new ShowError('stuck', undefined, error, loggable(refusal));
    }
  };
}
