/** Installations by OAuth: each workspace has its own token, sealed in the store, and gone with the app. */
import type { Installation } from '@slack/oauth';
import Keyv from 'keyv';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createClients } from '../../../src/adapters/slack/api/clients.ts';
import { createInstallations } from '../../../src/adapters/slack/workspaces/installations.ts';
import { createInstalledPlaces } from '../../../src/adapters/slack/workspaces/installed.ts';
import { createManyWorkspaces } from '../../../src/adapters/slack/workspaces/many-workspaces.ts';
import { createOrgTeams } from '../../../src/adapters/slack/workspaces/org-teams.ts';
import { NotInstalled } from '../../../src/adapters/slack/workspaces/workspaces.ts';
import { createKeyvStore } from '../../../src/store/keyv-store.ts';
import { createSecrets } from '../../../src/store/secrets/secrets.ts';
import { createVault, parseKeyRing } from '../../../src/store/secrets/vault.ts';
import type { Store } from '../../../src/store/store.ts';
import { createAdapterState } from '../../../src/store/tables/adapter-state.ts';

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
