/**
 * One Socket Mode connection. The library's own reconnecting is not used: where it fails, it fails in a promise that
 * nobody holds, which would end the process (@slack/socket-mode 3.1.0, `delayReconnectAttempt`). It also closes the old
 * connection before it opens a new one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeClient } from '@slack/socket-mode';
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { slackFetch } from '../api/clients.ts';
import { createLibraryLog } from '../api/library-log.ts';
import type { Deliver } from './receiver.ts';
import { createSocketNetwork, type SocketNetwork } from './socket-network.ts';

export interface Socket {
  /**
   * Resolves with Slack's reason when Parley should open another connection. This one still works for some seconds
   * then, or is closed. @throws LinkDisabled
   */
  ending: Promise<string>;
  /** Resolves when the connection is closed. */
  closed: Promise<void>;
  /** Closes the connection, after a wait for the acknowledgements of events that were taken. */
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

/** Types of the frames that carry a delivery (using-socket-mode). */
const TYPES = new Set(['events_api', 'interactive', 'slash_commands']);
/** Deadline of the call that asks for an address, ms. */
const DEADLINE_MS = 10_000;
/** Time from an address to Slack's hello, ms. After that, Parley asks for another address. */
const HELLO_MS = 4_000;
const ACKNOWLEDGE_MS = 3_000;
const CLOSE_MS = 1_000;

/** Resolves once Slack has said hello. @throws the error of the Web API, or another when Slack cannot be reached */
export async function openSocket(options: SocketOptions): Promise<Socket> {
  const { log } = options;
  const network = createSocketNetwork();
  const client = createSocketClient(options, network);
  const ending = Promise.withResolvers<string>();
  ending.promise.catch(() => {});
  const closed = Promise.withResolvers<void>();
  const taking = new Set<Promise<void>>();

  client.on('error', (error) => {
    // The WebSocket does not tell which of the two it was.
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
    const taken = take(event, options).finally(() => taking.delete(taken));
    taking.add(taken);
  });
  screenFrames(client, log, (reason) => {
    if (reason === 'link_disabled') ending.reject(new LinkDisabled());
    else ending.resolve(reason);
  });

  async function disconnect(): Promise<void> {
    await Promise.race([client.disconnect(), sleep(CLOSE_MS, undefined, { ref: false })]);
  }

  try {
    await hello(client);
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

function createSocketClient(
  { appToken, apiUrl, log }: SocketOptions,
  { dispatcher }: SocketNetwork,
): SocketModeClient {
  return new SocketModeClient({
    appToken,
    autoReconnectEnabled: false,
    dispatcher,
    logger: createLibraryLog(log),
    clientOptions: {
      slackApiUrl: apiUrl,
      fetch: slackFetch,
      timeout: DEADLINE_MS,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
  });
}

/**
 * Lets the client read only frames that it knows. By itself it closes as soon as Slack announces that it will, and a
 * frame that it cannot read would end the process.
 * @param onDisconnect called with Slack's reason when Slack announces that it will close the connection
 */
function screenFrames(client: SocketModeClient, log: Logger, onDisconnect: (reason: string) => void): void {
  const [read] = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', async (data: unknown, isBinary: boolean) => {
    try {
      const { type, reason, payload }: Frame = isBinary ? {} : (JSON.parse(String(data)) ?? {});
      if (type === 'disconnect') onDisconnect(String(reason));
      else if (type === 'hello' || (TYPES.has(String(type)) && isObject(payload)))
        await read?.call(client, data, isBinary);
      else log.warn('slack sent a message of no known kind: ignored');
    } catch (error) {
      log.warn({ error: whereFrom(error) }, 'slack sent a message that cannot be read');
    }
  });
}

/** Never throws. */
async function take(
  { ack, body, retry_num, retry_reason }: SlackEvent,
  { deliver, log }: SocketOptions,
): Promise<void> {
  const outcome = await deliver({ body, retryNum: retry_num, retryReason: retry_reason });
  if (!outcome.taken) return;
  try {
    await ack(outcome.response);
  } catch (error) {
    // Slack sends the event again, and Parley recognises it.
    log.info({ error: whereFrom(error) }, 'slack could not be told that an event was taken');
  }
}

/** Connects. Resolves once Slack has said hello. */
async function hello(client: SocketModeClient): Promise<void> {
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
}

function isObject(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}
