/**
 * Hands deliveries from Slack to Bolt, by either way. Bolt by itself acknowledges an event before its listeners
 * run; here Slack hears of it only when they are done, and so when the message is kept.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { App, Receiver } from '@slack/bolt';
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';

export interface Delivery {
  body: Record<string, unknown>;
  /** How often Slack has sent it before, and why again. */
  retryNum?: number | undefined;
  retryReason?: string | undefined;
}

/** The reply to Slack: that the delivery was taken, with what is to be shown or done, or that it was not. */
export type Outcome = { taken: true; response?: unknown } | { taken: false };

/** Never throws. */
export type Deliver = (delivery: Delivery) => Promise<Outcome>;

/** A receiver as the connection uses it. */
export interface SlackReceiver {
  /** For Bolt. */
  receiver: Receiver;
  /** @throws AdapterError where no further attempt can help */
  start(): Promise<void>;
  /** Takes nothing any more, and resolves when what was taken is done. */
  stop(): Promise<void>;
  whyNotReady(): string | undefined;
}

/** Slack waits 3 s (interactivity, handling). */
const ACK_MS = 2_900;
/** Time for deliveries under way when Parley stops, ms. */
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

  function process(delivery: Delivery, ack: (response?: unknown) => Promise<void>): Promise<void> {
    if (!app || stopped) throw new Error('Parley takes nothing from Slack now');
    const { body, retryNum, retryReason } = delivery;
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

  async function event(delivery: Delivery): Promise<Outcome> {
    await process(delivery, async () => {});
    return { taken: true };
  }

  /** Commands, presses, forms: whoever handles them says at once what is answered, and goes on afterwards. */
  async function interaction(delivery: Delivery): Promise<Outcome> {
    const acknowledged = Promise.withResolvers<Outcome>();
    const processed = process(delivery, async (response) =>
      acknowledged.resolve({ taken: true, ...(response !== undefined && { response }) }),
    );
    // A failure after the answer is the log's alone; one before it is the answer.
    let answered = false;
    const ended = processed.then(
      (): Outcome => ({ taken: true }),
      (error) => {
        if (answered) report(delivery, error);
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

  function report({ body, retryNum }: Delivery, error: unknown): void {
    log.error({ ...kindOf(body), retryNum, error: whereFrom(error) }, 'slack event not taken');
  }

  return {
    init(given) {
      app = given;
    },
    async deliver(delivery) {
      try {
        if (delivery.body.type === 'app_rate_limited') {
          const { team_id: team } = delivery.body;
          log.warn({ team }, 'slack sends no more events this hour: there were too many');
          return { taken: true };
        }
        return await (isEvent(delivery.body) ? event(delivery) : interaction(delivery));
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

/** The first of these outcomes; Slack hears that it was taken where both are late. */
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

/** For the log: of what kind it is, and whose. */
function kindOf(body: Record<string, unknown>): object {
  const { event, type, team_id } = body ?? {};
  const eventType = typeof event === 'object' && event && 'type' in event ? event.type : undefined;
  return { type: eventType ?? type, team: team_id };
}
