/** A workspace that installs Parley by itself, where the operator allows others. */
import { expect, it } from 'vitest';
import { startModelServer } from '../../lab/counterparts/model-server.ts';
import { startSlack } from '../../lab/counterparts/slack/start.ts';
import { startOperated } from './operated.ts';

it('a workspace that is not allowed reads so when it installs, costs nothing, and is answered once allowed', async () => {
  const workspaces = [{ name: 'Workshop' }, { name: 'Elsewhere' }].map((one) => ({
    ...one,
    installed: false,
  }));
  await using slack = await startSlack({ workspaces, twin: false });
  await using model = await startModelServer();
  const [workshop, elsewhere] = [slack.workspace('Workshop'), slack.workspace('Elsewhere')];
  await using parley = await startOperated({
    SLACK_CLIENT_ID: slack.clientId,
    SLACK_CLIENT_SECRET: slack.clientSecret,
    SLACK_STATE_SECRET: 'state',
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: 'sk-of-the-operator',
    ALLOWED_WORKSPACES: workshop.id,
  });
  slack.settings.redirectUrls = [`${parley.url}/slack/oauth_redirect`];
  const link = `${parley.url}/slack/install`;
  expect((await workshop.user('ada').installs(link)).text).not.toContain('does not answer');
  const page = await elsewhere.user('eve').installs(link);
  expect([page.status, page.text]).toEqual([
    200,
    expect.stringContaining('does not answer in this workspace'),
  ]);
  const audit = parley.output().match(/^.*"msg":"audit".*$/gm) ?? [];
  expect(audit.map((line) => JSON.parse(line))).toMatchObject([
    { audit: 'signed in', what: 'install', tenant: `slack:${workshop.id}`, person: workshop.user('ada').id },
    { audit: 'refused', what: 'install', tenant: `slack:${elsewhere.id}`, reason: 'workspace' },
  ]);
  const ask = (place: typeof elsewhere, name: string) => {
    place.changeChannel('general', { joined: true });
    place.user(name).says('general', `${place.mention} hello?`);
  };
  ask(elsewhere, 'eve');
  const said = (place: typeof elsewhere) => place.botMessages('general').map(({ shown }) => shown);
  await expect
    .poll(() => said(elsewhere))
    .toEqual([expect.stringContaining('does not answer in this workspace')]);
  expect(model.requests).toEqual([]);
  ask(workshop, 'ada');
  await expect.poll(() => model.requests.length).toBe(1);
  expect((await parley.operate('allow', 'workspace', elsewhere.id)).code).toBe(0);
  ask(elsewhere, 'eve');
  await expect.poll(() => model.requests.length).toBe(2);
});
