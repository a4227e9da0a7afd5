/**
 * A store that Parley 0.1.0 left when it was killed, in the hands of today's: all of it is there, what was cut off is
 * finished in place, and nothing is done twice. The store, the platforms and the browsers of that moment are kept in
 * `of-0.1.0`, whose `make.ts` says how they were made.
 */
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Discord, startDiscord } from '../../lab/counterparts/discord/start.ts';
import type { ModelServer } from '../../lab/counterparts/model-server.ts';
import { startPostgres } from '../../lab/counterparts/postgres.ts';
import { type Slack, startSlack } from '../../lab/counterparts/slack/start.ts';
import { createInteractionTokens } from '../../src/adapters/discord/answer/interaction-tokens.ts';
import { createWelcome } from '../../src/adapters/discord/welcome.ts';
import { createRecords } from '../../src/chat/answer/answer-records.ts';
import { openStore } from '../../src/store/open.ts';
import { createSecrets } from '../../src/store/secrets/secrets.ts';
import { createVault, parseKeyRing } from '../../src/store/secrets/vault.ts';
import type { Store } from '../../src/store/store.ts';
import { createAdapterState } from '../../src/store/tables/adapter-state.ts';
import { createForgottenMarks } from '../../src/store/tables/forgotten-marks.ts';
import { createMessageRate } from '../../src/store/tables/message-rate.ts';
import { labels } from '../adapters/discord/said.ts';
import { isEnded, isLive } from '../adapters/slack/said.ts';
import { emptyFolder } from '../fixtures.ts';
import { type Browser, browserOf } from '../harness/web.ts';
import { type Around, type Database, readAround, restorePostgres, restoreSqlite } from './of-0.1.0/kept.ts';
import { type Started, startVersion } from './of-0.1.0/process.ts';
import {
  answerTo,
  DRAFT_FILE,
  environment,
  FILE,
  KEYS,
  MASTER_KEYS,
  ORG,
  PERSONAS,
  startModel,
  tokenOf,
  WEB_TOKEN,
} from './of-0.1.0/story.ts';

const ROOT = join(import.meta.dirname, '../..');
const DATABASES: Database[] = ['sqlite', 'postgres'];
/** A kind that 0.1.0 did not have. */
const NEWER: Database[] = [];

/** Each kind of row that outlives the moment it is made for, by how its key begins, and where one is. */
const KINDS: Record<string, Database[]> = {
  'access-lists': DATABASES,
  'audit|': NEWER,
  'conversation|': NEWER,
  'conversation-count|': NEWER,
  'conversations|': DATABASES,
  'draft|': DATABASES,
  'ended|': NEWER,
  'file|': DATABASES,
  'files|': DATABASES,
  'head|': DATABASES,
  'home|': ['postgres'],
  'home|discord shard ': ['postgres'],
  'kept|': DATABASES,
  'lane|': DATABASES,
  'listed|': NEWER,
  'm|': DATABASES,
  'message|': DATABASES,
  'message-rate|': DATABASES,
  'note|discord|alive|': DATABASES,
  'note|discord|answer|': DATABASES,
  'note|discord|guild|': DATABASES,
  'note|discord|said|': DATABASES,
  'note|discord|seen|': DATABASES,
  'note|discord|shards': DATABASES,
  'note|discord|stand-in|': DATABASES,
  'note|discord|thread|': DATABASES,
  'note|discord|thread-since|': NEWER,
  'note|discord|welcome|': DATABASES,
  'note|forgotten|': DATABASES,
  'note|retention|stranded': NEWER,
  'note|retention|swept': DATABASES,
  'note|slack|agent|': DATABASES,
  'note|slack|alive|': DATABASES,
  'note|slack|answer|': DATABASES,
  'note|slack|installed|': DATABASES,
  'note|slack|org-of|': DATABASES,
  'note|slack|private|': DATABASES,
  'note|slack|said|': DATABASES,
  'note|slack|seen|': DATABASES,
  // Written by a process for another one.
  'note|slack|taken back|': ['postgres'],
  'note|slack|teams-of|': DATABASES,
  'note|slack|thread|': DATABASES,
  'note|slack|thread-since|': NEWER,
  'note|slack|welcome|': DATABASES,
  'note|web|closed': DATABASES,
  'note|web|session|': DATABASES,
  'note|web|taken-up|': DATABASES,
  'process|': ['postgres'],
  ready: DATABASES,
  'secret|discord interaction ': DATABASES,
  'secret|slack-installation|': DATABASES,
  'settings|discord:': DATABASES,
  'settings|slack:': DATABASES,
  'settings|web:': DATABASES,
  't|': DATABASES,
  'turn|': DATABASES,
  'vault-check': DATABASES,
};
const TAKEN_BACK = 'note|slack|taken back|';
const isOfAKind = (key: string) => Object.keys(KINDS).some((kind) => key.startsWith(kind));

