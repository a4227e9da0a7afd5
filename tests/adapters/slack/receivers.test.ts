/** How Slack's requests and envelopes are taken: signed ones only, acknowledged once they are kept, by both ways. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { Outgoing } from '../../../lab/counterparts/slack/delivery/outgoing.ts';
import { postSigned, sign } from '../../../lab/counterparts/slack/delivery/transport.ts';
import { type Slack, startSlack } from '../../../lab/counterparts/slack/start.ts';
import { createHttpReceiver } from '../../../src/adapters/slack/connection/http-receiver.ts';
import { AdapterError } from '../../../src/core/errors.ts';
import { type Connected, connectionTo, type Tokens } from './connection.ts';

type Way = 'HTTP' | 'Socket Mode';
const WAYS: Way[] = ['HTTP', 'Socket Mode'];

const tokensOf = (slack: Slack, way: Way): Tokens =>
  way === 'HTTP'
    ? { botToken: slack.botToken, signingSecret: slack.signingSecret }
    : { botToken: slack.botToken, appToken: slack.appToken };

/** Started; `prepare` adds listeners before anything arrives. */
async function connect(
  slack: Slack,
  way: Way,
  prepare: (connected: Connected) => void = () => {},
): Promise<Connected> {
  slack.settings.retryDelays = [0, 50, 50];
  const connected = await connectionTo(slack.url, tokensOf(slack, way));
  prepare(connected);
  await connected.connection.start();
  if (way === 'HTTP') await slack.setRequestUrl(`${connected.url}/slack/events`);
  return connected;
}

/** A command, as Slack sends it by this way, with what it is answered. */
function send(slack: Slack, way: Way, outgoing: Outgoing, url: string) {
  return way === 'HTTP'
    ? postSigned(`${url}/slack/events`, outgoing, { secret: slack.signingSecret }, 5_000)
    : slack.socketMode.send(outgoing);
}

const command = (slack: Slack, text: string): Outgoing => ({
  type: 'slash_commands',
  payload: {
    command: '/parley',
    text,
    team_id: slack.id,
    user_id: slack.user('ada').id,
    channel_id: slack.channel('general'),
    trigger_id: '1.2.3',
    response_url: 'http://127.0.0.1:1/',
    is_enterprise_install: 'false',
  },
});

