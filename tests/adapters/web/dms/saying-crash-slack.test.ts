/** Parley killed while it answers, on Slack, what a person said at the page in their direct messages. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import {
  after,
  answers,
  startModelServer,
  streams,
  text,
} from '../../../../lab/counterparts/model-server.ts';
import { startSlack } from '../../../../lab/counterparts/slack/start.ts';
import { startConnected } from '../../../harness/connected-program.ts';
import { signIn } from '../../../harness/sign-in/signing-in.ts';
import { browserOf } from '../../../harness/web.ts';
import { readDm } from './reading.ts';
import { say } from './saying.ts';

const QUESTION = 'Is this asked once?';

it.each([
  ['a message that Parley did not hear of', { streaming: 'unknown_method', method: 'chat.postMessage' }],
  ['a stream that Parley did not hear of', { streaming: 'allowed', method: 'chat.startStream' }],
  ['half of the answer', { streaming: 'allowed', method: undefined }],
])('killed with %s, it is asked once and answered once', async (_, { streaming, method }) => {
  await using slack = await startSlack({ settings: { streaming } });
  await using model = await startModelServer();
  const port = await freePort();
  await using parley = await startConnected(
    model,
    {
      WEB: 'on',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
      SLACK_CLIENT_ID: slack.clientId,
      SLACK_CLIENT_SECRET: slack.clientSecret,
      SIGN_IN_ALLOWED: `slack:${slack.id}`,
    },
    () => slack.stats.connections,
  );
  const ada = slack.user('ada');
  const dm = () => slack.botMessages(ada.dmChannel).map((message) => message.text);
  ada.dm('a first question');
  await slack.waitFor(() => dm().some((one) => one.includes('Hello.')));
  slack.signIn.person = ada.id;
  const browser = browserOf(parley.url);
  await signIn(browser, { provider: 'slack' });
  const { entry } = await readDm(browser);
  const id = randomUUID();

  model.respond(streams(text('Half of it. '), after(new Promise(() => {}))));
  if (method !== undefined) slack.faults.next(method, 'resetAfter', 20);
  await say(browser, entry.id, QUESTION, id);
  await slack.waitFor(() => dm().some((one) => one.includes(method === undefined ? 'Half' : QUESTION)));
  await parley.kill('SIGKILL');
  slack.faults.clear();
  model.respond(answers('All of it.'));
  await parley.startHere();
  const again = await say(browser, entry.id, QUESTION, id);
  expect([again.status < 203, again.body.turn?.id]).toEqual([true, id]);
  await browser.follow(entry.id, id);
  await slack.waitFor(() => dm().some((one) => one.includes('All of it.')));
  expect((await readDm(browser)).turns).toMatchObject([
    { text: 'a first question' },
    { id, text: QUESTION, answer: 'All of it.', end: 'stop' },
  ]);
  expect(dm()).toHaveLength(2);
  expect(dm()[1]).toMatch(/You wrote on the page.+Is this asked once\?.+All of it\./s);
  expect(dm()[1]).not.toContain('Half');
});
