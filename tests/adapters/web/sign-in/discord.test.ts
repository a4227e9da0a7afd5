/** Signing in with Discord, at a counterpart that checks what it gets and lies when it is told to. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DiscordLie } from '../../../../lab/counterparts/discord/sign-in/state.ts';
import { type Discord, startDiscord } from '../../../../lab/counterparts/discord/start.ts';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { comeBack, goToService, signIn } from '../../../harness/sign-in/signing-in.ts';
import { type Parley, startParley } from '../../../harness/web.ts';

const provider = 'discord';

let discord: Discord;
let parley: Parley;
let role: string;
let other: string;

beforeAll(async () => {
  const port = await freePort();
  discord = await startDiscord({
    guilds: [{ name: 'Workshop' }, { name: 'Other' }],
    users: ['ada', 'ben', 'eve'].map((name) => ({ name })),
  });
  role = discord.addRole('crew');
  other = [...discord.world.guilds.keys()][1] ?? '';
  discord.user('ben', { roles: [role] });
  const eve = discord.user('eve').id;
  for (const guild of discord.world.guilds.values()) guild.members.delete(eve);
  discord.signIn.redirectUrls = [`http://127.0.0.1:${port}/sign-in/discord/callback`];
  parley = await startParley({
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DISCORD_API_URL: discord.url,
    DISCORD_CLIENT_ID: discord.applicationId,
    DISCORD_CLIENT_SECRET: discord.signIn.clientSecret,
    SIGN_IN_ALLOWED: `discord:${other}`,
    OPERATORS: `discord:${discord.guildId}:${role}`,
  });
});
afterAll(async () => {
  await parley?.app.stop();
  await discord?.stop();
});
beforeEach(() => {
  Object.assign(discord.signIn, { lie: undefined, person: 'ada', codeLifetime: 60_000 });
  discord.signIn.membersAsked.length = 0;
});

async function signedIn() {
  const browser = parley.browser();
  const { response } = await signIn(browser, { provider });
  expect(response.status, await response.clone().text()).toBe(303);
  return browser;
}

describe('a person of Discord', () => {
  it('comes in by a server that a rule names', async () => {
    expect(await (await parley.browser().fetch('/')).text()).toContain('Sign in with Discord');
    const browser = await signedIn();
    expect((await browser.fetch('/')).status).toBe(200);
  });

  it('has the same conversations on another device, and nobody else has them', async () => {
    const conversation = await (await signedIn()).newConversation();
    expect((await (await signedIn()).state()).conversations.map(({ id }) => id)).toEqual([conversation]);
    discord.signIn.person = 'ben';
    expect((await (await signedIn()).fetch(`/api/conversations/${conversation}`)).status).toBe(404);
  });

  it('comes in by a role, and roles are read only of servers whose roles a rule names', async () => {
    const ben = discord.user('ben').id;
    discord.world.guilds.get(other)?.members.delete(ben);
    discord.signIn.person = 'ben';
    await signedIn();
    expect(discord.signIn.membersAsked).toEqual([discord.guildId]);
  });

  it('in no server that a rule names does not come in', async () => {
    discord.signIn.person = 'eve';
    const { response } = await signIn(parley.browser(), { provider });
    expect(response.status).toBe(403);
    expect(discord.signIn.membersAsked).toEqual([]);
  });

  it('who says no reads that', async () => {
    discord.signIn.person = null;
    const { response } = await signIn(parley.browser(), { provider });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('You didn’t sign in with Discord');
  });

  it('leaves no token behind, whether they may come in or not', async () => {
    await signedIn();
    discord.signIn.person = 'eve';
    await signIn(parley.browser(), { provider });
    expect(discord.signIn.tokens.size).toBe(0);
    const log = parley.log.join('');
    for (const secret of [...discord.signIn.revoked, discord.signIn.clientSecret])
      expect(log).not.toContain(secret);
  });
});

describe('a sign-in is refused', () => {
  it.each<[string, DiscordLie]>([
    ['gives fewer scopes than were asked for', 'scopes'],
    ['gives no token', 'no-token'],
    ['gives a token of another kind', 'token-type'],
    ['does not say who it is', 'no-id'],
    ['tells of the roles of somebody else', 'other-member'],
  ])('where Discord %s', async (_, lie) => {
    discord.signIn.lie = lie;
    const browser = parley.browser();
    const { response } = await signIn(browser, { provider });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('That didn’t work with Discord');
    expect((await browser.fetch('/api/state')).status).toBe(401);
  });

  it('whose code has expired', async () => {
    discord.signIn.codeLifetime = -1;
    expect((await signIn(parley.browser(), { provider })).response.status).toBe(400);
  });

  it('whose code belongs to the login of somebody else', async () => {
    const theirs = new URL(await goToService(parley.browser(), { provider }));
    const browser = parley.browser();
    const own = new URL(await goToService(browser, { provider }));
    own.searchParams.set('code', theirs.searchParams.get('code') ?? '');
    expect((await comeBack(browser, own.href)).status).toBe(400);
  });

  it.each([
    ['without a state', (url: URL) => url.searchParams.delete('state')],
    ['with the state of nobody', (url: URL) => url.searchParams.set('state', 'a'.repeat(43))],
    ['at the way back of another service', (url: URL) => (url.pathname = '/sign-in/slack/callback')],
  ])('that comes back %s', async (_, change) => {
    const browser = parley.browser();
    const url = new URL(await goToService(browser, { provider }));
    change(url);
    await comeBack(browser, url.href);
    expect((await browser.fetch('/api/state')).status).toBe(401);
  });

  it('that another browser began, or that ends twice', async () => {
    const browser = parley.browser();
    const callback = await goToService(browser, { provider });
    expect((await comeBack(parley.browser(), callback)).status).toBe(400);
    expect((await comeBack(browser, callback)).status).toBe(303);
    expect((await comeBack(browser, callback)).status).toBe(400);
  });
});
