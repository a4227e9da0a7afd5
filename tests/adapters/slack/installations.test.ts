/** Installing by OAuth: each workspace by its own token, sealed in the store, and gone with the app. */

import type { Installation } from '@slack/oauth';
import Keyv from 'keyv';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { type Slack, startSlack } from '../../../lab/counterparts/slack/start.ts';
import { createClients } from '../../../src/adapters/slack/api/clients.ts';
import { SCOPES } from '../../../src/adapters/slack/manifest.ts';
import { createInstallations } from '../../../src/adapters/slack/workspaces/installations.ts';
import { createInstalledPlaces } from '../../../src/adapters/slack/workspaces/installed.ts';
import { createManyWorkspaces } from '../../../src/adapters/slack/workspaces/many-workspaces.ts';
import { createOneWorkspace } from '../../../src/adapters/slack/workspaces/one-workspace.ts';
import { createOrgTeams } from '../../../src/adapters/slack/workspaces/org-teams.ts';
import { NotInstalled } from '../../../src/adapters/slack/workspaces/workspaces.ts';
import { createKeyvStore } from '../../../src/store/keyv-store.ts';
import { createSecrets } from '../../../src/store/secrets/secrets.ts';
import { createVault, parseKeyRing } from '../../../src/store/secrets/vault.ts';
import type { Store } from '../../../src/store/store.ts';
import { createAdapterState } from '../../../src/store/tables/adapter-state.ts';
import { emptyFolder } from '../../fixtures.ts';
import { type Connected, connectionTo } from './connection.ts';

const installation = (
  token: string,
  where: { team?: string; org?: string },
  rest: Partial<Installation> = {},
): Installation =>
  ({
    team: where.team === undefined ? undefined : { id: where.team, name: where.team },
    enterprise: where.org === undefined ? undefined : { id: where.org },
    isEnterpriseInstall: where.team === undefined,
    user: { id: 'UADA', token: 'xoxp-canary-of-ada', scopes: ['search:read'] },
    bot: { token, id: `B${token}`, userId: `U${token}`, scopes: ['chat:write'] },
    authVersion: 'v2',
    ...rest,
  }) as Installation;

/** As after a start: on a store that may hold something already. */
function workspacesOn(store: Store) {
  const vault = createVault(parseKeyRing(`test:${Buffer.alloc(32, 7).toString('base64')}`));
  const places = createInstalledPlaces(createAdapterState(store, 'slack'));
  const installations = createInstallations(createSecrets(store, vault), (place) => source.stored(place));
  const orgTeams = createOrgTeams(createAdapterState(store, 'slack'));
  const clients = createClients('http://127.0.0.1:1/api/', pino({ level: 'silent' }));
  const source = createManyWorkspaces({ installations, places, orgTeams, clients });
  const tokenOf = async (team: string) => (await source.of(team))?.client.token;
  const forgotten: string[] = [];
  const removed = (from: { team?: string; org?: string }, at = Math.ceil(Date.now() / 1000)) =>
    source.removed(from, at, async (team) => void forgotten.push(team));
  const event = (team: string | undefined, org?: string) =>
    source.authorize({ teamId: team, enterpriseId: org, isEnterpriseInstall: org !== undefined } as never);
  return { installations, source, tokenOf, forgotten, removed, event };
}