describe.each(WAYS)('by %s', (way) => {
  it('an event is taken once it is kept, and not before', async () => {
    await using slack = await startSlack();
    const kept = Promise.withResolvers<void>();
    const texts: string[] = [];
    await using _ = await connect(slack, way, ({ connection }) =>
      connection.app.message(async ({ message }) => {
        await kept.promise;
        texts.push('text' in message ? (message.text ?? '') : '');
      }),
    );
    slack.user('ada').dm('hello');
    await slack.waitFor(() => slack.events.length > 0);
    await sleep(200);
    expect(slack.events[0]?.acknowledged).toBe(false);
    kept.resolve();
    await slack.waitFor(() => slack.events[0]?.acknowledged);
    expect(texts).toEqual(['hello']);
    expect(slack.events[0]?.attempts).toBe(1);
  });

  it('an event that could not be kept is delivered again, as a retry, and then taken', async () => {
    await using slack = await startSlack({ settings: { ackWindow: 500 } });
    const retries: (number | undefined)[] = [];
    await using connected = await connect(slack, way, ({ connection }) =>
      connection.app.message(async ({ context }) => {
        retries.push(context.retryNum);
        if (retries.length < 3) throw new Error('canary of the store');
      }),
    );
    slack.user('ada').dm('canary of ada');
    await slack.waitFor(() => slack.events[0]?.acknowledged);
    expect(slack.events[0]?.attempts).toBe(3);
    expect(retries.slice(1)).toEqual([1, 2]);
    expect(connected.log.join()).toContain('slack event not taken');
    expect(connected.log.join()).not.toContain('canary');
  });

  it('what the app itself says is nobody’s question', async () => {
    await using slack = await startSlack();
    let heard = 0;
    await using connected = await connect(slack, way, ({ connection }) =>
      connection.app.message(async () => {
        heard++;
      }),
    );
    const workspace = await connected.connection.workspaces.of(slack.id);
    await workspace?.client.chat.postMessage({
      channel: slack.user('ada').dmChannel,
      text: 'said by the app',
    });
    slack.user('ada').dm('said by ada');
    await slack.waitFor(() => slack.events.length >= 2 && slack.events.every((event) => event.acknowledged));
    expect(heard).toBe(1);
  });

  it('a command is answered with what is acknowledged, however long the work behind it takes', async () => {
    await using slack = await startSlack();
    let worked = false;
    await using connected = await connect(slack, way, ({ connection }) =>
      connection.app.command('/parley', async ({ ack, command }) => {
        await ack({ response_type: 'ephemeral', text: `you said ${command.text}` });
        await sleep(300);
        worked = true;
      }),
    );
    const answer = await send(slack, way, command(slack, 'hi'), connected.url);
    expect(answer).toMatchObject({ ok: true, payload: { text: 'you said hi' } });
    expect(worked).toBe(false);
    await slack.waitFor(() => worked);
  });

  it.concurrent('a command that nobody acknowledges is answered with nothing before Slack gives up', async () => {
    await using slack = await startSlack({ settings: { ackWindow: 4_000 } });
    await using connected = await connect(slack, way, ({ connection }) =>
      connection.app.command('/parley', () => sleep(3_500)),
    );
    const answer = await send(slack, way, command(slack, 'hi'), connected.url);
    expect([answer.ok, answer.payload === '' || Object.keys(Object(answer.payload)).length === 0]).toEqual([
      true,
      true,
    ]);
  });

  it('a command whose handling fails before its answer is not said to have worked', async () => {
    await using slack = await startSlack({ settings: { ackWindow: 500 } });
    await using connected = await connect(slack, way, ({ connection }) =>
      connection.app.command('/parley', async () => {
        throw new Error('canary');
      }),
    );
    expect((await send(slack, way, command(slack, 'hi'), connected.url)).ok).toBe(false);
    expect(connected.log.join()).not.toContain('canary');
  });

  it('what a form is answered with reaches Slack', async () => {
    await using slack = await startSlack();
    const errors = { key: 'is no key' };
    await using connected = await connect(slack, way, ({ connection }) =>
      connection.app.view('key', ({ ack }) => ack({ response_action: 'errors', errors })),
    );
    const payload = {
      type: 'view_submission',
      team: { id: slack.id, domain: 'w' },
      user: { id: slack.user('ada').id, team_id: slack.id },
      view: { id: 'V1', type: 'modal', callback_id: 'key', state: { values: {} } },
    };
    const answer = await send(slack, way, { type: 'interactive', payload }, connected.url);
    expect(answer.payload).toEqual({ response_action: 'errors', errors });
  });

  it('is ready when it is known who the bot is, and says why not before', async () => {
    await using slack = await startSlack();
    slack.faults.next('auth.test', 'status500', 2);
    await using connected = await connectionTo(slack.url, tokensOf(slack, way));
    expect(connected.connection.whyNotReady()).toBe('Slack is not connected yet');
    await connected.connection.start();
    expect(connected.connection.whyNotReady()).toBeUndefined();
    expect(slack.requests.filter(({ method }) => method === 'auth.test')).toHaveLength(3);
  });

  it('a bot token that is refused ends the start with the way out, without the token', async () => {
    await using slack = await startSlack();
    const tokens = { ...tokensOf(slack, way), botToken: 'xoxb-canary' };
    await using connected = await connectionTo(slack.url, tokens);
    const failed = await connected.connection.start().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(AdapterError);
    expect(String(failed)).toMatch(/SLACK_BOT_TOKEN.*OAuth & Permissions/);
    expect(String(failed) + connected.log.join()).not.toContain('canary');
    expect(connected.connection.whyNotReady()).toMatch(/SLACK_BOT_TOKEN/);
  });

  it('nothing is taken any more once it stops', async () => {
    await using slack = await startSlack({ settings: { ackWindow: 300, retryDelays: [] } });
    let heard = 0;
    await using connected = await connect(slack, way, ({ connection }) =>
      connection.app.message(async () => {
        heard++;
      }),
    );
    slack.settings.retryDelays = [];
    slack.settings.gap = 'lose';
    await connected.connection.stop();
    slack.user('ada').dm('too late');
    await sleep(500);
    expect([heard, slack.events[0]?.acknowledged]).toEqual([0, false]);
  });
});

