/**
 * Makes the fixture: `node tests/store/of-0.1.0/make.ts <older> <last> sqlite|postgres`, where `older` and `last` are
 * clones of Parley at e1013e0 and 3f33cdf with their packages installed. Both call themselves 0.1.0; e1013e0 is the last
 * with the keys and sessions of before, which are read on. The files here were made so.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Discord, startDiscord } from '../../../lab/counterparts/discord/start.ts';
import type { ModelServer } from '../../../lab/counterparts/model-server.ts';
import { startPostgres, type TestPostgres } from '../../../lab/counterparts/postgres.ts';
import { type Slack, startSlack } from '../../../lab/counterparts/slack/start.ts';
import { waitFor } from '../../../lab/counterparts/wait-for.ts';
import { sets, setsKey } from '../../adapters/discord/said.ts';
import { sets as setsOnSlack } from '../../adapters/slack/said.ts';
import { type Browser, browserOf } from '../../harness/web.ts';
import { keepAround, keepPostgres, keepSqlite } from './kept.ts';
import { type Started, startVersion } from './process.ts';
import {
  answerTo,
  beginningOf,
  DRAFT_FILE,
  environment,
  FILE,
  KEYS,
  ORG,
  OWN_BASE_URL,
  PERSONAS,
  startModel,
  WEB_TOKEN,
} from './story.ts';

const [older = '', last = '', database = ''] = process.argv.slice(2);
if (database !== 'sqlite' && database !== 'postgres') throw new Error('which database?');

/** Longer than a draft's text may be old, and than a record is written behind what it tells of. */
const WRITTEN_MS = 1_500;
/** As long as Slack's rotated tokens live. */
const TOKEN_MS = 12 * 3_600_000;

const ids: Record<string, string> = {};

interface Stage {
  discord: Discord;
  slack: Slack;
  model: ModelServer;
  parley: Started;
}

const inDiscord = (discord: Discord, channel: string, content: string) =>
  waitFor(() => discord.botMessages(channel).find((one) => one.content.includes(content)), {
    what: () =>
      `"${content}" among ${JSON.stringify(discord.botMessages(channel).map((one) => one.content))}`,
  });

const inSlack = (place: Pick<Slack, 'botMessages'>, channel: string, shown: string) =>
  waitFor(() => place.botMessages(channel).find((one) => one.shown.includes(shown)), {
    what: () => `"${shown}" among ${JSON.stringify(place.botMessages(channel).map((one) => one.shown))}`,
  });

async function upload(browser: Browser, conversation: string, file: typeof FILE): Promise<string> {
  const path = `/api/conversations/${conversation}/attachments?name=${file.name}`;
  const sent = await browser.fetch(path, {
    method: 'POST',
    body: file.text,
    headers: { 'content-type': 'text/plain' },
  });
  return ((await sent.json()) as { id: string }).id;
}

async function asksOnPage(browser: Browser, name: string, token: string, attachments: string[] = []) {
  const id = await browser.newConversation();
  ids[name] = id;
  const turn = await browser.send(id, `What of ${token}?`, { attachments });
  await browser.follow(id, turn.id);
  return id;
}

/** The older version leaves a conversation on Discord, and two browsers with one each. */
async function before({ discord, parley }: Stage): Promise<{ returned: Browser; away: Browser }> {
  const general = discord.channel('general');
  discord.user('ada').says(general, `<@${discord.botId}> what of d-old?`, {
    attachments: [{ name: FILE.name, data: FILE.text }],
  });
  ids['d-old'] = (await inDiscord(discord, general, answerTo('d-old'))).id;
  const [returned, away] = [browserOf(parley.url), browserOf(parley.url)];
  for (const [name, browser] of Object.entries({ returned, away })) {
    const id = await browser.newConversation();
    ids[name] = id;
    const turn = await browser.send(id, `What of p-${name}?`, {
      attachments: [await upload(browser, id, FILE)],
    });
    await browser.follow(id, turn.id);
  }
  await sleep(WRITTEN_MS);
  return { returned, away };
}

