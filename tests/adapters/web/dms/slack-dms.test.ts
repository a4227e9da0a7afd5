/** A person's direct messages on Slack, on the page of that person alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { signIn } from '../../../harness/sign-in/signing-in.ts';
import { type SlackBot, startSlackBot } from '../../../harness/slack.ts';
import { expectOthersAreNotFound, expectReadAlone, readDm } from './reading.ts';
import {
  expectAnsweredInBothPlaces,
  expectInExport,
  expectQuestionStays,
  expectTakenOnce,
  type SayingOn,
} from './saying.ts';

let bot: SlackBot;

beforeAll(async () => {
  const port = await freePort();
  const env: Record<string, string> = {
    WEB: 'on',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  };
  bot = await startSlackBot({
    env,
    before: ({ clientId, clientSecret, id }) =>
      Object.assign(env, {
        SLACK_CLIENT_ID: clientId,
        SLACK_CLIENT_SECRET: clientSecret,
        SIGN_IN_ALLOWED: `slack:${id}`,
      }),
  });
  for (const name of ['ada', 'ben']) {
    bot.slack.user(name).dm(`a question of ${name}`);
    await bot.slack.waitFor(() =>
      bot.slack.botMessages(bot.slack.user(name).dmChannel).some(({ text }) => text.includes('Hello.')),
    );
  }
  bot.slack.user('ada').says('general', `${bot.slack.mention} in public`);
  await bot.slack.waitFor(() => bot.slack.botMessages('general').length > 0);
});
afterAll(() => bot?.[Symbol.asyncDispose]());

async function signedIn(person: string) {
  bot.slack.signIn.person = bot.slack.user(person).id;
  const browser = bot.parley.browser();
  const { response } = await signIn(browser, { provider: 'slack' });
  expect(response.status, await response.clone().text()).toBe(303);
  return browser;
}

const saying = async (): Promise<SayingOn> => ({
  browser: await signedIn('ada'),
  model: bot.model,
  said: () => bot.slack.botMessages(bot.slack.user('ada').dmChannel).map(({ text }) => text),
});

describe('direct messages on Slack', () => {
  it('are in the list of the person who signed in with Slack, and nothing of a channel is', async () => {
    const dm = await readDm(await signedIn('ada'));
    expect(dm.entry).toMatchObject({ platform: 'slack', title: 'a question of ada' });
    expect(dm.turns).toMatchObject([{ text: 'a question of ada', answer: 'Hello.', live: false }]);
  });

  it('are changed on Slack alone', async () => {
    await expectReadAlone(await signedIn('ada'));
  });

  it('go on at the page, and the answer stands in both places', async () => {
    await expectAnsweredInBothPlaces(await saying());
  });

  it('take a message once that the page sends again', async () => {
    await expectTakenOnce(await saying());
  });

  it('hold the question where it gets no answer', async () => {
    await expectQuestionStays(await saying());
  });

  it('are in the file with everything of the person', async () => {
    await expectInExport(await signedIn('ada'));
  });

  it('of somebody else are not found', async () => {
    await expectOthersAreNotFound(await signedIn('ada'), await signedIn('ben'));
  });
});