it('by Socket Mode, addresses that lead nowhere cost seconds each, and what was said meanwhile is heard', async () => {
  await using slack = await startSlack();
  const heard: unknown[] = [];
  await using connected = await connect(slack, 'Socket Mode', ({ connection }) =>
    connection.app.message(async ({ message }) => void heard.push(message)),
  );
  slack.socketMode.dead = 2;
  const before = performance.now();
  slack.socketMode.dropConnections();
  slack.user('ada').dm('are you there?');
  await slack.waitFor(() => heard.length > 0, { timeout: 20_000, what: 'the message' });
  expect(performance.now() - before).toBeLessThan(20_000);
  expect(connected.connection.whyNotReady()).toBeUndefined();
});

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

describe.concurrent('a socket', () => {
  async function hearing(slack: Slack) {
    const texts: string[] = [];
    const connected = await connect(slack, 'Socket Mode', ({ connection }) =>
      connection.app.message(async ({ message }) => {
        texts.push('text' in message ? (message.text ?? '') : '');
      }),
    );
    return { texts, connected, [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose]() };
  }

  it('that drops is replaced, also while Slack is not reached for a while', async () => {
    await using slack = await startSlack();
    await using it = await hearing(slack);
    await sleep(1_100);
    slack.faults.next('apps.connections.open', 'reset', 2);
    slack.faults.next('apps.connections.open', 'status500');
    slack.socketMode.dropConnections();
    await slack.waitFor(() => it.connected.connection.whyNotReady() !== undefined);
    slack.user('ada').dm('still there?');
    await slack.waitFor(() => it.texts.includes('still there?'), { timeout: 10_000 });
    expect(it.connected.connection.whyNotReady()).toBeUndefined();
    await slack.waitFor(() => slack.events.every(({ acknowledged }) => acknowledged));
  });

  it.each(['warning', 'refresh_requested'] as const)(
    'that Slack wants to end (%s) is replaced before it is closed, so that nothing is lost',
    async (reason) => {
      await using slack = await startSlack({ settings: { gap: 'lose' } });
      await using it = await hearing(slack);
      slack.socketMode.disconnect(reason);
      const said: string[] = [];
      for (let n = 0; n < 40; n++) {
        slack.user('ada').dm(`message ${n}`);
        said.push(`message ${n}`);
        await sleep(20);
      }
      await slack.waitFor(() => it.texts.length >= 40);
      expect([...it.texts].sort()).toEqual(said.sort());
      await slack.waitFor(() => slack.socketMode.connections === 1 && slack.stats.connections === 2);
      await slack.waitFor(() => slack.events.every(({ acknowledged }) => acknowledged));
    },
  );

  it('that carries what nobody can read goes on, whatever it is, and the log says so', async () => {
    await using slack = await startSlack();
    await using it = await hearing(slack);
    const frames = [
      '{"type":"whatever"}',
      '{"type":"interactive","envelope_id":"e5"}',
      '{"type":"interactive","envelope_id":"e6","payload":[]}',
      '{"type":"interactive","envelope_id":"e7","payload":{}}',
      '{"type":"interactive","envelope_id":"e8","payload":{"type":"block_actions"}}',
      '{"type":"slash_commands","envelope_id":"e9","payload":null}',
      '{"type":"events_api","envelope_id":"e1","payload":{"event":{"type":"error"}}}',
      '{"type":"events_api","envelope_id":"e2","payload":{}}',
      '{"type":"events_api"}',
      '{"type":"slack_event"}',
      '{"type":"disconnected"}',
      '{"type":"error"}',
      '[]',
      'null',
      '"x"',
      '{',
      '',
    ];
    for (const frame of frames) slack.socketMode.sendFrame(frame);
    slack.user('ada').dm('still there?');
    await slack.waitFor(() => it.texts.includes('still there?'));
    expect(slack.stats.connections).toBe(1);
    expect(it.connected.log.join()).toContain('of no known kind');
  });

  it('is not tried for ever in a row where each one ends at once', async () => {
    await using slack = await startSlack();
    await using _ = await hearing(slack);
    const until = Date.now() + 2_000;
    while (Date.now() < until) {
      slack.socketMode.dropConnections();
      await sleep(20);
    }
    expect(slack.stats.connections).toBeLessThan(6);
  });

  it('that an admin turned off is not ready, and says where to turn it on', async () => {
    await using slack = await startSlack();
    await using it = await hearing(slack);
    slack.socketMode.disconnect('link_disabled');
    await slack.waitFor(() => /Socket Mode is turned off/.test(it.connected.connection.whyNotReady() ?? ''));
  });

  it('whose app token is refused ends the start with the way out', async () => {
    await using slack = await startSlack();
    await using connected = await connectionTo(slack.url, {
      botToken: slack.botToken,
      appToken: 'xapp-canary',
    });
    const failed = await connected.connection.start().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(AdapterError);
    expect(String(failed)).toMatch(/SLACK_APP_TOKEN.*connections:write/);
    expect(String(failed) + connected.log.join()).not.toContain('canary');
  });

  it('does not hold up the start when Slack is not reached, and connects later', async () => {
    await using slack = await startSlack();
    slack.faults.next('apps.connections.open', 'hang');
    await using connected = await connectionTo(slack.url, tokensOf(slack, 'Socket Mode'));
    const since = Date.now();
    await connected.connection.start();
    expect(Date.now() - since).toBeLessThan(6_000);
    expect(connected.connection.whyNotReady()).toBe('Slack is not connected yet');
    await slack.waitFor(() => connected.connection.whyNotReady() === undefined, { timeout: 20_000 });
  }, 30_000);
});

