/**
 * Slack's transport to the app: Socket Mode or signed requests (docs.slack.dev/authentication/verifying-requests-
 * from-slack).
 */
import { createHmac } from 'node:crypto';
import type { Settings } from '../settings.ts';
import type { Answer, Outgoing } from './outgoing.ts';
import type { SocketMode } from './socket-mode.ts';

export interface Transport {
  send(outgoing: Outgoing): Promise<Answer>;
}

export interface Signing {
  secret: string;
  /** Timestamp in seconds. A time other than now makes an old or forged request. */
  at?: number;
}

export function createTransport(settings: Settings, socketMode: SocketMode, secret: string): Transport {
  return {
    send: (outgoing) =>
      settings.requestUrl === undefined
        ? socketMode.send(outgoing)
        : postSigned(settings.requestUrl, outgoing, { secret }, settings.ackWindow),
  };
}

/** Posts as Slack does: events as JSON, commands as a form, interactions as a form with JSON in it. */
export async function postSigned(
  url: string,
  { type, payload, retry }: Outgoing,
  { secret, at = Math.floor(Date.now() / 1000) }: Signing,
  timeout: number,
): Promise<Answer> {
  const body =
    type === 'events_api'
      ? JSON.stringify(payload)
      : new URLSearchParams(
          type === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>),
        ).toString();
  const headers: Record<string, string> = {
    'Content-Type': type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
    'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'X-Slack-Request-Timestamp': String(at),
    'X-Slack-Signature': sign(secret, at, body),
  };
  if (retry) {
    headers['X-Slack-Retry-Num'] = String(retry.attempt);
    headers['X-Slack-Retry-Reason'] = retry.reason === 'timeout' ? 'http_timeout' : retry.reason;
  }
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    const text = await response.text();
    const { status } = response;
    const json = response.headers.get('content-type')?.startsWith('application/json');
    const answered = json && text ? JSON.parse(text) : text;
    if (status === 200) return { ok: true, status, payload: answered };
    const final = response.headers.get('x-slack-no-retry') === '1';
    return { ok: false, status, reason: 'http_error', payload: answered, final };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return { ok: false, reason: late ? 'http_timeout' : 'connection_failed' };
  }
}

export function sign(secret: string, at: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;
}
