/** Slack over HTTP: signed requests to `/slack/events`, for events, commands and presses. */
import type { HttpBindings } from '@hono/node-server';
import { isValidSlackRequest } from '@slack/bolt';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from 'pino';
import { AdapterError } from '../../../core/errors.ts';
import { en } from '../sentences/en.ts';
import { createDeliveries, type Delivery, type Outcome, type SlackReceiver } from './receiver.ts';

type Env = { Bindings: HttpBindings };

const PATH = '/slack/events';
/** Most bytes of a request. Slack sends far less. */
const MOST_BYTES = 1024 * 1024;
/** A request from more than five minutes ago, or ahead, is refused (Slack: verifying requests). */
const MOST_SECONDS_APART = 300;
/** The log tells of one unsigned request within this time at most, ms: anybody can make any number of them. */
const UNSIGNED_MS = 60_000;

export interface HttpReceiverOptions {
  signingSecret: string;
  /** Called when the receiver has started. */
  onOpen(): void;
  log: Logger;
}

/** @throws AdapterError without a secret */
export function createHttpReceiver({
  signingSecret,
  onOpen,
  log,
}: HttpReceiverOptions): SlackReceiver & { routes: Hono<Env> } {
  if (signingSecret.trim() === '') throw new AdapterError(en.operator.noSigningSecret);
  const deliveries = createDeliveries(log);
  const routes = new Hono<Env>();
  let warnedAt = Number.NEGATIVE_INFINITY;

  const tooLarge = (c: Context) => {
    c.header('connection', 'close');
    return c.body(null, 413);
  };
  routes.post(
    PATH,
    // This comes before anything reads the body: then Node reads and drops it by itself.
    (c, next) =>
      Number(c.req.header('content-length') ?? 0) > MOST_BYTES ? Promise.resolve(tooLarge(c)) : next(),
    bodyLimit({ maxSize: MOST_BYTES, onError: tooLarge }),
    async (c) => {
      const text = Buffer.from(await c.req.arrayBuffer()).toString();
      const isForm = (c.req.header('content-type') ?? '').startsWith('application/x-www-form-urlencoded');
      const form = isForm ? new URLSearchParams(text) : undefined;
      // Slack checks the certificate now and then. That request is not signed, and asks for nothing.
      if (form?.get('ssl_check') === '1') return c.body(null, 200);
      if (!isSigned(c, text)) {
        warnOfUnsigned();
        return c.body(null, 401);
      }
      const body = bodyOf(text, form);
      if (!body) return c.body(null, 400);
      if (body.type === 'url_verification') return c.json({ challenge: body.challenge });
      return respond(c, await deliveries.deliver({ body, ...retryOf(c) }));
    },
  );

  function warnOfUnsigned(): void {
    if (performance.now() - warnedAt < UNSIGNED_MS) return;
    warnedAt = performance.now();
    log.warn('a request that is not signed by Slack was refused');
  }

  function isSigned(c: Context, body: string): boolean {
    const time = c.req.header('x-slack-request-timestamp') ?? '';
    if (!/^\d{1,12}$/.test(time)) return false;
    if (Math.abs(Date.now() / 1000 - Number(time)) > MOST_SECONDS_APART) return false;
    const signature = c.req.header('x-slack-signature') ?? '';
    const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(time) };
    return isValidSlackRequest({ signingSecret, body, headers });
  }

  return {
    receiver: { init: deliveries.init, start: async () => {}, stop: deliveries.stop },
    // The HTTP server is started and stopped elsewhere.
    start: async () => onOpen(),
    stop: deliveries.stop,
    whyNotReady: () => undefined,
    routes,
  };
}

/** The body as an object. Undefined for anything that Slack does not send. */
function bodyOf(text: string, form: URLSearchParams | undefined): Record<string, unknown> | undefined {
  try {
    const payload = form ? form.get('payload') : text;
    // A command has no payload: the fields of the form are its body.
    const body: unknown = payload === null ? Object.fromEntries(form ?? []) : JSON.parse(payload);
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    return isObject ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function retryOf(c: Context): Pick<Delivery, 'retryNum' | 'retryReason'> {
  const num = Number(c.req.header('x-slack-retry-num') ?? Number.NaN);
  const reason = c.req.header('x-slack-retry-reason');
  return {
    ...(Number.isInteger(num) && { retryNum: num }),
    ...(reason !== undefined && { retryReason: reason }),
  };
}

function respond(c: Context, outcome: Outcome) {
  if (!outcome.taken) return c.body(null, 503);
  const { response } = outcome;
  if (response === undefined || response === '') return c.body(null, 200);
  return typeof response === 'string' ? c.text(response) : c.json(response);
}
