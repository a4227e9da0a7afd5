/** Two Parley processes on one Postgres, behind one address for Slack's events: each takes some of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, answers, streams, text } from '../../../lab/counterparts/model-server.ts';
import { startPostgres, type TestPostgres } from '../../../lab/counterparts/postgres.ts';
import { type SlackBot, startSlackBot, type Transport } from '../../harness/slack.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { asks, calls, ended, labels, prompts, says, settle } from './said.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.[Symbol.asyncDispose]());

const never = new Promise(() => {});

interface Two extends AsyncDisposable {
  bot: SlackBot;
  /** Sends further events to the second process. */
  switchOver(): Promise<void>;
}

async function startTwo(transport: Transport = 'http'): Promise<Two> {
  const env = {
    STORE_URL: await postgres.database(),
    MASTER_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    TENANT_AT_ONCE: '100',
  };
  const bot = await startSlackBot({ transport, env });
  const { slack, model } = bot;
  const other: Parley = await startParley({
    SLACK_BOT_TOKEN: slack.botToken,
    ...(transport === 'http'
      ? { SLACK_SIGNING_SECRET: slack.signingSecret }
      : { SLACK_APP_TOKEN: slack.appToken }),
    SLACK_API_URL: slack.url,
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'test-model',
    PERSON_PER_MINUTE: '10000',
    WEB: 'off',
    STOP_SECONDS: '0.5',
    ...env,
  });
  return {
    bot,
    switchOver: () => slack.setRequestUrl(`${other.app.url}/slack/events`),
    async [Symbol.asyncDispose]() {
      await other.app.stop();
      await bot[Symbol.asyncDispose]();
    },
  };
}

describe.concurrent('a question that is deleted through the process that does not answer it', () => {
  it('before the first word leaves no message, no status and no turn', async () => {
    await using two = await startTwo();
    const { slack, model } = two.bot;
    model.respond(streams(after(never)), answers('Fine.'));
    const ada = slack.user('ada');
    const threadTs = slack.user('ben').says('general', 'a thread');
    const asked = ada.says('general', `${slack.mention} my secret is 4711`, { threadTs });
    await model.received(1);
    await two.switchOver();
    ada.deletes(asked);
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    await settle(1_500);
    expect(slack.botMessages('general', threadTs)).toEqual([]);
    expect(slack.status('general', threadTs)).toBe('');
    expect(calls(two.bot, 'chat.postMessage', 'chat.startStream')).toEqual([]);
    ada.says('general', `${slack.mention} and now?`, { threadTs });
    await says(two.bot, 'Fine.');
    expect(prompts(two.bot).join()).not.toContain('4711');
  });

  it('while a placeholder stands for its answer takes that along', async () => {
    await using two = await startTwo();
    const { slack, model } = two.bot;
    model.respond(streams(after(never)));
    const ada = slack.user('ada');
    const asked = ada.dm('my secret is 4711');
    await slack.waitFor(() => slack.botMessages(ada.dmChannel).length > 0);
    await two.switchOver();
    ada.deletes(asked);
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    await slack.waitFor(() => slack.botMessages(ada.dmChannel).length === 0, { what: 'no message' });
    await settle(500);
    expect(slack.botMessages(ada.dmChannel)).toEqual([]);
  });

  it('in the middle of the answer ends it, and its Delete button works', async () => {
    await using two = await startTwo();
    const { slack, model } = two.bot;
    model.respond(streams(text('A secret? '), after(never)));
    const ada = slack.user('ada');
    const thread = asks(two.bot, 'ada', 'my secret is 4711');
    const growing = await says(two.bot, 'A secret?');
    await settle(300);
    await two.switchOver();
    ada.deletes(thread);
    const [answer] = await ended(two.bot, { thread });
    expect(answer && labels(answer)).toContain('Delete');
    await settle(300);
    await ada.clicks(growing.ts, 'Delete');
    await slack.waitFor(() => slack.botMessages('general').length === 0, {
      what: 'the answer to be deleted',
    });
  });
});

it('sixty new people who ask at once are answered, and no call is refused for their names', async () => {
  await using two = await startTwo('socket');
  const { slack, model } = two.bot;
  await slack.waitFor(() => slack.socketMode.connections === 2, { what: 'both to be connected' });
  model.respond(streams(after(never)));
  // Each mention comes as two events, of which each process may get one.
  for (let count = 0; count < 60; count++) asks(two.bot, `person${count}`, 'hello');
  await model.received(60);
  expect(slack.stats.rateLimited).toEqual({});
  expect(calls(two.bot, 'users.info').length).toBeLessThanOrEqual(60);
});
