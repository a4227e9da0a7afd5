/** Sign in with Slack, at a counterpart that checks what it gets and lies when it is told to. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import type { SlackLie } from '../../../../lab/counterparts/slack/sign-in/state.ts';
import { type Slack, startSlack } from '../../../../lab/counterparts/slack/start.ts';
import { comeBack, goToService, signIn } from '../../../harness/sign-in/signing-in.ts';
import { type Parley, startParley } from '../../../harness/web.ts';

const provider = 'slack';
const REFUSED = 'That didn’t work with Slack';

let slack: Slack;
let parley: Parley;

beforeAll(async () => {
  const port = await freePort();
  slack = await startSlack({ workspaces: [{ name: 'Workshop' }, { name: 'Elsewhere' }] });
  slack.settings.redirectUrls = [`http://127.0.0.1:${port}/sign-in/slack/callback`];
  parley = await startParley({
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    SLACK_API_URL: slack.url,
    SLACK_CLIENT_ID: slack.clientId,
    SLACK_CLIENT_SECRET: slack.clientSecret,
    SIGN_IN_ALLOWED: `slack:${slack.id}, @guests.example`,
  });
});
afterAll(async () => {
  await parley?.app.stop();
  await slack?.stop();
});
beforeEach(() => {
  slack.signIn.lie = undefined;
  slack.signIn.person = slack.user('ada').id;
  slack.signIn.codeLifetime = 600_000;
});

async function signedIn() {
  const browser = parley.browser();
  const { response } = await signIn(browser, { provider });
  expect(response.status, await response.clone().text()).toBe(303);
  return browser;
}

describe('a person of Slack', () => {
  it('comes in by the workspace that a rule names', async () => {
    expect(await (await parley.browser().fetch('/')).text()).toContain('Sign in with Slack');
    const browser = await signedIn();
    expect((await browser.fetch('/')).status).toBe(200);
    expect((await browser.state()).conversations).toEqual([]);
  });

  it('has the same conversations on another device, and nobody else has them', async () => {
    const conversation = await (await signedIn()).newConversation();
    const second = await signedIn();
    expect((await second.state()).conversations.map(({ id }) => id)).toEqual([conversation]);
    slack.signIn.person = slack.user('bob').id;
    const other = await signedIn();
    expect((await other.fetch(`/api/conversations/${conversation}`)).status).toBe(404);
  });

  it('of another workspace does not come in, except by a verified address', async () => {
    const eve = slack.workspace('Elsewhere').user('eve').id;
    slack.signIn.person = eve;
    expect((await signIn(parley.browser(), { provider })).response.status).toBe(403);
    slack.signIn.addresses.set(eve, { email: 'eve@guests.example', isVerified: false });
    expect((await signIn(parley.browser(), { provider })).response.status).toBe(403);
    slack.signIn.addresses.set(eve, { email: 'eve@guests.example', isVerified: true });
    expect((await signIn(parley.browser(), { provider })).response.status).toBe(303);
  });

  it('who says no reads that, and may try again', async () => {
    slack.signIn.person = null;
    const { response } = await signIn(parley.browser(), { provider });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('You didn’t sign in with Slack');
  });
});

describe('a sign-in is refused', () => {
  it.each<[string, SlackLie]>([
    ['of another issuer', 'issuer'],
    ['for another client', 'audience'],
    ['of another login', 'nonce'],
    ['without its nonce', 'no-nonce'],
    ['that has expired', 'expired'],
    ['beside another access token', 'at-hash'],
    ['that somebody else signed', 'signature'],
    ['that nobody signed', 'unsigned'],
    ['without a workspace', 'no-team'],
  ])('with an ID token %s', async (_, lie) => {
    slack.signIn.lie = lie;
    await expectRefusal();
  });

  it.each<[string, SlackLie]>([
    ['Slack gives no ID token', 'no-id-token'],
    ['Slack tells of two people', 'other-person'],
  ])('where %s', async (_, lie) => {
    slack.signIn.lie = lie;
    await expectRefusal();
  });

  it('whose token Slack has revoked', async () => {
    slack.faults.next('openid.connect.userInfo', 'token_revoked');
    await expectRefusal();
  });

  it('whose code has expired, or was used before', async () => {
    slack.signIn.codeLifetime = -1;
    await expectRefusal();
    slack.signIn.codeLifetime = 600_000;
    const browser = parley.browser();
    const callback = await goToService(browser, { provider });
    for (const grant of slack.signIn.grants.values()) grant.isUsed = true;
    expect((await comeBack(browser, callback)).status).toBe(400);
  });

  it('whose code belongs to the login of somebody else', async () => {
    const theirs = new URL(await goToService(parley.browser(), { provider }));
    const browser = parley.browser();
    const own = new URL(await goToService(browser, { provider }));
    own.searchParams.set('code', theirs.searchParams.get('code') ?? '');
    expect((await comeBack(browser, own.href)).status).toBe(400);
  });

  it('that another browser began, or that ends twice', async () => {
    const browser = parley.browser();
    const callback = await goToService(browser, { provider });
    expect((await comeBack(parley.browser(), callback)).status).toBe(400);
    expect((await comeBack(browser, callback)).status).toBe(303);
    expect((await comeBack(browser, callback)).status).toBe(400);
  });

  async function expectRefusal(): Promise<void> {
    const browser = parley.browser();
    const { response } = await signIn(browser, { provider });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(REFUSED);
    expect((await browser.fetch('/api/state')).status).toBe(401);
  }
});

describe('a Slack that is away', () => {
  it.each(['status500', 'page502', 'ratelimited', 'reset', 'internal_error'])(
    'by %s is told as that',
    async (fault) => {
      slack.faults.next('openid.connect.token', fault);
      const { response } = await signIn(parley.browser(), { provider });
      expect(response.status).toBe(502);
      expect(await response.text()).toContain('can’t reach Slack right now');
    },
  );
});

describe('what Slack gave', () => {
  it('is neither in the log nor in the answer', async () => {
    const browser = parley.browser();
    const { callback, response } = await signIn(browser, { provider });
    const secrets = [
      ...slack.signIn.tokens.keys(),
      slack.clientSecret,
      new URL(callback).searchParams.get('code') ?? '',
    ];
    const said = parley.log.join('') + (await response.text());
    for (const secret of secrets) expect(said).not.toContain(secret);
  });
});
