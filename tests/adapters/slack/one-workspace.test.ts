/** The one workspace of a bot token: removed, installed again, and no other. */
import Keyv from 'keyv';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { startSlack } from '../../../lab/counterparts/slack/start.ts';
import { createClients } from '../../../src/adapters/slack/api/clients.ts';
import { createOneWorkspace } from '../../../src/adapters/slack/workspaces/one-workspace.ts';
import { createOrgTeams } from '../../../src/adapters/slack/workspaces/org-teams.ts';
import { createKeyvStore } from '../../../src/store/keyv-store.ts';
import { createAdapterState } from '../../../src/store/tables/adapter-state.ts';
import { connectionTo } from './connection.ts';

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
