/** The settings of signing in with Slack and Discord, and what the operator hears of them. */
import { describe, expect, it } from 'vitest';
import { slackTokensOf } from '../../../../src/adapters/slack/config.ts';
import { checkWeb } from '../../../../src/adapters/web/doctor.ts';
import { serviceNames } from '../../../../src/adapters/web/server/sign-in/settings.ts';
import { readConfig } from '../../../../src/config.ts';

const PUBLIC_URL = 'https://parley.example.com';
const CLIENT = { SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'secret' };
const BOT = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
const INSTALLABLE = { ...CLIENT, SLACK_STATE_SECRET: 'state', SLACK_APP_TOKEN: 'xapp-1' };
const DISCORD = { DISCORD_CLIENT_ID: '123', DISCORD_CLIENT_SECRET: 'secret' };

describe('the ways to sign in', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['a bot token and a client of Slack', { ...BOT, ...CLIENT }, ['Slack']],
    ['a client of Slack alone', CLIENT, ['Slack']],
    ['a client of Discord', DISCORD, ['Discord']],
    ['both', { ...CLIENT, ...DISCORD }, ['Slack', 'Discord']],
    ['an app for many workspaces, and no rule', INSTALLABLE, []],
    ['an app for many workspaces, and a rule', { ...INSTALLABLE, OPERATORS: '@example.com' }, ['Slack']],
  ])('with %s', (_, env, names) => {
    expect(serviceNames(readConfig({ PUBLIC_URL, ...env }))).toEqual(names);
    expect(serviceNames(readConfig(env))).toEqual([]);
  });

  it('leave the bot of one workspace as it is', () => {
    expect(slackTokensOf(readConfig({ ...BOT, ...CLIENT }))).toMatchObject({
      botToken: 'xoxb-1',
      oauth: undefined,
    });
    expect(slackTokensOf(readConfig(CLIENT))).toBeUndefined();
  });

  it.each([
    [{ ...BOT, SLACK_CLIENT_ID: '1.2' }, 'SLACK_CLIENT_SECRET is missing beside SLACK_CLIENT_ID'],
    [{ DISCORD_CLIENT_ID: '123' }, 'DISCORD_CLIENT_SECRET is missing'],
    [{ ...DISCORD, DISCORD_CLIENT_ID: 'parley' }, 'DISCORD_CLIENT_ID must be the client id'],
  ])('are not half set', (env, problem) => {
    expect(() => readConfig(env)).toThrow(problem);
  });

  it('have redirect addresses that doctor names', async () => {
    const config = readConfig({ PUBLIC_URL, ...CLIENT, ...DISCORD });
    const said = (await checkWeb(config, { isOpenTo: () => false })).map(({ says }) => says).join('\n');
    expect(said).toContain('https://parley.example.com/sign-in/slack/callback');
    expect(said).toContain('https://parley.example.com/sign-in/discord/callback');
  });
});
