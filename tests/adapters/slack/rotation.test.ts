/** Tokens of installations that Slack lets expire (docs.slack.dev: using token rotation). */
import { describe, expect, it } from 'vitest';
import { after, answers, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import { type BotOptions, startSlackBot } from '../../harness/slack.ts';
import { asks, calls, ended, prompts, says, settle } from './said.ts';

const HOURS_12 = 12 * 3_600_000;

/** A bot installed by OAuth in an app whose tokens live for `tokenLifetime`. */
async function installed(tokenLifetime: number, options: BotOptions = {}) {
  const bot = await startSlackBot({
    workspaces: [{ name: 'Workshop', installed: false }],
    isInstallable: true,
    settings: { tokenLifetime },
    ...options,
  });
  bot.slack.settings.redirectUrls = [`${bot.parley.app.url}/slack/oauth_redirect`];
  const root = bot.slack.user('root', { isAdmin: true });
  const page = await root.installs(`${bot.parley.app.url}/slack/install`);
  expect(page.status).toBe(200);
  return bot;
}

const refreshes = (bot: Awaited<ReturnType<typeof installed>>) =>
  calls(bot, 'oauth.v2.access').filter(({ args }) => args.grant_type === 'refresh_token');

describe.concurrent('a token that expires', () => {
  it('is left alone while it is young, and is not in the log', async () => {
    await using bot = await installed(HOURS_12);
    bot.model.respond(answers('Fine.'));
    asks(bot, 'ada', 'hi');
    await says(bot, 'Fine.');
    expect(refreshes(bot)).toEqual([]);
    expect(bot.parley.log.join('')).not.toContain('xoxe');
  });

  it('is refreshed before the next question, once, and again after a restart', async () => {
    await using bot = await installed(HOURS_12);
    const { slack, model } = bot;
    model.respond(answers('One.'), answers('Two.'), answers('Three.'), answers('Four.'));
    const thread = asks(bot, 'ada', 'first');
    await ended(bot, { thread });
    slack.expireTokens();
    asks(bot, 'ada', 'second');
    asks(bot, 'ben', 'third');
    await slack.waitFor(() => slack.botMessages('general').length === 3);
    expect(refreshes(bot)).toHaveLength(1);
    await bot.restart(() => slack.expireTokens());
    asks(bot, 'ada', 'fourth');
    await says(bot, 'Four.');
    expect(refreshes(bot)).toHaveLength(2);
    expect(refreshes(bot).every(({ ok }) => ok)).toBe(true);
    expect(bot.parley.log.join('')).not.toContain('xoxe');
  });

  it('in the middle of an answer is refreshed, and the answer goes on', async () => {
    await using bot = await installed(HOURS_12);
    const { slack, model } = bot;
    const { promise, resolve } = Promise.withResolvers<void>();
    model.respond(streams(text('It begins. '), after(promise), text('It ends.'), finish()));
    const thread = asks(bot, 'ada', 'hi');
    await says(bot, 'It begins.');
    await settle(300);
    slack.expireTokens();
    resolve();
    await says(bot, 'It begins. It ends.');
    await ended(bot, { thread });
    expect(refreshes(bot)).toHaveLength(1);
  });

  it('soon is refreshed while the old one is used, and files are fetched with what is good then', async () => {
    await using bot = await installed(3_600_000);
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(answers('One.'), answers('Two.'));
    ada.dm('first');
    await says(bot, 'One.', ada.dmChannel);
    await slack.waitFor(() => refreshes(bot).length > 0);
    slack.expireTokens();
    ada.dm('second', { files: [{ name: 'notes.txt', data: 'The code is 4711.' }] });
    await says(bot, 'Two.', ada.dmChannel);
    await settle(200);
    expect(slack.downloads.length).toBeGreaterThan(0);
    expect(prompts(bot).join()).toContain('The code is 4711.');
    expect(refreshes(bot).every(({ ok }) => ok)).toBe(true);
  });

  it('and cannot be refreshed is said so once in the log, and asked for no more than once a minute', async () => {
    await using bot = await installed(HOURS_12);
    const { slack } = bot;
    slack.expireTokens();
    for (const refresh of slack.world.refreshTokens.values()) refresh.isUsed = true;
    asks(bot, 'ada', 'first');
    asks(bot, 'ben', 'second');
    await slack.waitFor(() => refreshes(bot).length > 0);
    await settle(800);
    expect(refreshes(bot)).toHaveLength(1);
    expect(bot.parley.log.filter((line) => line.includes('does not refresh the token'))).toHaveLength(1);
  });
});
