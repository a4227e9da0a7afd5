/** Slack by Socket Mode: opens a connection, keeps it up, and replaces it without a gap when Slack asks for that. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { AdapterError } from '../../../core/errors.ts';
import { codeOf, isRefusedToken } from '../api/error-codes.ts';
import { loggable } from '../api/errors.ts';
import { en } from '../sentences/en.ts';
import { createDeliveries, type SlackReceiver } from './receiver.ts';
import { LinkDisabled, openSocket, type Socket } from './socket.ts';

export interface SocketReceiverOptions {
  appToken: string;
  /** With a slash at the end. */
  apiUrl: string;
  /** Called when a connection opens where there was none. */
  onOpen(): void;
  log: Logger;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** A connection that ended sooner counts as a failed attempt, ms. */
const SHORT_LIFE_MS = 1_000;

export function createSocketReceiver(options: SocketReceiverOptions): SlackReceiver {
  const { log } = options;
  const deliveries = createDeliveries(log);
  const stopping = new AbortController();
  const first = Promise.withResolvers<void>();
  const open = new Set<Socket>();
  let problem = 'Slack is not connected yet';

  async function connect(): Promise<Socket> {
    const socket = await openSocket({ ...options, deliver: deliveries.deliver });
    if (open.size === 0) options.onOpen();
    open.add(socket);
    problem = 'Slack is being connected again';
    void socket.closed.then(() => open.delete(socket));
    log.info('slack connected');
    first.resolve();
    return socket;
  }

  async function keepConnected(): Promise<void> {
    let wait = FIRST_RETRY_MS;
    let before: Socket | undefined;
    while (!stopping.signal.aborted) {
      try {
        const socket = await connect();
        void before?.close();
        before = socket;
        const since = Date.now();
        log.info({ reason: await socket.ending }, 'slack connection ends');
        if (Date.now() - since >= SHORT_LIFE_MS) {
          wait = FIRST_RETRY_MS;
          continue;
        }
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error instanceof LinkDisabled) void before?.close();
        const fatal = sentenceOf(error);
        problem = fatal ?? 'Slack cannot be reached';
        if (fatal !== undefined) {
          log.error({ code: codeOf(error) }, fatal);
          first.reject(new AdapterError(fatal));
          // The operator may mend it meanwhile.
          wait = LONGEST_RETRY_MS;
        } else {
          log.warn({ code: loggable(error), againInMs: wait }, 'slack cannot be reached');
        }
      }
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => {});
      wait = Math.min(wait * 2, LONGEST_RETRY_MS);
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await deliveries.stop();
    await Promise.all([...open].map((socket) => socket.close()));
  }

  first.promise.catch(() => {});
  return {
    receiver: { init: deliveries.init, start: async () => {}, stop },
    start() {
      void keepConnected();
      return first.promise;
    },
    stop,
    whyNotReady: () => (open.size > 0 ? undefined : problem),
  };
}

/** The operator's next step. Undefined where another attempt may help. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof LinkDisabled) return en.operator.socketModeOff;
  return isRefusedToken(error) || codeOf(error) === 'missing_scope' ? en.operator.appTokenRefused : undefined;
}
