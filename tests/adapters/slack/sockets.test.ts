/** Socket Mode connections: kept up, replaced, and given up where no attempt can help. */

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Slack, startSlack } from '../../../lab/counterparts/slack/start.ts';
import { AdapterError } from '../../../src/core/errors.ts';
import { connectionTo } from './connection.ts';
import { connect, tokensOf } from './receiving.ts';

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
  await slack.waitFor(() => heard.length > 0, { what: 'the message' });
  expect(performance.now() - before).toBeLessThan(20_000);
  expect(connected.connection.whyNotReady()).toBeUndefined();
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
    await slack.waitFor(() => it.texts.includes('still there?'));
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
    await slack.waitFor(() => connected.connection.whyNotReady() === undefined);
  });
});
