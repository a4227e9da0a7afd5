/** Installing by OAuth from the browser: each workspace gets its own token, and uninstalling ends it. */
import { describe, expect, it } from 'vitest';
import { type Slack, startSlack } from '../../../lab/counterparts/slack/start.ts';
import { SCOPES } from '../../../src/adapters/slack/manifest.ts';
import { emptyFolder } from '../../fixtures.ts';
import { type Connected, connectionTo } from './connection.ts';

/** Two workspaces that have not installed Parley yet. */
const twoWorkspaces = () =>
  startSlack({
    workspaces: [
      { name: 'One', installed: false },
      { name: 'Two', installed: false },
    ],
    settings: { retryDelays: [0, 50, 50], ackWindow: 500 },
  });

/** A Parley that can be installed in these. */
async function installable(
  way: 'HTTP' | 'Socket Mode',
  { slack: given, folder }: { slack?: Slack; folder?: string } = {},
) {
  const at = given ?? (await twoWorkspaces());
  const { clientId, clientSecret, signingSecret, appToken } = at;
  const oauth = { clientId, clientSecret, stateSecret: 'canary-of-the-state' };
  const connected = await connectionTo(
    at.url,
    { oauth, ...(way === 'HTTP' ? { signingSecret } : { appToken }) },
    folder,
  );
  at.settings.redirectUrls = [`${connected.url}/slack/oauth_redirect`];
  const heard: string[] = [];
  connected.connection.app.message(async ({ message, context }) => {
    const workspace = await connected.connection.workspaces.of(context.teamId ?? '');
    await workspace?.client.chat.postMessage({ channel: message.channel, text: 'an answer' });
    heard.push(`${context.teamId} ${'text' in message ? message.text : ''}`);
  });
  await connected.connection.start();
  if (way === 'HTTP') await at.setRequestUrl(`${connected.url}/slack/events`);
  return {
    slack: at,
    connected,
    heard,
    install: (name: string, options = {}) =>
      at.workspace(name).user('ada').installs(`${connected.url}/slack/install`, options),
    async [Symbol.asyncDispose]() {
      await connected[Symbol.asyncDispose]();
      if (!given) await at.stop();
    },
  };
}

const tokensOf = async ({ connection }: Connected, slack: Slack) =>
  Promise.all(
    ['One', 'Two'].map(
      async (name) => (await connection.workspaces.of(slack.workspace(name).id))?.client.token,
    ),
  );

describe.each(['HTTP', 'Socket Mode'] as const)('installing from the browser, by %s', (way) => {
  it('into two workspaces gives each its own token, and uninstalling one ends that one alone', async () => {
    await using it = await installable(way);
    const { slack, connected } = it;
    const [one, two] = [slack.workspace('One'), slack.workspace('Two')];
    for (const name of ['One', 'Two']) expect((await it.install(name)).status).toBe(200);
    expect(await tokensOf(connected, slack)).toEqual([one.botToken, two.botToken]);

    one.user('ada').dm('hello from one');
    two.user('bob').dm('hello from two');
    await slack.waitFor(() => it.heard.length === 2);
    expect(it.heard.sort()).toEqual([`${one.id} hello from one`, `${two.id} hello from two`].sort());
    for (const workspace of [one, two]) {
      const [person] = [workspace.user(workspace === one ? 'ada' : 'bob')];
      await slack.waitFor(() =>
        workspace.botMessages(person.dmChannel).some(({ shown }) => shown === 'an answer'),
      );
    }

    connected.failForgetting(1);
    one.uninstall();
    await slack.waitFor(() => slack.events.every(({ acknowledged }) => acknowledged));
    expect(new Set(connected.forgotten)).toEqual(new Set([`slack:${one.id}`]));
    expect(await tokensOf(connected, slack)).toEqual([undefined, two.botToken]);
    two.user('bob').dm('still there?');
    await slack.waitFor(() => it.heard.includes(`${two.id} still there?`));
  });

  it('is known after a restart', async () => {
    const folder = await emptyFolder();
    await using slack = await twoWorkspaces();
    {
      await using first = await installable(way, { slack, folder });
      await first.install('One');
    }
    await using second = await installable(way, { slack, folder });
    expect(await tokensOf(second.connected, slack)).toEqual([slack.workspace('One').botToken, undefined]);
  });
});

describe('the way through the browser', () => {
  it('leads to Slack with the scopes, the state and the address to come back to', async () => {
    await using slack = await startSlack();
    const oauth = { clientId: slack.clientId, clientSecret: 'secret-canary', stateSecret: 'state-canary' };
    await using connected = await connectionTo('https://slack.com/api/', {
      oauth,
      signingSecret: 'x',
      publicUrl: 'https://parley.example/',
    });
    const response = await fetch(`${connected.url}/slack/install`, { redirect: 'manual' });
    const to = new URL(response.headers.get('location') ?? '');
    expect([response.status, to.origin + to.pathname]).toEqual([302, 'https://slack.com/oauth/v2/authorize']);
    const query = Object.fromEntries(to.searchParams);
    expect(query).toMatchObject({
      client_id: slack.clientId,
      redirect_uri: 'https://parley.example/slack/oauth_redirect',
      scope: SCOPES.join(','),
    });
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toContain(query.state);
    expect(cookie).toMatch(/HttpOnly/);
    expect(to.href + cookie + connected.log.join()).not.toContain('canary');
  });

  it.each([
    ['with another state', { state: 'forged' }, 400, /not of an installation/],
    ['in another browser', { withoutCookies: true }, 400, /not of an installation/],
    ['after saying no', { cancel: true }, 200, /cancelled/],
  ])('that ends %s installs nothing, and says so', async (_, options, status, says) => {
    await using it = await installable('HTTP');
    expect(await it.install('One', options)).toMatchObject({ status, text: expect.stringMatching(says) });
    expect(await tokensOf(it.connected, it.slack)).toEqual([undefined, undefined]);
    expect(it.slack.requests.filter(({ method }) => method === 'oauth.v2.access')).toEqual([]);
  });

  it('that Slack refuses installs nothing, and says so', async () => {
    await using it = await installable('HTTP');
    it.slack.faults.next('oauth.v2.access', 'invalid_code');
    expect(await it.install('One')).toMatchObject({
      status: 500,
      text: expect.stringMatching(/did not succeed/),
    });
    expect(it.connected.log.join()).toContain('invalid_code');
    expect(await tokensOf(it.connected, it.slack)).toEqual([undefined, undefined]);
  });

  it('leaves no token and no secret in the log or in the files of the store', async () => {
    await using it = await installable('HTTP');
    await it.install('One');
    it.slack.workspace('One').user('ada').dm('canary of ada');
    await it.slack.waitFor(() => it.heard.length === 1);
    const left = it.connected.log.join() + (await it.connected.stored());
    expect(left).toContain(it.slack.workspace('One').id);
    const { clientSecret, signingSecret } = it.slack;
    for (const secret of [
      it.slack.workspace('One').botToken,
      clientSecret,
      signingSecret,
      'canary',
      'xoxb',
    ]) {
      expect(left).not.toContain(secret);
    }
  });
});
