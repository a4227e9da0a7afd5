/** The app is installed on the counterpart of Slack by OAuth. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';
import { expect, test } from 'vitest';
import { bolt, call, keyModal, silent, start } from './client.ts';

test('the app is installed into two workspaces by OAuth, and removed from one', async () => {
  await using slack = await start({
    workspaces: [
      { name: 'One', installed: false },
      { name: 'Two', installed: false, enterpriseId: 'E1' },
    ],
  });
  const tokens = new Map<string, string>();
  const uninstalled: string[] = [];
  const app = new App({
    receiver: new HTTPReceiver({
      signingSecret: slack.signingSecret,
      clientId: slack.clientId,
      clientSecret: slack.clientSecret,
      stateSecret: 'state',
      scopes: ['chat:write'],
      redirectUri: 'http://127.0.0.1/slack/oauth_redirect',
      logger: silent,
      installerOptions: {
        redirectUriPath: '/slack/oauth_redirect',
        clientOptions: { slackApiUrl: slack.url },
        authorizationUrl: slack.authorizeUrl,
      },
      installationStore: {
        async storeInstallation({ team, bot }) {
          tokens.set(team?.id ?? '', bot?.token ?? '');
        },
        async fetchInstallation({ teamId = '' }) {
          const token = tokens.get(teamId);
          if (!token) throw new Error('not installed');
          return {
            team: { id: teamId },
            enterprise: undefined,
            user: { id: 'U', token: undefined, scopes: undefined },
            bot: { token, id: 'B', userId: 'U', scopes: [] },
          };
        },
      },
    }),
    clientOptions: { slackApiUrl: slack.url },
    logger: silent,
  });
  app.event('app_uninstalled', async ({ body }) => void uninstalled.push(body.team_id));
  app.message(async ({ say }) => void (await say('here')));
  const server = (await app.start(0)) as Server;
  try {
    const { port } = server.address() as AddressInfo;
    slack.redirectTo(`http://127.0.0.1:${port}`);
    await slack.setRequestUrl(`http://127.0.0.1:${port}/slack/events`);
    const link = `http://127.0.0.1:${port}/slack/install`;
    const [one, two] = [slack.workspace('One'), slack.workspace('Two')];
    const declined = await one.user('ada', { isAdmin: true }).installs(link, { cancel: true });
    expect(declined.status).toBe(500);
    const forged = await one.user('ada').installs(link, { state: 'forged' });
    expect(forged.status).toBe(400);
    expect(tokens.size).toBe(0);
    expect((await one.user('ada').installs(link)).status).toBe(200);
    expect((await two.user('bea').installs(link)).status).toBe(200);
    expect([...tokens]).toEqual([
      [one.id, one.botToken],
      [two.id, two.botToken],
    ]);
    expect(one.botToken).not.toBe(two.botToken);
    const ts = one.user('ada').dm('hello');
    await slack.waitFor(() => one.botMessages(one.user('ada').dmChannel)[0]);
    expect(slack.requests.at(-1)).toMatchObject({ method: 'chat.postMessage', workspaceId: one.id });
    expect(two.botMessages(two.user('bea').dmChannel)).toEqual([]);
    expect(ts).toMatch(/^\d{10}\.\d{6}$/);
    const token = one.botToken;
    one.uninstall();
    await slack.waitFor(() => uninstalled.length === 1);
    expect(uninstalled).toEqual([one.id]);
    expect(await call(slack, 'auth.test', {}, token)).toMatchObject({ error: 'account_inactive' });
    const code = await call(slack, 'oauth.v2.access', {
      client_id: slack.clientId,
      client_secret: slack.clientSecret,
      code: 'x',
    });
    expect(code).toMatchObject({ error: 'invalid_code' });
  } finally {
    await app.stop();
  }
});

test('an app of a whole organisation has one token, and says which workspace it means', async () => {
  await using slack = await start({
    workspaces: [
      { name: 'One', enterpriseId: 'E1', installed: 'org' },
      { name: 'Two', enterpriseId: 'E1', installed: false },
      { name: 'Elsewhere' },
    ],
  });
  const two = slack.workspace('Two');
  expect(two).toMatchObject({ botToken: slack.botToken, botUserId: slack.botUserId });
  expect(slack.workspace('Elsewhere').botToken).not.toBe(slack.botToken);
  const who = await call(slack, 'auth.test', {});
  expect(who).toMatchObject({ is_enterprise_install: true, enterprise_id: 'E1', team_id: 'E1' });
  expect(await call(slack, 'users.list', {})).toMatchObject({ error: 'missing_argument' });
  expect(await call(slack, 'users.list', { team_id: two.id })).toMatchObject({ ok: true });
  expect(await call(slack, 'users.list', { team_id: slack.workspace('Elsewhere').id })).toMatchObject({
    error: 'team_not_found',
  });
  await using app = await bolt(slack, {
    listen(one) {
      one.event('app_mention', async ({ event, client }) => {
        await client.chat.postMessage({ channel: event.channel, text: 'Hi' });
      });
      one.command('/parley', async ({ ack, body, client }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: keyModal() });
      });
      one.view('key', async ({ ack }) => ack());
    },
  });
  const ada = two.user('ada');
  ada.says('general', `${two.mention} hello`);
  await slack.waitFor(() => two.botMessages('general')[0]);
  expect(app.of('app_mention')[0]?.body).toMatchObject({
    team_id: two.id,
    enterprise_id: 'E1',
    authorizations: [{ enterprise_id: 'E1', team_id: two.id, is_enterprise_install: true }],
  });
  const modal = await (await ada.runs('/parley')).opened();
  await ada.submits(modal, { input: 'x' });
  expect(app.of('view_submission')[0]?.body).toMatchObject({
    team: null,
    is_enterprise_install: true,
    enterprise: { id: 'E1' },
    user: { team_id: two.id },
  });
  two.uninstall();
  await slack.waitFor(() => app.of('app_uninstalled').length === 1);
  expect(slack.botToken).toBe('');
});