describe('the log', () => {
  it('has one line for each time that Slack is not reached, which says how it failed', async () => {
    await using slack = await startSlack();
    for (const method of ['auth.test', 'apps.connections.open']) {
      slack.faults.next(method, 'reset', 2);
      slack.faults.next(method, 'status500');
    }
    await using connected = await connectionTo(slack.url, tokensOf(slack, 'Socket Mode'));
    await connected.connection.start();
    await slack.waitFor(() => connected.connection.whyNotReady() === undefined, { timeout: 10_000 });
    const lines = connected.log.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40);
    const attempts = lines.filter(({ msg }) => msg === 'slack cannot be reached');
    expect(attempts.map(({ code }) => code)).toEqual([
      expect.stringMatching(/^[A-Z_]+$/),
      expect.stringMatching(/^[A-Z_]+$/),
      'HTTP 500',
    ]);
    expect(lines).toHaveLength(4);
    expect(JSON.stringify(lines)).not.toContain('    at ');
    expect(JSON.stringify(lines)).not.toContain('file:');
  });

  it.each(WAYS)('has no token, no secret and no text in it, by %s', async (way) => {
    await using slack = await startSlack();
    await using connected = await connect(slack, way, ({ connection }) =>
      connection.app.message(async () => {}),
    );
    slack.user('ada').dm('canary of a text');
    await slack.waitFor(() => slack.events[0]?.acknowledged);
    const workspace = await connected.connection.workspaces.of(slack.id);
    for (const client of [workspace?.client, workspace?.edits]) {
      await client?.chat.postMessage({ channel: 'C0NOWHERE', text: 'canary of an answer' }).catch(() => {});
    }
    slack.faults.next('chat.update', 'ratelimited');
    await workspace?.edits.chat.update({ channel: 'C1', ts: '1.1', text: 'canary' }).catch(() => {});
    const log = connected.log.join();
    expect(log).toContain('slack workspace known');
    expect(log).not.toContain('canary');
    for (const secret of [slack.botToken, slack.appToken, slack.signingSecret])
      expect(log).not.toContain(secret);
    expect(log).not.toMatch(/ticket|xox|xapp/);
  });
});
