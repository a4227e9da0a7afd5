/** Slack's events and commands are acknowledged once they are kept, by HTTP and by Socket Mode. */

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startSlack } from '../../../lab/counterparts/slack/start.ts';
import { AdapterError } from '../../../src/core/errors.ts';
import { connectionTo } from './connection.ts';
import { command, connect, send, tokensOf, WAYS } from './receiving.ts';

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
    const goesOn = Promise.withResolvers<void>();
    let worked = false;
    await using connected = await connect(slack, way, ({ connection }) =>
      connection.app.command('/parley', async ({ ack, command }) => {
        await ack({ response_type: 'ephemeral', text: `you said ${command.text}` });
        await goesOn.promise;
        worked = true;
      }),
    );
    const answer = await send(slack, way, command(slack, 'hi'), connected.url);
    expect(answer).toMatchObject({ ok: true, payload: { text: 'you said hi' } });
    expect(worked).toBe(false);
    goesOn.resolve();
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

describe('the log', () => {
  it('has one line for each time that Slack is not reached, which says how it failed', async () => {
    await using slack = await startSlack();
    for (const method of ['auth.test', 'apps.connections.open']) {
      slack.faults.next(method, 'reset', 2);
      slack.faults.next(method, 'status500');
    }
    await using connected = await connectionTo(slack.url, tokensOf(slack, 'Socket Mode'));
    await connected.connection.start();
    await slack.waitFor(() => connected.connection.whyNotReady() === undefined);
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
