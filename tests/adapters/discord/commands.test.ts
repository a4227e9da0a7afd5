/** Commands on Discord: how they are registered, who may use them, and what they do beside keys and settings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { StoredCommand } from '../../../lab/counterparts/discord/context.ts';
import { permit } from '../../../lab/counterparts/discord/world/permissions.ts';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { answerTo, prompts, says, sentence, sets, setsKey, settle } from './said.ts';

/** Discord: a command's or an option's name (application-commands.mdx). */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Devanagari}\p{sc=Thai}]{1,32}$/u;
const ADMIN_COMMANDS = ['key', 'model', 'persona', 'settings', 'limits', 'tools'];

interface Written {
  type: number;
  name: string;
  description?: string;
  name_localizations?: Record<string, string>;
  description_localizations?: Record<string, string>;
  default_member_permissions?: string;
  options?: Written[];
  choices?: { name: string }[];
}

const written = ({ discord }: Bot) => discord.commands as Written[];
const withOptions = (command: Written): Written[] => [
  command,
  ...(command.options ?? []).flatMap(withOptions),
];
const slash = (bot: Bot) => written(bot).filter(({ type }) => type === 1);

/** The commands, with a change in the first option of one. */
function withChanged(commands: StoredCommand[], name: string, change: object): StoredCommand[] {
  return commands.map((one) => {
    const [first, ...others] = one.options ?? [];
    return one.name === name && first ? { ...one, options: [{ ...first, ...change }, ...others] } : one;
  });
}

describe.concurrent('what is registered', () => {
  it('names and descriptions as Discord takes them, in English and German', async () => {
    await using bot = await startBot();
    const names = slash(bot).map(({ name }) => name);
    expect(names.sort().join(' ')).toBe(
      'about ask export forget help key limits model new persona settings stop summarize tools usage',
    );
    for (const one of slash(bot).flatMap(withOptions)) {
      for (const name of [one.name, ...Object.values(one.name_localizations ?? {})]) {
        expect(name).toMatch(NAME);
        expect(name).toBe(name.toLowerCase());
      }
      const descriptions = [one.description, ...Object.values(one.description_localizations ?? {})];
      for (const text of descriptions)
        expect(text?.length).toSatisfy((length: number) => length >= 1 && length <= 100);
      expect(one.description_localizations, one.name).toHaveProperty('de');
      for (const { name } of one.choices ?? []) expect(name.length).toBeLessThanOrEqual(100);
    }
    const [key] = slash(bot).filter(({ name }) => name === 'key');
    expect(key?.name_localizations).toEqual({ de: 'schlüssel' });
    expect(key?.options?.map((one) => one.name_localizations?.de ?? one.name)).toEqual([
      'setzen',
      'status',
      'entfernen',
    ]);
    expect(written(bot).find(({ type }) => type === 3)).toMatchObject({
      name: 'Ask Parley',
      name_localizations: { de: 'Parley fragen' },
    });
  });

  it('what changes settings is shown to those who manage the server alone', async () => {
    await using bot = await startBot();
    for (const { name, default_member_permissions } of written(bot)) {
      const wanted = ADMIN_COMMANDS.includes(name) ? String(PermissionFlagsBits.ManageGuild) : undefined;
      expect(default_member_permissions, name).toBe(wanted);
    }
  });

  it('is written once, though Discord gives it back in words of its own', async () => {
    await using bot = await startBot();
    await bot.restart();
    await settle();
    expect(bot.discord.stats.commandPuts).toBe(1);
  });

  it.each<[string, (commands: StoredCommand[]) => StoredCommand[]]>([
    ['all are gone', () => []],
    ['one is gone', (commands) => commands.slice(1)],
    [
      'there is one more',
      (commands) => [...commands, { id: '1', name: 'imagine', type: 1, description: 'Old' }],
    ],
    [
      'a description was changed',
      ([one, ...others]) => (one ? [{ ...one, description: 'Other' }, ...others] : []),
    ],
    ['an option was made optional', (commands) => withChanged(commands, 'ask', { required: false })],
    [
      'an option’s translation is gone',
      (commands) => withChanged(commands, 'ask', { name_localizations: null }),
    ],
    [
      'it is shown to everybody',
      (commands) =>
        commands.map((one) => (one.name === 'key' ? { ...one, default_member_permissions: null } : one)),
    ],
  ])('comes back at the next start where %s at Discord', async (_, change) => {
    await using bot = await startBot();
    const { discord } = bot;
    await bot.restart(() => discord.changeCommands(change));
    await discord.waitFor(() => discord.stats.commandPuts === 2);
    await bot.restart();
    await settle();
    expect(discord.stats.commandPuts).toBe(2);
  });

  it('is written also where Discord does not say which there are', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    await bot.restart(() => discord.faults.next('commands', 'status403'));
    await discord.waitFor(() => discord.stats.commandPuts === 2);
  });

  it('leaves the command that opens an activity, without which Discord takes no list', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const launch = { id: '2', name: 'launch', type: 4, description: '', handler: 2 };
    await bot.restart(() => discord.changeCommands(() => [launch]));
    await discord.waitFor(() => discord.stats.commandPuts === 2);
    expect(written(bot).map(({ name }) => name)).toEqual(expect.arrayContaining(['ask', 'launch']));
    await bot.restart();
    await settle();
    expect(discord.stats.commandPuts).toBe(2);
  });
});