async function onDiscord({ discord, parley }: Stage): Promise<void> {
  const { botId } = discord;
  const mention = `<@${botId}>`;
  const [general, random] = [discord.channel('general'), discord.channel('random')];
  const root = discord.user('root', { permissions: 'admin' });
  const [ada, ben] = [discord.user('ada'), discord.user('ben')];
  const asks = async (token: string, channel: string, person = ada) => {
    ids[`ask ${token}`] = person.says(channel, `${mention} what of ${token}?`);
    ids[token] = (await inDiscord(discord, channel, answerTo(token))).id;
  };
  const persona = async (text: string, channel = general) =>
    (await root.submits(await root.runs('persona', {}, channel), { persona: text })).message();
  await persona(PERSONAS.discord);
  await sets(root, 'historyDays', '3650');
  await setsKey(root, KEYS.discord);
  await asks('d-general', general);
  await asks('d-file', random);
  const thread = ada.startsThread(general, 'tides');
  ids.thread = thread;
  await asks('d-thread', thread);
  ada.dm('what of d-dm?');
  await inDiscord(discord, ada.dmChannel, answerTo('d-dm'));
  await (await ada.runs('ask', { prompt: 'what of d-command?', private: false })).message();
  await inDiscord(discord, general, answerTo('d-command'));
  await asks('d-forgotten', random, ben);
  await (await ben.runs('forget', {}, random)).message();

  ids.luna = ada.says(general, `${mention} what of d-luna?`);
  discord.user('luna').says(general, `${mention} what of d-luna?`, { webhook: true });
  await sleep(200);
  ada.deletes(ids.luna);
  await inDiscord(discord, general, answerTo('d-luna'));

  ids.gone = discord.addGuild({ name: 'Gone', channels: ['pier'] });
  const pier = discord.channel('pier', ids.gone);
  discord.user('root', { permissions: 'admin' });
  await persona('A persona that goes.', pier);
  discord.removeGuild(ids.gone);

  ids.blocked = discord.addGuild({ name: 'Blocked', channels: ['lobby'] });
  await parley.operate('block', 'server', ids.blocked);
  const lobby = discord.channel('lobby', ids.blocked);
  discord.user('eve').says(lobby, `${mention} what of d-blocked?`);
  await inDiscord(discord, lobby, 'does not answer');
}

async function onSlack({ slack, parley }: Stage): Promise<void> {
  slack.settings.redirectUrls = [`${parley.url}/slack/oauth_redirect`];
  const link = `${parley.url}/slack/install`;
  const annex = slack.workspace('Annex');
  const root = slack.user('root', { isAdmin: true });
  await root.installs(link);
  await annex.user('olga', { isAdmin: true }).installs(link, { orgWide: true });
  await inSlack(slack, root.dmChannel, 'Parley');

  await setsOnSlack({ slack }, 'temperature', '0.5');
  for (const [command, field, value] of [
    ['persona', 'persona', PERSONAS.slack],
    ['key set', 'key', KEYS.slack],
  ] as const) {
    const asked = await root.runs('/parley', command);
    const saved = await root.submits(await asked.opened(), { [field]: value });
    await waitFor(() => saved.acknowledged, { what: `${command} to be taken` });
  }

  const ada = slack.user('ada');
  const asks = async (token: string, place: Slack | typeof annex, person = ada, threadTs?: string) => {
    const mention = threadTs === undefined ? `${place.mention} ` : '';
    const ts = person.says('general', `${mention}what of ${token}?`, threadTs ? { threadTs } : {});
    ids[`ask ${token}`] = ts;
    ids[token] = (await inSlack(place, 'general', answerTo(token))).ts;
    return ts;
  };
  const thread = await asks('s-thread', slack);
  await asks('s-follow', slack, ada, thread);
  await asks('s-org', annex, annex.user('otto'));
  ada.dm('what of s-dm?');
  await inSlack(slack, ada.dmChannel, answerTo('s-dm'));
  const ben = slack.user('ben');
  ben.dm('what of s-assistant?', { more: { app_context: { entities: [] } } });
  ids['s-assistant'] = (await inSlack(slack, ben.dmChannel, answerTo('s-assistant'))).ts;
  await ben.runs('/parley', 'ask private what of s-private?');
  await inSlack(slack, ben.dmChannel, answerTo('s-private'));

  const eve = slack.user('eve');
  await parley.operate('block', 'person', `slack:${slack.id}:${eve.id}`);
  eve.says('general', `${slack.mention} what of s-blocked?`);
  await waitFor(() => slack.ephemeral(eve.id).length > 0, { what: 'the refusal' });
}