describe('an installation', () => {
  it('is known by its workspace alone, also after a restart, and newly made it is the new one', async () => {
    const store = createKeyvStore(new Keyv());
    const first = workspacesOn(store);
    await first.installations.storeInstallation(installation('one', { team: 'T1' }));
    await first.installations.storeInstallation(installation('two', { team: 'T2' }));
    expect([await first.tokenOf('T1'), await first.tokenOf('T2'), await first.tokenOf('T3')]).toEqual([
      'one',
      'two',
      undefined,
    ]);
    const second = workspacesOn(store);
    expect(await second.source.of('T1')).toMatchObject({ team: 'T1', botId: 'Bone', botUserId: 'Uone' });
    await second.installations.storeInstallation(installation('new', { team: 'T1' }));
    expect([await second.tokenOf('T1'), await second.tokenOf('T2')]).toEqual(['new', 'two']);
    await expect(second.event('T3')).rejects.toThrow(NotInstalled);
    expect(await second.event('T1')).toMatchObject({ teamId: 'T1', botToken: 'new' });
    expect((await second.source.all()).sort()).toEqual(['T1', 'T2']);
  });

  it('is sealed in the store, and the tokens of who installed it are not kept at all', async () => {
    const store = createKeyvStore(new Keyv());
    const { installations } = workspacesOn(store);
    await installations.storeInstallation(installation('xoxb-canary', { team: 'T1' }));
    const kept = await Promise.all((await store.keys('')).map((key) => store.read(key)));
    expect(kept.length).toBeGreaterThan(0);
    expect(JSON.stringify(kept)).not.toContain('canary');
    const read = await installations.fetchInstallation({
      teamId: 'T1',
      enterpriseId: undefined,
      isEnterpriseInstall: false,
    });
    expect(JSON.stringify(read)).toContain('xoxb-canary');
    expect(JSON.stringify(read)).not.toContain('xoxp');
  });

  it('without a bot is none', async () => {
    const { installations, tokenOf } = workspacesOn(createKeyvStore(new Keyv()));
    const { bot: _, ...without } = installation('one', { team: 'T1' });
    await expect(installations.storeInstallation(without as Installation)).rejects.toThrow();
    expect(await tokenOf('T1')).toBeUndefined();
  });

  it('that was removed takes its workspace’s data along, and no other’s', async () => {
    const { installations, source, tokenOf, removed, forgotten } = workspacesOn(createKeyvStore(new Keyv()));
    await installations.storeInstallation(installation('one', { team: 'T1' }));
    await installations.storeInstallation(installation('two', { team: 'T2' }));
    await tokenOf('T1');
    await removed({ team: 'T1' });
    expect(forgotten).toEqual(['T1']);
    expect([await tokenOf('T1'), await tokenOf('T2')]).toEqual([undefined, 'two']);
    expect(await source.all()).toEqual(['T2']);
  });

  it('made anew is not removed by what Slack still says of the one before', async () => {
    const { installations, tokenOf, removed, forgotten } = workspacesOn(createKeyvStore(new Keyv()));
    const uninstalledAt = Math.floor(Date.now() / 1000) - 60;
    await installations.storeInstallation(installation('again', { team: 'T1' }));
    await removed({ team: 'T1' }, uninstalledAt);
    expect([await tokenOf('T1'), forgotten]).toEqual(['again', []]);
  });

  it('whose data could not be removed is done when Slack says it again', async () => {
    const { installations, source } = workspacesOn(createKeyvStore(new Keyv()));
    await installations.storeInstallation(installation('one', { team: 'T1' }));
    const at = Math.ceil(Date.now() / 1000);
    const fails = () => Promise.reject(new Error('the store does not answer'));
    await expect(source.removed({ team: 'T1' }, at, fails)).rejects.toThrow();
    const forgotten: string[] = [];
    await source.removed({ team: 'T1' }, at, async (team) => void forgotten.push(team));
    expect(forgotten).toEqual(['T1']);
  });
});

