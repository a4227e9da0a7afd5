/**
 * One Socket Mode connection. The library's own reconnecting is not used: where it fails, it fails in a promise that
 * nobody holds, which would end the process (@slack/socket-mode 3.1.0, `delayReconnectAttempt`), and it closes before
 * it opens anew.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeClient } from '@slack/socket-mode';
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { slackFetch } from '../api/clients.ts';
import { createLibraryLog } from '../api/library-log.ts';
import type { Deliver } from './receiver.ts';
import { createSocketNetwork } from './socket-network.ts';

export interface Socket {
  /**
   * Resolves with Slack's reason when another connection is wanted: this one still works for some seconds then, or
   * is closed. @throws LinkDisabled
   */
  ending: Promise<string>;
  /** Resolves when it is closed. */
  closed: Promise<void>;
  /** Lets what was taken be acknowledged first. */
  close(): Promise<void>;
}

export interface SocketOptions {
  appToken: string;
  apiUrl: string;
  deliver: Deliver;
  log: Logger;
}

/** Socket Mode was turned off in the settings of the app. */
export class LinkDisabled extends Error {
  override name = 'LinkDisabled';
}

interface SlackEvent {
  ack(response?: unknown): Promise<void>;
  body: Record<string, unknown>;
  retry_num?: number;
  retry_reason?: string;
}

interface Frame {
  type?: unknown;
  reason?: unknown;
  payload?: unknown;
}

/** The frames that carry something (using-socket-mode). */
const TYPES = new Set(['events_api', 'interactive', 'slash_commands']);
/** Deadline of the call that asks for an address, ms. */
const DEADLINE_MS = 10_000;
/** Time from an address to Slack's hello, ms. After that another address is asked for. */
const HELLO_MS = 4_000;
const ACKNOWLEDGE_MS = 3_000;
const CLOSE_MS = 1_000;

/** Resolves once Slack has said hello. @throws the error of the Web API, or another when it cannot be reached */
export async function openSocket({ appToken, apiUrl, deliver, log }: SocketOptions): Promise<Socket> {
  const network = createSocketNetwork();
  const client = new SocketModeClient({
    appToken,
    autoReconnectEnabled: false,
    dispatcher: network.dispatcher,
    logger: createLibraryLog(log),
    clientOptions: {
      slackApiUrl: apiUrl,
      fetch: slackFetch,
      timeout: DEADLINE_MS,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
  });
  const ending = Promise.withResolvers<string>();
  ending.promise.catch(() => {});
  const closed = Promise.withResolvers<void>();
  const taking = new Set<Promise<void>>();

  // The WebSocket does not tell which it was.
  client.on('error', (error) => {
    log.info(
      { error: whereFrom(error) },
      'slack connection was lost, or brought a message that is too large',
    );
  });
  client.on('disconnected', () => {
    network.cut();
    closed.resolve();
    ending.resolve('closed');
  });
  client.on('slack_event', (event: SlackEvent) => {
    const taken = take(event).finally(() => taking.delete(taken));
    taking.add(taken);
  });
  // By itself the client closes as soon as Slack announces that it will; and what it cannot read would end the process.
  const [read] = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', async (data: unknown, isBinary: boolean) => {
    try {
      const { type, reason, payload }: Frame = isBinary ? {} : (JSON.parse(String(data)) ?? {});
      if (type === 'disconnect') {
        if (reason === 'link_disabled') ending.reject(new LinkDisabled());
        else ending.resolve(String(reason));
      } else if (type === 'hello' || (TYPES.has(String(type)) && isObject(payload)))
        await read?.call(client, data, isBinary);
      else log.warn('a message of slack is of no known kind: ignored');
    } catch (error) {
      log.warn({ error: whereFrom(error) }, 'a message of slack cannot be read');
    }
  });

  /** Never throws. */
  async function take({ ack, body, retry_num, retry_reason }: SlackEvent): Promise<void> {
    const outcome = await deliver({ body, retryNum: retry_num, retryReason: retry_reason });
    if (!outcome.taken) return;
    try {
      await ack(outcome.response);
    } catch (error) {
      // Slack sends it again, and it is known then.
      log.info({ error: whereFrom(error) }, 'slack could not be told that an event was taken');
    }
  }

  async function disconnect(): Promise<void> {
    await Promise.race([client.disconnect(), sleep(CLOSE_MS, undefined, { ref: false })]);
  }

  try {
    const late = new AbortController();
    const addressed = new Promise((resolve) => client.once('authenticated', resolve));
    const deadline = addressed.then(async () => {
      await sleep(HELLO_MS, undefined, { signal: late.signal });
      throw new Error('Slack did not say hello in time');
    });
    deadline.catch(() => {});
    const started = client.start().catch((error: unknown) => {
      throw error ?? new Error('Slack closed the connection before it said hello');
    });
    await Promise.race([started, deadline]).finally(() => late.abort());
  } catch (error) {
    void disconnect();
    throw error;
  }
  return {
    ending: ending.promise,
    closed: closed.promise,
    async close() {
      await Promise.race([Promise.allSettled(taking), sleep(ACKNOWLEDGE_MS, undefined, { ref: false })]);
      await disconnect();
    },
  };
}

function isObject(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}