/** @returns the browser of today, which has named the access token */
async function onPage({ parley }: Stage, returned: Browser): Promise<Browser> {
  // Comes back with the cookie of the older version.
  await returned.at(parley.url).state();
  const today = browserOf(parley.url);
  await today.state();
  const change = (path: string, method: string, json: unknown) => today.fetch(path, { method, json });
  await asksOnPage(today, 'plain', 'p-plain');
  const renamed = await asksOnPage(today, 'renamed', 'p-renamed');
  await change(`/api/conversations/${renamed}`, 'PATCH', { title: 'Clocks' });
  await change('/api/settings', 'PATCH', { persona: PERSONAS.page, baseUrl: OWN_BASE_URL });
  const key = await change('/api/settings/key', 'PUT', { key: KEYS.page });
  if (!key.ok) throw new Error(await key.text());
  const withFile = await today.newConversation();
  ids['with file'] = withFile;
  ids.file = await upload(today, withFile, FILE);
  const turn = await today.send(withFile, 'What of p-file?', { attachments: [ids.file] });
  await today.follow(withFile, turn.id);
  await today.fetch(`/api/conversations/${withFile}/turns/${turn.id}/retry`, { method: 'POST' });
  await today.follow(withFile, turn.id);
  ids.draft = await upload(today, withFile, DRAFT_FILE);

  // Somebody reaches it through a proxy: the page closes, and this browser names the token.
  await fetch(`${parley.url}/`, { headers: { 'x-forwarded-for': '192.0.2.1' } });
  await today.fetch(`/access?token=${WEB_TOKEN}`);
  await today.fetch('/access', {
    method: 'POST',
    body: new URLSearchParams({ token: WEB_TOKEN }),
    headers: { origin: parley.url },
  });
  await today.state();
  return today;
}

/** Asks what is never answered to its end, and something behind some of it. */
async function cut({ discord, slack, model }: Stage, today: Browser): Promise<void> {
  const mention = `<@${discord.botId}>`;
  const ada = discord.user('ada');
  const general = discord.channel('general');
  ada.says(general, `${mention} what of d-cut-general?`);
  ada.says(general, `${mention} what of d-behind-general?`);
  ada.says(ids.thread ?? '', `${mention} what of d-cut-thread?`);
  ada.dm('what of d-cut-dm?');
  discord.user('ben').says(discord.channel('random'), `${mention} what of d-cut-random?`);
  const onSlack = slack.user('ada');
  onSlack.says('general', 'what of s-cut-thread?', { threadTs: ids['ask s-thread'] ?? '' });
  await inSlack(slack, 'general', beginningOf('s-cut-thread'));
  onSlack.says('general', 'what of s-behind-thread?', { threadTs: ids['ask s-thread'] ?? '' });
  onSlack.dm('what of s-cut-dm?');
  slack.user('ben').dm('what of s-cut-assistant?', { more: { app_context: { entities: [] } } });
  for (const name of ['plain', 'renamed']) await today.send(ids[name] ?? '', `What of p-cut-${name}?`);
  await today.send(ids.plain ?? '', 'What of p-behind-plain?');

  for (const [channel, token] of [
    [general, 'd-cut-general'],
    [ids.thread ?? '', 'd-cut-thread'],
    [ada.dmChannel, 'd-cut-dm'],
    [discord.channel('random'), 'd-cut-random'],
  ] as const)
    ids[token] = (await inDiscord(discord, channel, beginningOf(token))).id;
  for (const [channel, token] of [
    ['general', 's-cut-thread'],
    [onSlack.dmChannel, 's-cut-dm'],
    [slack.user('ben').dmChannel, 's-cut-assistant'],
  ] as const)
    ids[token] = (await inSlack(slack, channel, beginningOf(token))).ts;
  await waitFor(() => model.requests.filter(({ sent }) => sent.includes('cut')).length >= 9, {
    what: 'all that is cut to be asked',
  });
  await sleep(WRITTEN_MS);
}

