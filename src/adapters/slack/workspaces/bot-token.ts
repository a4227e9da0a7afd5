/** The token of SLACK_BOT_TOKEN: which bot it belongs to, and whether Slack accepts it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { AdapterError } from '../../../core/errors.ts';
import type { Clients } from '../api/clients.ts';
import { isRefusedToken } from '../api/error-codes.ts';
import { loggable } from '../api/errors.ts';
import { en } from '../sentences/en.ts';
import type { Bot } from './workspaces.ts';

export interface Identity {
  /** The workspace's id; of an org-wide token, the organisation's. */
  id: string;
  bot: Bot;
}

export interface BotToken {
  /** Rejects with AdapterError where Slack refuses the token, and when Parley stops before it knows the bot. */
  identity: Promise<Identity>;
  /** The identity for an event. @throws when it is not known soon enough */
  identitySoon(): Promise<Identity>;
  /** Asks Slack who the bot is, until Slack answers. @throws AdapterError where the token is refused */
  start(): Promise<void>;
  stop(): void;
  /** Why Parley cannot use the token now. */
  problem(): string | undefined;
  /** Asks Slack whether it still accepts the token. A refused token is tried again until it is accepted. */
  doubt(): void;
  /** Called when Parley was removed from the workspace, or the organisation, of the token. */
  removed(): void;
  /** Called when Parley is installed there again. */
  readmitted(): void;
}

export interface BotTokenOptions {
  token: string;
  clients: Clients;
  log: Logger;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** Longest wait of an event for the identity, ms. Slack waits 3 s, and then sends the event again. */
const IDENTITY_MS = 2_000;

export function createBotToken({ token, clients, log }: BotTokenOptions): BotToken {
  const client = clients.once(token);
  const stopping = new AbortController();
  const identity = Promise.withResolvers<Identity>();
  identity.promise.catch(() => {});
  let problem: string | undefined = 'Slack is not connected yet';
  let isDoubted = false;
  const report = (now: string | undefined) => {
    problem = now;
  };

  async function verify(): Promise<void> {
    while (!stopping.signal.aborted && problem !== en.operator.removedFromWorkspace) {
      try {
        await client.auth.test();
        if (problem === en.operator.botTokenRefused) problem = undefined;
        return;
      } catch (error) {
        // Other failures tell nothing about the token.
        if (!isRefusedToken(error) && problem !== en.operator.botTokenRefused) return;
        if (problem === undefined) {
          problem = en.operator.botTokenRefused;
          log.error({ code: loggable(error) }, en.operator.botTokenRefused);
        }
        // An admin may mend it meanwhile.
        await pause(LONGEST_RETRY_MS, stopping.signal);
      }
    }
  }

  return {
    identity: identity.promise,
    identitySoon: () => soon(identity.promise),
    async start() {
      identity.resolve(identify({ token, clients, log }, stopping.signal, report));
      await identity.promise;
    },
    stop: () => stopping.abort(),
    problem: () => problem,
    doubt() {
      if (isDoubted || problem !== undefined) return;
      isDoubted = true;
      void verify().finally(() => {
        isDoubted = false;
      });
    },
    removed() {
      problem = en.operator.removedFromWorkspace;
    },
    readmitted() {
      if (problem === en.operator.removedFromWorkspace) problem = undefined;
    },
  };
}

/** Asks Slack who the bot is, until Slack answers. @param report takes why Slack has not answered yet */
async function identify(
  { token, clients, log }: BotTokenOptions,
  stopping: AbortSignal,
  report: (problem: string | undefined) => void,
): Promise<Identity> {
  const client = clients.once(token);
  for (let wait = FIRST_RETRY_MS; !stopping.aborted; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
    try {
      const found = await identityOf(token, client);
      report(undefined);
      log.info({ team: found.id, bot: found.bot.botUserId }, 'slack workspace known');
      return found;
    } catch (error) {
      if (isRefusedToken(error)) {
        report(en.operator.botTokenRefused);
        throw new AdapterError(en.operator.botTokenRefused);
      }
      report('Slack cannot be reached');
      // The socket logs each failed attempt, too.
      const level = wait === FIRST_RETRY_MS ? 'warn' : 'debug';
      log[level]({ code: loggable(error), againInMs: wait }, 'slack does not say who the bot is');
      await pause(wait, stopping);
    }
  }
  throw new Error('Parley stops');
}

async function identityOf(token: string, client: WebClient): Promise<Identity> {
  const { team_id = '', user_id = '', bot_id = '', is_enterprise_install } = await client.auth.test();
  const bot = { token, botUserId: user_id, botId: bot_id, isOrgWide: is_enterprise_install === true };
  return { id: team_id, bot };
}

const pause = (ms: number, stopping: AbortSignal) =>
  sleep(ms, undefined, { signal: stopping }).catch(() => {});

async function soon(identity: Promise<Identity>): Promise<Identity> {
  const timer = new AbortController();
  try {
    const late = sleep(IDENTITY_MS, undefined, { ref: false, signal: timer.signal }).then(() => {
      throw new Error('Slack has not said yet who the bot is');
    });
    return await Promise.race([identity, late]);
  } finally {
    timer.abort();
  }
}