/** Turns that were being answered at the kill, by where the message is that shows them. */
const CUT = {
  discord: ['d-cut-general', 'd-cut-thread', 'd-cut-dm', 'd-cut-random'],
  slack: ['s-cut-thread', 's-cut-dm', 's-cut-assistant'],
  page: { plain: 'p-cut-plain', renamed: 'p-cut-renamed' },
};
const BEHIND = { discord: 'd-behind-general', slack: 's-behind-thread', page: 'p-behind-plain' };

interface Taken extends AsyncDisposable {
  around: Around;
  /** Before anything of today's was started on it. */
  keys: string[];
  storeUrl: string;
  discord: Discord;
  slack: Slack;
  model: ModelServer;
  parley: Started;
  browser(name: keyof Around['cookies']): Browser;
}

async function withStore<T>(url: string, task: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(url);
  try {
    return await task(store);
  } finally {
    await store.close();
  }
}

async function takeUp(database: Database): Promise<Taken> {
  await using started = new AsyncDisposableStack();
  const around = readAround(database);
  const folder = await emptyFolder();
  let storeUrl = `sqlite://${join(folder, 'parley.sqlite')}`;
  if (database === 'postgres') {
    const postgres = started.use(await startPostgres());
    storeUrl = await postgres.database();
    await restorePostgres(postgres, storeUrl, around.madeAt);
  } else restoreSqlite(folder, around.madeAt);
  const model = started.use(await startModel());
  const discord = started.use(await startDiscord({ world: around.discord }));
  const slack = started.use(
    await startSlack({
      world: around.slack,
      settings: { gap: 'lose', tokenLifetime: 12 * 3_600_000 },
    }),
  );
  slack.expireTokens();
  const keys = await withStore(storeUrl, async (store) => {
    await readsAlone(store, around);
    return store.keys('');
  });
  discord.user('ada').says(discord.channel('random'), `<@${discord.botId}> what of d-missed?`);
  slack.user('ada').says('general', `${slack.mention} what of s-missed?`);
  slack.user('ben').dm('what of s-missed-assistant?');
  const parley = started.use(
    await startVersion(ROOT, folder, {
      ...environment(model.url, storeUrl),
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      SLACK_CLIENT_ID: slack.clientId,
      SLACK_CLIENT_SECRET: slack.clientSecret,
      SLACK_STATE_SECRET: 'state',
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
      LEFT_SERVER_DAYS: '0',
    }),
  );
  const all = started.move();
  return {
    around,
    keys,
    storeUrl,
    discord,
    slack,
    model,
    parley,
    browser: (name) => browserOf(parley.url, around.cookies[name]),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Reads rows whose effect nobody sees in a moment, as the process reads them. */
async function readsAlone(store: Store, { discord, ids, madeAt }: Around): Promise<void> {
  const [guild] = discord.guilds.values();
  const [ada, ben] = ['ada', 'ben'].map(
    (name) => [...discord.users.values()].find((one) => one.name === name)?.id,
  );
  const random = [...discord.channels.values()].find(({ name }) => name === 'random')?.id;
  const [mark] = await createForgottenMarks(store).read([`discord:${guild?.id}:${random}`]);
  expect(mark?.people[ben ?? '']?.at).toBeLessThan(madeAt);
  const general = [...discord.channels.values()].find(({ name }) => name === 'general')?.id;
  const [secret = ''] = await store.keys('secret|discord interaction ');
  const turn = /interaction (\d+)/.exec(secret)?.[1] ?? '';
  const secrets = createSecrets(store, createVault(parseKeyRing(MASTER_KEYS)));
  const tokens = createInteractionTokens(secrets, pino({ level: 'silent' }));
  expect(await tokens.read(turn, `discord:${guild?.id}:${general}`)).toHaveProperty('token');
  for (const key of await store.keys(TAKEN_BACK)) {
    const records = createRecords(createAdapterState(store, 'slack'));
    expect(await records.takenBack(key.slice(TAKEN_BACK.length))).toEqual({ withMessages: false });
  }
  const text = vi.fn(async () => 'Hello.');
  const adapterState = createAdapterState(store, 'discord');
  const log = pino({ level: 'silent' });
  const welcome = createWelcome({ rest: {} as never, botId: () => '', adapterState, text, log });
  await welcome.came({ id: ids.blocked, channels: [], members: [] } as never, true);
  expect(text).not.toHaveBeenCalled();
  const next = { id: 'next', at: madeAt, place: 'here' };
  const rate = createMessageRate(store, () => 1);
  expect(await rate.count(`discord:${ada}`, next)).toMatchObject({ isFirst: true });
}

const asked = ({ model }: Taken) => model.requests.map(tokenOf);
const requestFor = ({ model }: Taken, token: string) =>
  model.requests.find((request) => tokenOf(request) === token);
const shownOnDiscord = ({ discord }: Taken, id: string | undefined) => discord.message(id ?? '');

/** Everything that the bot has said on Discord and Slack and that still stands. */
const allShown = ({ discord, slack }: Taken) => [
  ...[...discord.world.messages.values()].filter(({ deleted }) => !deleted).map(({ content }) => content),
  ...slack.world.messages
    .filter(({ deleted, own }) => !deleted && own)
    .map(({ ts, workspaceId }) => {
      const place = [slack.workspace('Workshop'), slack.workspace('Annex')].find(
        ({ id }) => id === workspaceId,
      );
      return place?.message(ts).shown ?? '';
    }),
];

const appearing = (taken: Taken, token: string) =>
  allShown(taken).filter((text) => text.includes(answerTo(token)));
const untilShown = (taken: Taken, token: string) =>
  expect.poll(() => appearing(taken, token)).toHaveLength(1);

describe.each(DATABASES)('a store of Parley 0.1.0 on %s', (database) => {
  let taken: Taken;
  beforeAll(async () => {
    taken = await takeUp(database);
  });
  afterAll(() => taken[Symbol.asyncDispose]());

  it('has a row of every kind', () => {
    const expected = Object.keys(KINDS).filter((kind) => KINDS[kind]?.includes(database));
    expect(expected.filter((kind) => !taken.keys.some((key) => key.startsWith(kind)))).toEqual([]);
    expect(taken.keys.filter((key) => !isOfAKind(key))).toEqual([]);
  });

  it('goes on with the answers that were cut off, in the messages they stood in', async () => {
    const { discord, slack, around } = taken;
    for (const token of [...CUT.discord, ...CUT.slack]) await untilShown(taken, token);
    for (const token of CUT.discord) {
      const find = () => shownOnDiscord(taken, around.ids[token]);
      await discord.waitFor(() => labels(find()).includes('Regenerate'));
      expect(find()).toMatchObject({ content: answerTo(token), deleted: false });
    }
    for (const token of CUT.slack) {
      const find = () => slack.message(around.ids[token] ?? '');
      await slack.waitFor(() => isEnded(find()) && !isLive(find()));
      expect(find()).toMatchObject({ shown: answerTo(token), deleted: false });
    }
    const today = taken.browser('today');
    for (const [name, token] of Object.entries(CUT.page)) {
      const turns = async () => (await today.turns(around.ids[name] ?? '')).map(({ answer }) => answer);
      await expect.poll(turns).toContain(answerTo(token));
    }
  });

  it('answers what waited behind them, and what was said meanwhile', async () => {
    for (const token of [BEHIND.discord, BEHIND.slack, 'd-missed', 's-missed', 's-missed-assistant'])
      await untilShown(taken, token);
    const turns = async () => (await taken.browser('today').turns(taken.around.ids.plain ?? '')).at(-1);
    await expect.poll(turns).toMatchObject({ answer: answerTo(BEHIND.page), live: false });
    const { slack } = taken;
    const { dmChannel } = slack.user('ben');
    const question = slack.messages(dmChannel).find(({ text }) => text.includes('s-missed-assistant'));
    const answer = slack.botMessages(dmChannel).find(({ shown }) => shown.includes('s-missed-assistant'));
    expect(answer?.threadTs).toBe(question?.ts);
    const tokens = asked(taken);
    expect(tokens.filter((token, i) => tokens.indexOf(token) !== i)).toEqual([]);
  });

  it('remembers each conversation, and answers with the keys and settings that were set', () => {
    const { discord, slack, page } = {
      discord: requestFor(taken, 'd-cut-general'),
      slack: requestFor(taken, 's-cut-thread'),
      page: requestFor(taken, 'p-cut-plain'),
    };
    expect(discord?.headers.authorization).toBe(`Bearer ${KEYS.discord}`);
    expect(slack?.headers.authorization).toBe(`Bearer ${KEYS.slack}`);
    expect(page?.headers.authorization).toBe(`Bearer ${KEYS.page}`);
    expect(page?.path).toMatch(/^\/own\//);
    for (const [sent, persona, earlier] of [
      [discord?.sent, PERSONAS.discord, ['d-old', 'd-general', 'd-command', 'd-luna']],
      [slack?.sent, PERSONAS.slack, ['s-thread', 's-follow']],
      [page?.sent, PERSONAS.page, ['p-plain']],
    ] as const) {
      expect(sent).toContain(persona);
      for (const token of earlier) expect(sent).toContain(answerTo(token));
    }
    expect(discord?.sent).toContain(FILE.text);
    expect(slack?.body).toMatchObject({ temperature: 0.5 });
    const sent = requestFor(taken, 'd-cut-random')?.sent;
    expect(sent).toContain(answerTo('d-file'));
    expect(sent).not.toContain('d-forgotten');
  });

  it('keeps the page closed, and lets those in who came in before', async () => {
    const { around, parley } = taken;
    expect((await browserOf(parley.url).fetch('/api/state')).status).toBe(401);
    const today = taken.browser('today');
    const { conversations, settings } = await today.state();
    expect(conversations.map(({ title }) => title).sort()).toEqual([
      'Clocks',
      'What of p-file?',
      'What of p-plain?',
    ]);
    expect(settings).toMatchObject({ persona: PERSONAS.page });
    expect(JSON.stringify(settings)).toContain(KEYS.page.slice(-4));
    const at = `/api/conversations/${around.ids['with file']}/attachments`;
    expect(await (await today.fetch(`${at}/${around.ids.file}`)).text()).toBe(FILE.text);
    const attachments = [around.ids.draft ?? ''];
    const { id } = await today.send(around.ids['with file'] ?? '', 'What of p-unsent?', { attachments });
    expect(await today.follow(around.ids['with file'] ?? '', id)).toMatchObject({
      text: answerTo('p-unsent'),
    });
    expect(requestFor(taken, 'p-unsent')?.sent).toContain(DRAFT_FILE.text);
    for (const name of ['returned', 'away'] as const) {
      const browser = taken.browser(name);
      await browser.fetch(`/access?token=${WEB_TOKEN}`);
      const [turn] = await browser.turns(around.ids[name] ?? '');
      expect(turn).toMatchObject({ text: `What of p-${name}?`, answer: answerTo(`p-${name}`) });
      const [file] = turn?.attachments ?? [];
      const path = `/api/conversations/${around.ids[name]}/attachments/${file?.id}`;
      expect(await (await browser.fetch(path)).text()).toBe(FILE.text);
    }
  });

  it('still refuses who is blocked, without saying so again', async () => {
    const { discord, slack, around, parley } = taken;
    const list = await parley.operate('list');
    expect(list).toContain(around.ids.blocked);
    const eve = slack.user('eve');
    expect(list).toContain(eve.id);
    const lobby = discord.channel('lobby', around.ids.blocked);
    const before = discord.botMessages(lobby).length;
    discord.user('eve').says(lobby, `<@${discord.botId}> what of d-blocked-again?`);
    eve.says('general', `${slack.mention} what of s-blocked-again?`);
    await untilAnswered('d-after-blocked', discord.channel('general'));
    expect(asked(taken).join()).not.toContain('blocked-again');
    expect(discord.botMessages(lobby)).toHaveLength(before);
    expect(slack.ephemeral(eve.id)).toHaveLength(1);
  });

  it('follows the threads it was in, and obeys the buttons of earlier answers', async () => {
    const { discord, slack, around } = taken;
    discord.user('ada').says(around.ids.thread ?? '', 'what of d-followed?');
    await untilShown(taken, 'd-followed');
    slack.user('ada').says('general', 'what of s-followed?', { threadTs: around.ids['ask s-thread'] ?? '' });
    await untilShown(taken, 's-followed');
    for (const token of ['d-old', 'd-general']) {
      const message = shownOnDiscord(taken, around.ids[token]);
      await discord.user('ada').clicks(message, 'Delete');
      await discord.waitFor(() => shownOnDiscord(taken, around.ids[token]).deleted, {
        what: `${token} to go`,
      });
    }
    await slack.user('ada').clicks(around.ids['s-follow'] ?? '', 'Delete');
    await slack.waitFor(() => slack.message(around.ids['s-follow'] ?? '').deleted, {
      what: 's-follow to go',
    });
  });

  it('answers where it was installed, with tokens that it renews, and welcomes nobody again', async () => {
    const { discord, slack, parley } = taken;
    const annex = slack.workspace('Annex');
    annex.user('otto').says('general', `${annex.mention} what of s-org-again?`);
    await untilShown(taken, 's-org-again');
    const renewed = [...slack.world.refreshTokens.values()]
      .filter(({ isUsed }) => isUsed)
      .map(({ of }) => of.id);
    expect(renewed.sort()).toEqual([ORG, slack.id].sort());
    slack.settings.redirectUrls = [`${parley.url}/slack/oauth_redirect`];
    const root = slack.user('root');
    expect((await root.installs(`${parley.url}/slack/install`)).status).toBe(200);
    await untilAnswered('d-after-install', discord.channel('general'));
    expect(slack.botMessages(root.dmChannel)).toHaveLength(1);
  });

  it('takes back and forgets what was said before, wherever it is kept', async () => {
    const { discord, slack, parley, storeUrl, around } = taken;
    const again = discord
      .messages(discord.channel('general'))
      .find(({ content, author }) => content.includes('d-luna') && author.name === 'luna');
    discord.user('luna').deletes(again?.id ?? '');
    const said = await slack.user('ben').runs('/parley', 'forget');
    await said.response();
    await untilAnswered('d-after-all', discord.channel('general'));
    const sent = requestFor(taken, 'd-after-all')?.sent;
    for (const token of ['d-luna', 'd-old', 'd-general']) expect(sent).not.toContain(`of ${token}?`);
    await parley.kill('SIGTERM');
    await withStore(storeUrl, async (store) => {
      const keys = await store.keys('');
      const rows = JSON.stringify(await store.readMany(keys));
      expect(rows).not.toMatch(/d-luna|s-private|d-forgotten|A persona that goes/);
      expect(keys.filter((key) => /^(?:lane|draft|home\|(?:discord|slack|web):)/.test(key))).toEqual([]);
      expect(keys.filter((key) => !isOfAKind(key) && !key.startsWith('used|'))).toEqual([]);
      expect(keys.filter((key) => key.includes(around.ids.gone ?? ''))).toEqual([]);
    });
  });

  async function untilAnswered(token: string, channel: string): Promise<void> {
    taken.discord.user('ben').says(channel, `<@${taken.discord.botId}> what of ${token}?`);
    await untilShown(taken, token);
  }
});
