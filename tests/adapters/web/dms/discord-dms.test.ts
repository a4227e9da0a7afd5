/** A person's direct messages on Discord, on the page of that person alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { after, answers, done, finish, streams, text } from '../../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../../harness/discord.ts';
import { gate } from '../../../harness/gate.ts';
import { signIn } from '../../../harness/sign-in/signing-in.ts';
import { expectOthersAreNotFound, expectReadAlone, readDm } from './reading.ts';
import {
  expectAnsweredInBothPlaces,
  expectInExport,
  expectQuestionStays,
  expectTakenOnce,
  type SayingOn,
  say,
} from './saying.ts';

let bot: Bot;

beforeAll(async () => {
  const port = await freePort();
  const env: Record<string, string> = {
    WEB: 'on',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  };
  bot = await startBot({
    env,
    before: ({ applicationId, signIn, guildId }) =>
      Object.assign(env, {
        DISCORD_CLIENT_ID: applicationId,
        DISCORD_CLIENT_SECRET: signIn.clientSecret,
        SIGN_IN_ALLOWED: `discord:${guildId}`,
      }),
  });
  for (const name of ['ada', 'ben']) {
    bot.discord.user(name).dm(`a question of ${name}`);
    await bot.discord.waitFor(() =>
      bot.discord
        .botMessages(bot.discord.user(name).dmChannel)
        .some(({ content }) => content.includes('Hello.')),
    );
  }
  bot.discord.user('ada').says(bot.discord.channel('general'), `<@${bot.discord.botId}> in public`);
  await bot.discord.waitFor(() => bot.discord.botMessages(bot.discord.channel('general')).length > 0);
});
afterAll(() => bot?.[Symbol.asyncDispose]());

async function signedIn(person: string) {
  bot.discord.signIn.person = person;
  const browser = bot.parley.browser();
  const { response } = await signIn(browser, { provider: 'discord' });
  expect(response.status, await response.clone().text()).toBe(303);
  return browser;
}

const saying = async (): Promise<SayingOn> => ({
  browser: await signedIn('ada'),
  model: bot.model,
  said: () => bot.discord.botMessages(bot.discord.user('ada').dmChannel).map(({ content }) => content),
});

describe('direct messages on Discord', () => {
  it('are in the list of the person who signed in with Discord, and nothing of a server is', async () => {
    const dm = await readDm(await signedIn('ada'));
    expect(dm.entry).toMatchObject({ platform: 'discord', title: 'a question of ada' });
    expect(dm.turns).toMatchObject([{ text: 'a question of ada', answer: 'Hello.', live: false }]);
  });

  it('are changed on Discord alone', async () => {
    await expectReadAlone(await signedIn('ada'));
  });

  it('are followed here while they are answered there', async () => {
    const browser = await signedIn('ben');
    const { entry } = await readDm(browser);
    const more = gate();
    bot.model.respond(streams(text('Half'), after(more.opened), text(' and whole.'), finish(), done));
    bot.discord.user('ben').dm('a second question');
    await expect.poll(async () => (await browser.turns(entry.id)).length).toBe(2);
    const turn = (await browser.turns(entry.id))[1]?.id ?? '';
    await browser.sees(entry.id, turn, 'Half');
    more.open();
    expect((await browser.follow(entry.id, turn)).text).toBe('Half and whole.');
    expect((await browser.turns(entry.id))[1]).toMatchObject({ answer: 'Half and whole.', end: 'stop' });
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

  it('say at the page that Discord lets Parley write nothing there', async () => {
    const browser = await signedIn('ben');
    const { entry } = await readDm(browser);
    bot.discord.user('ben', { takesDms: false });
    bot.model.respond(streams(text('Half'), after(new Promise(() => {}))));
    const { id } = await say(browser, entry.id, 'Does this come through?');
    const { end, notice } = await browser.follow(entry.id, id);
    expect([end, notice]).toEqual(['stopped', expect.stringContaining('isn’t allowed to write')]);
    bot.discord.user('ben', { takesDms: true });
    bot.model.respond(answers('Hello.'));
  });

  it('are in the file with everything of the person', async () => {
    await expectInExport(await signedIn('ada'));
  });

  it('of somebody else are not found', async () => {
    await expectOthersAreNotFound(await signedIn('ada'), await signedIn('ben'));
  });
});
