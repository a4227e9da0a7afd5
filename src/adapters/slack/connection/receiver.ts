/**
 * Hands deliveries from Slack to Bolt, from HTTP and from Socket Mode. Bolt by itself acknowledges an event before its
 * listeners run. Here Slack hears of it when they are done, and so when the message is kept.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { App, Receiver } from '@slack/bolt';
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';

export interface Delivery {
  body: Record<string, unknown>;
  /** Number of times that Slack has sent it before. */
  retryNum?: number | undefined;
  /** Slack's reason for sending it again. */
  retryReason?: string | undefined;
}

/** The reply to Slack: whether Parley took the delivery, and the response for the person. */
export type Outcome = { taken: true; response?: unknown } | { taken: false };

type Ack = (response?: unknown) => Promise<void>;

/** Never throws. */
export type Deliver = (delivery: Delivery) => Promise<Outcome>;

/** A receiver as the connection uses it. */
export interface SlackReceiver {
  /** For Bolt. */
  receiver: Receiver;
  /** @throws AdapterError where no further attempt can help */
  start(): Promise<void>;
  /** Takes no more deliveries. Resolves when those under way are done. */
  stop(): Promise<void>;
  whyNotReady(): string | undefined;
}

/** Time until Slack hears that an interaction was taken, ms. Slack waits 3 s (interactivity, handling). */
const ACK_MS = 2_900;
/** Longest wait for deliveries under way when Parley stops, ms. */
const LEAVING_MS = 2_000;

export interface Deliveries {
  deliver: Deliver;
  init(app: App): void;
  stop(): Promise<void>;
}

export function createDeliveries(log: Logger): Deliveries {
  let app: App | undefined;
  let stopped = false;
  const running = new Set<Promise<unknown>>();

  function process({ body, retryNum, retryReason }: Delivery, ack: Ack): Promise<void> {
    if (!app || stopped) throw new Error('Parley takes nothing from Slack now');
    const processed = app
      .processEvent({
        body,
        ack,
        ...(retryNum !== undefined && { retryNum }),
        ...(retryReason !== undefined && { retryReason }),
      })
      .finally(() => running.delete(processed));
    running.add(processed);
    return processed;
  }

  function report({ body, retryNum }: Delivery, error: unknown): void {
    log.error({ ...kindOf(body), retryNum, error: whereFrom(error) }, 'slack event not taken');
  }

  async function take(delivery: Delivery): Promise<Outcome> {
    if (delivery.body.type === 'app_rate_limited') {
      const { team_id: team } = delivery.body;
      log.warn({ team }, 'slack sends no more events this hour: there were too many');
      return { taken: true };
    }
    if (!isEvent(delivery.body))
      return acknowledgementOf(
        (ack) => process(delivery, ack),
        (error) => report(delivery, error),
      );
    await process(delivery, async () => {});
    return { taken: true };
  }

  return {
    init(given) {
      app = given;
    },
    async deliver(delivery) {
      try {
        return await take(delivery);
      } catch (error) {
        report(delivery, error);
        return { taken: false };
      }
    },
    async stop() {
      stopped = true;
      await Promise.race([Promise.allSettled(running), sleep(LEAVING_MS, undefined, { ref: false })]);
    },
  };
}

/**
 * The acknowledgement of a command, a press or a form. Its listener acknowledges at once, and goes on afterwards.
 * @param onLateFailure called with a failure after the acknowledgement, of which Slack cannot hear any more
 * @throws a failure before the acknowledgement
 */
async function acknowledgementOf(
  process: (ack: Ack) => Promise<void>,
  onLateFailure: (error: unknown) => void,
): Promise<Outcome> {
  const acknowledged = Promise.withResolvers<Outcome>();
  const processed = process(async (response) =>
    acknowledged.resolve({ taken: true, ...(response !== undefined && { response }) }),
  );
  let answered = false;
  const ended = processed.then(
    (): Outcome => ({ taken: true }),
    (error) => {
      if (answered) onLateFailure(error);
      throw error;
    },
  );
  ended.catch(() => {});
  try {
    return await inTime(acknowledged.promise, ended);
  } finally {
    answered = true;
  }
}

/** The first of these outcomes. If all are late, Slack hears that the delivery was taken. */
async function inTime(...outcomes: Promise<Outcome>[]): Promise<Outcome> {
  const timer = new AbortController();
  const late = sleep(ACK_MS, { taken: true } as const, { signal: timer.signal });
  late.catch(() => {});
  try {
    return await Promise.race([...outcomes, late]);
  } finally {
    timer.abort();
  }
}

export function isEvent(body: Record<string, unknown>): body is { event: { type?: unknown } } {
  return typeof body?.event === 'object' && body.event !== null;
}

/** The kind of a delivery and its workspace, for the log. */
function kindOf(body: Record<string, unknown>): object {
  const { event, type, team_id } = body ?? {};
  const eventType = typeof event === 'object' && event && 'type' in event ? event.type : undefined;
  return { type: eventType ?? type, team: team_id };
}
