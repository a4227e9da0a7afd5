import { describe, expect, it } from 'vitest';
import { DISCORD_WORDS } from '../../src/adapters/discord/vocabulary.ts';
import type { CommandReply } from '../../src/core/commands/command.ts';
import { helpText } from '../../src/core/commands/help.ts';
import { StoreError } from '../../src/core/errors.ts';
import { admin, commanding, formOf, KEY, member, TENANT, textOf } from './commanding.ts';

const ADMINS_ONLY = 'Only an admin can do that.';

describe('commands as data', () => {
  it('can be registered: names, descriptions and choices are as platforms take them, in every language', async () => {
    await using set = await commanding();
    const all = set.commands.list.flatMap((command) => [command, ...command.options]);
    expect(set.commands.list.map(({ name }) => name)).toEqual([
      'ask',
      'summarize',
      'new',
      'stop',
      'key set',
      'key status',
      'key remove',
      'model',
      'persona',
      'settings',
      'limits',
      'tools',
      'forget',
      'export',
      'usage',
      'about',
      'help',
    ]);
    for (const { name, names = {}, description, descriptions = {} } of all) {
      for (const given of [name, ...Object.values(names)]) {
        expect(given).toBe(given.toLowerCase());
        expect(given.split(' ').length).toBe(name.split(' ').length);
        for (const word of given.split(' ')) expect(word).toMatch(/^[-_'\p{L}\p{N}]{1,32}$/u);
      }
      for (const given of [description, ...Object.values(descriptions)]) {
        expect(given.length).toBeGreaterThan(0);
        expect(given.length).toBeLessThanOrEqual(100);
      }
      expect(Object.keys(descriptions)).toEqual(['de']);
    }
  });

  it('have forms and panels that a dialogue has room for', async () => {
    await using set = await commanding();
    const replies: CommandReply[] = [
      await set.commands.run('key set', admin, {}),
      await set.commands.run('persona', admin, {}),
      await set.commands.run('forget', admin, { what: 'server' }),
    ];
    const panel = await set.commands.run('settings', admin, {});
    if (panel.type !== 'panel') throw new Error('no panel');
    expect(panel.choices.length).toBeLessThanOrEqual(25);
    expect(panel.text.length).toBeLessThan(2_000);
    for (const { id, label, description } of panel.choices) {
      expect(Math.max(id.length, label.length, description.length)).toBeLessThanOrEqual(100);
      replies.push(await set.commands.pick('settings', admin, id));
    }
    const limits = await set.commands.run('limits', admin, {});
    if (limits.type !== 'panel') throw new Error('no panel');
    for (const { id } of limits.choices) replies.push(await set.commands.pick('limits', admin, id));
    for (const reply of replies) {
      const { id, title, fields } = formOf(reply);
      expect(id.length).toBeLessThanOrEqual(80);
      expect(title.length).toBeLessThanOrEqual(45);
      for (const field of fields) {
        expect(field.label.length).toBeLessThanOrEqual(45);
        expect((field.hint ?? '').length).toBeLessThanOrEqual(100);
        if (field.type === 'text') expect(field.longest).toBeLessThanOrEqual(4_000);
        if (field.type === 'choice') {
          expect(field.choices.filter(({ value }) => value === field.value)).toHaveLength(1);
          for (const { value } of field.choices) expect(value).not.toBe('');
        }
      }
    }
  });

  it('refuse a member all that changes settings, by every way there is', async () => {
    await using set = await commanding();
    for (const { name, permission } of set.commands.list.filter(({ permission }) => permission === 'admin')) {
      expect([name, permission, textOf(await set.commands.run(name, member, {}))]).toEqual([
        name,
        'admin',
        ADMINS_ONLY,
      ]);
    }
    for (const form of ['persona', 'setting:replyIn', 'setting:nothing', 'forget', 'key:x']) {
      const values = { persona: ['evil'], replyIn: ['thread'], word: ['forget'], key: [KEY] };
      expect(textOf(await set.commands.submit(form, member, values))).toBe(ADMINS_ONLY);
    }
    expect(textOf(await set.commands.pick('settings', member, 'replyIn'))).toBe(ADMINS_ONLY);
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
    set.expectNoKey();
  });

  it('answer what they do not know with a sentence', async () => {
    await using set = await commanding();
    for (const name of ['dance', '', 'constructor', '__proto__', 'key', 'key dance']) {
      expect(textOf(await set.commands.run(name, admin, {}))).toMatch(/no such command/);
    }
    for (const form of ['dance', '', 'setting', 'setting:dance', 'setting:__proto__', 'toString']) {
      expect(textOf(await set.commands.submit(form, admin, {}))).toMatch(/out of date/);
    }
    expect(textOf(await set.commands.pick('dance', admin, 'x'))).toMatch(/out of date/);
    expect(textOf(await set.commands.pick('settings', admin, 'dance'))).toMatch(/out of date/);
  });

  it('take no value that an option does not have', async () => {
    await using set = await commanding();
    const run = async (name: string, values: Record<string, string | boolean>) =>
      textOf(await set.commands.run(name, member, values));
    expect(await run('ask', {})).toBe('`prompt` is missing.');
    expect(await run('ask', { prompt: ' ' })).toBe('`prompt` is missing.');
    expect(await run('ask', { prompt: true })).toBe('`prompt` is a text.');
    expect(await run('ask', { prompt: 'x'.repeat(6_001) })).toMatch(/6000 characters/);
    expect(await run('ask', { prompt: 'x', private: 'yes' })).toBe('`private` is yes or no.');
    expect(await run('forget', { what: 'universe' })).toBe('`what` is one of: mine, conversation, server.');
  });

  it('say that the store fails, and log where, never what', async () => {
    await using set = await commanding({
      change: (store) => {
        const fail = () => Promise.reject(new StoreError('canary'));
        return { ...store, read: fail, keys: fail, exclusive: fail };
      },
    });
    for (const name of ['key set', 'key status', 'persona', 'settings', 'forget', 'export']) {
      expect(textOf(await set.commands.run(name, admin, {}))).toMatch(/cannot reach its store/);
    }
    expect(textOf(await set.commands.submit('persona', admin, { persona: ['x'] }))).toMatch(
      /cannot reach its store/,
    );
    expect(await set.commands.suggest('model', 'name', admin, '')).toEqual(['default']);
    expect(set.log.length).toBeGreaterThanOrEqual(7);
    set.expectNoKey();
  });

  it('say that Parley made a mistake, and log where, never what', async () => {
    await using set = await commanding({
      change: (store) => ({ ...store, read: () => Promise.reject(new TypeError('canary')) }),
    });
    expect(textOf(await set.commands.run('settings', admin, {}))).toMatch(/made a mistake/);
    expect(JSON.parse(set.log[0] ?? '{}')).toMatchObject({
      msg: 'command failed',
      command: 'settings',
      tenant: TENANT,
      error: expect.stringMatching(/^TypeError /),
    });
    set.expectNoKey();
  });

  it('say that no master key opens the key that is stored', async () => {
    await using set = await commanding();
    await set.setKey();
    await set.store.write([
      { key: 'settings|chat:copied', value: await set.store.read(`settings|${TENANT}`) },
    ]);
    const call = { ...admin, tenant: 'chat:copied' };
    expect(textOf(await set.commands.run('key status', call, {}))).toMatch(/cannot be opened.*MASTER_KEYS/);
    set.expectNoKey();
  });
});

describe('/ask', () => {
  it('is a question for the model, to all or to who asks alone', async () => {
    await using set = await commanding();
    expect(await set.commands.run('ask', member, { prompt: ' why? ' })).toEqual({
      type: 'ask',
      text: 'why?',
      isPrivate: false,
    });
    expect(await set.commands.run('ask', member, { prompt: 'why?', private: true })).toMatchObject({
      isPrivate: true,
    });
  });
});

describe('/help', () => {
  it('tells how to talk to Parley, and of commands those that one may use', async () => {
    await using set = await commanding();
    const [forMember, forAdmin] = [
      textOf(await set.commands.run('help', member, {})),
      textOf(await set.commands.run('help', admin, {})),
    ];
    expect(forMember).toMatch(/Mention me/);
    expect(forMember).toContain('`/ask`');
    expect(forMember).toContain('`/help`');
    expect(forMember).not.toContain('/key');
    for (const { name } of set.commands.list) expect(forAdmin).toContain(`\`/${name}\``);
    expect(helpText(member, set.commands.list, { directMessages: true, words: DISCORD_WORDS })).toBe(
      forMember,
    );
    expect(forAdmin.length).toBeLessThan(2_000);
  });
});

describe('/persona', () => {
  it('is written in a form that begins with the one there is, and removed by an empty one', async () => {
    await using set = await commanding();
    const submit = async (text: string) =>
      textOf(await set.commands.submit('persona', admin, { persona: [text] }));
    expect(await submit(' A pirate. ')).toMatch(/^Saved/);
    expect((await set.models.choose(TENANT)).persona).toBe('A pirate.');
    expect(formOf(await set.commands.run('persona', admin, {})).fields[0]).toMatchObject({
      value: 'A pirate.',
    });
    expect(await submit('x'.repeat(8_001))).toMatch(/8000 characters/);
    expect(await submit('\u0007')).toMatch(/control characters/);
    expect((await set.models.choose(TENANT)).persona).toBe('A pirate.');
    expect(await submit('  ')).toMatch(/no persona/);
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
  });
});