describe.concurrent('a member who may not manage the server', () => {
  it('is refused by every command, form, panel and suggestion, though Discord let the call through', async () => {
    await using bot = await startBot({ env: { TENANT_BASE_URLS: 'any' } });
    const { discord, model } = bot;
    const root = discord.user('root', { permissions: 'admin' });
    const ada = discord.user('ada', { permissions: PermissionFlagsBits.ManageMessages });
    for (const command of ['key set', 'key status', 'key remove', 'model', 'persona', 'settings']) {
      expect(await sentence(ada.runs(command)), command).toContain('Only an admin');
    }
    expect(await sentence(ada.runs('model', { name: 'gpt-x' }))).toContain('Only an admin');
    expect(await sentence(ada.runs('forget', { what: 'server' }))).toContain('Only an admin');
    expect(await ada.types('model', 'name', '')).toEqual([]);
    // Forms and panels that an admin opened.
    for (const command of ['key set', 'persona']) {
      const form = await root.runs(command);
      const field = command === 'persona' ? 'persona' : 'key';
      expect(await sentence(ada.submits(form, { [field]: 'sk-from-a-member' }))).toContain('Only an admin');
    }
    const all = await root.runs('forget', { what: 'server' });
    expect(await sentence(ada.submits(all, { word: 'forget' }))).toContain('Only an admin');
    const panel = await (await root.runs('settings')).message();
    const picked = await root.chooses(panel, 'v1:pick:settings', ['whoMayAsk']);
    expect(await sentence(ada.submits(picked, { whoMayAsk: 'admins' }))).toContain('Only an admin');
    const second = await (await root.runs('settings')).message();
    expect(await sentence(ada.chooses(second, 'v1:pick:settings', ['baseUrl']))).toContain('Only an admin');
    expect(model.listRequests).toHaveLength(0);
    const { content } = await (await root.runs('settings')).message();
    expect(content).toContain('Who may ask**: everyone');
    // In a DM they decide for themselves.
    expect((await (await ada.runs('settings', {}, ada.dmChannel)).message()).content).toContain('Answers in');
  });

  it('nor does a permission in another server help', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const other = discord.addGuild({ name: 'Elsewhere', channels: ['lobby'] });
    const ada = discord.user('ada');
    permit(discord.world, other, ada.id, PermissionFlagsBits.ManageGuild);
    expect(await sentence(ada.runs('model', {}, discord.channel('lobby', other)))).toContain('answers');
    expect(await sentence(ada.runs('model'))).toContain('Only an admin');
  });
});

