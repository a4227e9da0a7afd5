/** Slack's requests over HTTP: only signed ones are taken. */

import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { sign } from '../../../lab/counterparts/slack/delivery/transport.ts';
import { startSlack } from '../../../lab/counterparts/slack/start.ts';
import { createHttpReceiver } from '../../../src/adapters/slack/connection/http-receiver.ts';
import { connect } from './receiving.ts';

describe('a request', () => {
  const event = (team: string) => ({
    type: 'event_callback',
    team_id: team,
    event: { type: 'message', channel_type: 'im', channel: 'D1', user: 'U1', text: 'forged', ts: '1.1' },
  });
  async function setUp() {
    const slack = await startSlack();
    const heard: unknown[] = [];
    const connected = await connect(slack, 'HTTP', ({ connection }) =>
      connection.app.message(async ({ message }) => void heard.push(message)),
    );
    const post = (body: string, headers: Record<string, string> = {}) =>
      fetch(`${connected.url}/slack/events`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      });
    const signed = (body: string, at = Math.floor(Date.now() / 1000), secret = slack.signingSecret) =>
      post(body, { 'x-slack-request-timestamp': String(at), 'x-slack-signature': sign(secret, at, body) });
    return {
      slack,
      connected,
      heard,
      post,
      signed,
      async [Symbol.asyncDispose]() {
        await connected[Symbol.asyncDispose]();
        await slack.stop();
      },
    };
  }
  const now = () => Math.floor(Date.now() / 1000);

  it('that is signed by another secret, too old, from the future or not at all is refused, and heard by nobody', async () => {
    await using it = await setUp();
    const body = JSON.stringify(event(it.slack.id));
    expect((await it.signed(body)).status).toBe(200);
    expect(it.heard).toHaveLength(1);
    const time = String(now());
    const refused = [
      await it.signed(body, now(), randomBytes(16).toString('hex')),
      await it.signed(body, now(), ' '),
      await it.signed(body, now() - 301),
      await it.signed(body, now() + 310),
      await it.post(body),
      await it.post(body, { 'x-slack-request-timestamp': time }),
      await it.post(body, { 'x-slack-request-timestamp': time, 'x-slack-signature': 'v0=' }),
      await it.post(body, { 'x-slack-request-timestamp': time, 'x-slack-signature': 'v0' }),
      await it.post(body, { 'x-slack-request-timestamp': 'NaN', 'x-slack-signature': 'v0=00' }),
      await it.post(`${body} `, {
        'x-slack-request-timestamp': time,
        'x-slack-signature': sign(it.slack.signingSecret, Number(time), body),
      }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 401));
    expect(it.connected.log.filter((line) => line.includes('not signed by Slack'))).toHaveLength(1);
    expect(it.heard).toHaveLength(1);
    expect(it.connected.log.join()).not.toContain(it.slack.signingSecret);
  });

  it('that is too large is refused, its length told or not', async () => {
    await using it = await setUp();
    const body = JSON.stringify({ ...event(it.slack.id), padding: 'x'.repeat(1024 * 1024) });
    expect((await it.signed(body)).status).toBe(413);
    const chunked = await fetch(`${it.connected.url}/slack/events`, {
      method: 'POST',
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit).catch(() => ({ status: 413 }));
    expect(chunked.status).toBe(413);
    expect(it.heard).toEqual([]);
  });

  it('that checks the certificate is answered, and carries no event in', async () => {
    await using it = await setUp();
    const smuggled = new URLSearchParams({ ssl_check: '1', payload: JSON.stringify(event(it.slack.id)) });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await it.post(smuggled.toString(), headers)).status).toBe(200);
    expect(it.heard).toEqual([]);
  });

  it('that is signed, but nothing that Slack sends, is refused', async () => {
    await using it = await setUp();
    for (const body of ['', '[]', 'null', '{', '"x"']) expect((await it.signed(body)).status).toBe(400);
  });

  it('of a workspace that Parley is not installed in is taken, so that it is not sent again, and heard by nobody', async () => {
    await using it = await setUp();
    expect((await it.signed(JSON.stringify(event('T0ELSEWHERE')))).status).toBe(200);
    expect(it.heard).toEqual([]);
  });

  it('is never taken by a receiver without a secret', () => {
    const log = pino({ level: 'silent' });
    for (const signingSecret of ['', '  ']) {
      expect(() => createHttpReceiver({ signingSecret, onOpen() {}, log })).toThrow(/SLACK_SIGNING_SECRET/);
    }
  });
});