/**
 * Deletes questions until one of them is answered by one process and its deletion comes to the other, which leaves a note
 * for the first.
 */
async function takeBack({ slack }: Stage, isNoted: () => Promise<boolean>): Promise<void> {
  for (let round = 0; !(await isNoted()); round++) {
    const token = `s-cut-taken-${round}`;
    const ts = slack.user('ben').says('general', `${slack.mention} what of ${token}?`);
    await inSlack(slack, 'general', beginningOf(token));
    slack.user('ben').deletes(ts);
    await sleep(WRITTEN_MS);
  }
}

async function make(kind: 'sqlite' | 'postgres', postgres: TestPostgres | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-fixture-'));
  const storeUrl = (await postgres?.database()) ?? `sqlite://${join(folder, 'parley.sqlite')}`;
  await using discord = await startDiscord();
  await using slack = await startSlack({
    settings: { tokenLifetime: TOKEN_MS },
    workspaces: [
      { name: 'Workshop', installed: false },
      { name: 'Annex', installed: false, enterpriseId: ORG },
    ],
  });
  await using model = await startModel((token) => token.includes('cut'));
  const env = environment(model.url, storeUrl);
  const ofDiscord = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.url };
  const ofSlack = {
    SLACK_CLIENT_ID: slack.clientId,
    SLACK_CLIENT_SECRET: slack.clientSecret,
    SLACK_STATE_SECRET: 'state',
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
  };
  const started = (root: string) => startVersion(resolve(root), folder, { ...env, ...ofDiscord, ...ofSlack });

  const first = await started(older);
  const { returned, away } = await before({ discord, slack, model, parley: first });
  await first.kill('SIGTERM');

  await using parley = await started(last);
  const stage = { discord, slack, model, parley };
  await onDiscord(stage);
  await onSlack(stage);
  const today = await onPage(stage, returned);
  await cut(stage, today);
  if (postgres) {
    await using second = await started(last);
    const noted = "SELECT 1 FROM public.parley WHERE key LIKE 'note|slack|taken back|%'";
    await takeBack(stage, async () => (await postgres.query(noted, storeUrl)).length > 0);
    await Promise.all([parley, second].map((one) => one.kill('SIGKILL')));
  }
  await parley.kill('SIGKILL');
  keepAround(kind, {
    madeAt: Date.now(),
    discord: discord.world,
    slack: slack.world,
    cookies: { today: today.cookies(), returned: returned.cookies(), away: away.cookies() },
    ids,
  });
  if (postgres) {
    const { CREATE_TABLE } = await import(join(resolve(last), 'src/store/postgres/rows.ts'));
    await keepPostgres(postgres, storeUrl, CREATE_TABLE);
  } else keepSqlite(folder);
}

if (database === 'sqlite') await make('sqlite', undefined);
else {
  await using postgres = await startPostgres();
  await make('postgres', postgres);
}
// Clients of the page keep their connections.
process.exit(0);