describe.concurrent('/forget, /export and /help', () => {
  it('forgets this conversation and no other', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const ada = discord.user('ada');
    await answerTo(bot, ada, 'I am Ada', 'Hello.');
    await answerTo(bot, ada, 'I am here too', 'Hello.', discord.channel('random'));
    expect(await sentence(ada.runs('forget'))).toContain('deleted');
    bot.model.respond(answers('Who?'), answers('There.'));
    await answerTo(bot, ada, 'who am I?', 'Who?');
    expect(prompts(bot)).toEqual(['"Ada": who am I?']);
    await answerTo(bot, ada, 'and there?', 'There.', discord.channel('random'));
    expect(prompts(bot)).toHaveLength(3);
  });

  it('an admin forgets the server: history, settings and key, once they typed the word', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const root = discord.user('root', { permissions: 'admin' });
    await setsKey(root, 'sk-soon-forgotten');
    await sets(root, 'temperature', '0.5');
    await answerTo(bot, root, 'a secret', 'Hello.');
    root.dm('in private');
    await discord.waitFor(() => discord.botMessages(root.dmChannel).length > 0);
    const form = await root.runs('forget', { what: 'server' });
    expect(await sentence(root.submits(form, { word: 'no' }))).toContain('Nothing was deleted');
    expect(await sentence(root.submits(form, { word: ' Forget ' }))).toContain('Everything is deleted');
    const store = new DatabaseSync(join(bot.folder, 'parley.sqlite'), { readOnly: true });
    const rows = store
      .prepare(
        "SELECT key FROM keyv WHERE key NOT LIKE 'note|%' AND key NOT LIKE 'm|%' AND (expires IS NULL OR expires > ?)",
      )
      .all(Date.now()) as {
      key: string;
    }[];
    store.close();
    const server = `discord:${discord.guildId}`;
    const left = rows
      .map(({ key }) => key)
      .filter((key) => key.includes(server) && !key.startsWith('account|'));
    // Sums of what was used stay, without the person.
    expect(left.filter((key) => key.startsWith('used|'))).not.toEqual([]);
    expect(left.map((key) => key.split('|').slice(0, 4))).toEqual(
      left.map(() => ['used', server, expect.any(String), '']),
    );
    expect(rows.some(({ key }) => key.includes(`discord:@${root.id}`))).toBe(true);
    model.respond(answers('New.'));
    await answerTo(bot, root, 'anything left?', 'New.');
    expect(prompts(bot)).toEqual(['"Root": anything left?']);
    expect(model.requests.at(-1)?.headers.authorization).not.toContain('soon-forgotten');
    expect(model.requests.at(-1)?.body).not.toHaveProperty('temperature');
  });

  it('leaves nothing of what it forgot in the files', async () => {
    await using bot = await startBot();
    const root = bot.discord.user('root', { permissions: 'admin' });
    bot.model.respond(answers('The zebra answers.'));
    await answerTo(bot, root, 'the walrus asks', 'The zebra answers.');
    const form = await root.runs('forget', { what: 'server' });
    await sentence(root.submits(form, { word: 'forget' }));
    await bot.restart();
    for (const name of readdirSync(bot.folder).filter((one) => !one.endsWith('.socket'))) {
      const held = readFileSync(join(bot.folder, name), 'latin1');
      expect(held, name).not.toMatch(/walrus|zebra/);
    }
  });

  it('exports the conversation as two files, to who asked alone', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const ada = discord.user('ada');
    expect(await sentence(ada.runs('export'))).toContain('nothing');
    bot.model.respond(answers('Bread **rises**.'));
    await answerTo(bot, ada, 'why knead? 🥖', 'Bread **rises**.');
    const exported = await (await ada.runs('export')).message();
    expect(exported.ephemeral).toBe(true);
    expect(exported.attachments.map(({ name }) => name)).toEqual(['conversation.md', 'conversation.json']);
    const [markdown, json] = exported.attachments;
    expect(markdown?.text).toContain('why knead? 🥖');
    expect(markdown?.text).toContain('Bread **rises**.');
    expect(JSON.parse(json?.text ?? '')).toMatchObject([
      { from: 'Ada', text: 'why knead? 🥖', answer: 'Bread **rises**.' },
    ]);
  });

  it('helps with the commands that the caller may use', async () => {
    await using bot = await startBot();
    const help = await sentence(bot.discord.user('ada').runs('help'));
    expect(help).toContain('/ask');
    expect(help).not.toContain('/key set');
    const root = bot.discord.user('root', { permissions: 'admin' });
    expect(await sentence(root.runs('help'))).toContain('/key set');
  });
});

it.concurrent('a store that fails is said in a sentence, wherever it is needed', async () => {
  await using bot = await startBot();
  const { discord } = bot;
  const root = discord.user('root', { permissions: 'admin' });
  bot.model.respond(answers('Hello.'), answers('Better.'));
  const answer = await answerTo(bot, root, 'hi', 'Hello.');
  const form = await root.runs('persona');
  const store = new DatabaseSync(join(bot.folder, 'parley.sqlite'));
  store.exec('ALTER TABLE keyv RENAME TO gone');
  expect(await sentence(root.runs('settings'))).toContain('cannot reach its store');
  expect(await sentence(root.submits(form, { persona: 'x' }))).toContain('cannot reach its store');
  expect(await sentence(root.runs('ask', { prompt: 'hello?' }))).toContain('cannot reach its store');
  expect(await sentence(root.clicks(answer, 'Regenerate'))).toContain('cannot reach its store');
  expect(await root.types('model', 'name', '')).toEqual([]);
  store.exec('ALTER TABLE gone RENAME TO keyv');
  store.close();
  await root.clicks(answer, 'Regenerate');
  await says(bot, 'Better.');
});