describe('an installation of a whole organisation', () => {
  it('answers in each workspace of it, by calls that name the workspace, also after a restart', async () => {
    const store = createKeyvStore(new Keyv());
    const first = workspacesOn(store);
    await first.installations.storeInstallation(installation('org', { org: 'E1' }));
    expect(await first.tokenOf('T1')).toBeUndefined();
    expect(await first.event('T1', 'E1')).toMatchObject({ teamId: 'T1', botToken: 'org' });
    await expect(first.event('T9', 'E9')).rejects.toThrow(NotInstalled);
    const { source } = workspacesOn(store);
    expect(await source.all()).toEqual(['T1']);
    const workspace = await source.of('T1');
    expect(workspace).toMatchObject({ team: 'T1', client: { teamId: 'T1', token: 'org' } });
    expect(workspace?.edits).toMatchObject({ teamId: 'T1', token: 'org' });
  });

  it('stands beside that of a workspace, which keeps its own token', async () => {
    const { installations, tokenOf, event } = workspacesOn(createKeyvStore(new Keyv()));
    await installations.storeInstallation(installation('org', { org: 'E1' }));
    await installations.storeInstallation(installation('own', { team: 'T2', org: 'E1' }));
    await event('T1', 'E1');
    expect([await tokenOf('T1'), await tokenOf('T2')]).toEqual(['org', 'own']);
  });

  it('takes the data of all its workspaces along when it is removed, and of no others', async () => {
    const { installations, tokenOf, event, removed, forgotten } = workspacesOn(createKeyvStore(new Keyv()));
    await installations.storeInstallation(installation('org', { org: 'E1' }));
    await installations.storeInstallation(installation('other', { team: 'T9' }));
    for (const team of ['T1', 'T2']) await event(team, 'E1');
    await removed({ team: 'T1', org: 'E1' });
    expect(forgotten.sort()).toEqual(['T1', 'T2']);
    expect([await tokenOf('T1'), await tokenOf('T2'), await tokenOf('T9')]).toEqual([
      undefined,
      undefined,
      'other',
    ]);
  });

  it('stays when one of its workspaces goes', async () => {
    const { installations, tokenOf, event, removed, forgotten } = workspacesOn(createKeyvStore(new Keyv()));
    await installations.storeInstallation(installation('org', { org: 'E1' }));
    for (const team of ['T1', 'T2']) await event(team, 'E1');
    await removed({ team: 'T1' });
    expect([forgotten, await tokenOf('T2')]).toEqual([['T1'], 'org']);
  });
});

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

describe('the one workspace of a bot token', () => {
  it('that removes Parley is forgotten, and nothing is answered there any more', async () => {
    await using slack = await startSlack();
    const { botToken, appToken } = slack;
    await using connected = await connectionTo(slack.url, { botToken, appToken });
    await connected.connection.start();
    slack.uninstall();
    await slack.waitFor(() => slack.events.length === 2 && slack.events.every((event) => event.acknowledged));
    expect(new Set(connected.forgotten)).toEqual(new Set([`slack:${slack.id}`]));
    expect(connected.log.filter((line) => line.includes('forgot a slack workspace'))).toHaveLength(1);
    expect(await connected.connection.workspaces.of(slack.id)).toBeUndefined();
    expect(connected.connection.whyNotReady()).toMatch(/removed/);
  });

  it('is answered again once something happens there after it was removed', async () => {
    await using slack = await startSlack();
    const { id, botToken: token } = slack;
    const log = pino({ level: 'silent' });
    const orgTeams = createOrgTeams(createAdapterState(createKeyvStore(new Keyv()), 'slack'));
    const clients = createClients(slack.url, log);
    const workspaces = createOneWorkspace({ token, orgTeams, clients, log });
    await workspaces.start();
    await workspaces.removed({ team: id }, 100, async () => {});
    const hears = (event_time: number) =>
      workspaces.authorize({ teamId: id, enterpriseId: undefined, isEnterpriseInstall: false }, {
        event: {},
        event_time,
      } as never);
    await hears(100);
    expect(await workspaces.of(id)).toBeUndefined();
    await hears(101);
    expect(await workspaces.of(id)).toMatchObject({ team: id });
    expect(workspaces.whyNotReady()).toBeUndefined();
    workspaces.stop();
  });

  it('is none of another workspace', async () => {
    await using slack = await startSlack({ workspaces: [{ name: 'One' }, { name: 'Two' }] });
    const { botToken, appToken } = slack;
    await using connected = await connectionTo(slack.url, { botToken, appToken });
    await connected.connection.start();
    expect(await connected.connection.workspaces.of(slack.workspace('Two').id)).toBeUndefined();
    slack.workspace('Two').uninstall();
    await slack.waitFor(() => slack.events.length === 2 && slack.events.every((event) => event.acknowledged));
    expect(connected.forgotten).toEqual([]);
    expect((await connected.connection.workspaces.of(slack.id))?.client.token).toBe(botToken);
  });
});
