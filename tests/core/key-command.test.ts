import { describe, expect, it } from 'vitest';
import {
  answers,
  fails,
  hangs,
  lists,
  replies,
  startModelServer,
} from '../../lab/counterparts/model-server.ts';
import { ask } from '../models/ask.ts';
import { admin, commanding, formOf, KEY, member, TENANT, textOf } from './commanding.ts';

describe.concurrent('/key', () => {
  it('asks for the key in a form that says what becomes of it and where it goes', async () => {
    await using set = await commanding();
    const form = formOf(await set.commands.run('key set', admin, {}));
    const host = new URL(set.server.url).host;
    expect(form).toMatchObject({
      title: 'API key',
      fields: [{ id: 'key', type: 'text', value: '', required: true, lines: 'one' }],
    });
    expect(form.fields[0]?.hint).toBe(`Checked, stored encrypted and used here only, for ${host}.`);
    const { options } = set.commands.list.find(({ name }) => name === 'key set') ?? {};
    expect(options).toEqual([]);
  });

  it('stores a key that the provider knows, answers with it from then on, and never shows it again', async () => {
    await using set = await commanding({ operatorKey: 'sk-operator' });
    const host = new URL(set.server.url).host;
    expect(await set.setKey()).toBe(`Saved. The key ends in \`…last\` and is used here only, for ${host}.`);
    expect(set.server.listRequests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${KEY}`,
      'Bearer none',
    ]);
    expect(set.server.trials.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`]);
    await ask((await set.models.choose(TENANT)).model);
    await ask((await set.models.choose('chat:other')).model);
    expect(set.server.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${KEY}`,
      'Bearer sk-operator',
    ]);
    expect(textOf(await set.commands.run('key status', admin, {}))).toBe(
      `The key ends in \`…last\` and is used here only, for ${host}.`,
    );
    set.expectNoKey();
  });

  it('does not store a key that the provider refuses, and keeps the one before', async () => {
    await using set = await commanding();
    await set.setKey('sk-the-one-before');
    set.server.accept(['sk-the-one-before']);
    expect(await set.setKey()).toMatch(/does not accept this key, so it was not stored/);
    expect(await set.settings.key(TENANT, set.server.url)).toBe('sk-the-one-before');
    set.expectNoKey();
  });

  it.each([
    ['serves nothing there', fails(404), /^Saved\. .* could not be checked: .*Check the base URL/],
    ['is busy', fails(429), /^Saved\. .* But: .*too many requests/],
    ['has no credit for it', fails(402), /^Saved\. .* But: The account .*no credit/],
    ['fails', fails(500), /^Saved\. .* could not be checked: .*failure of its own/],
    [
      'is a web page',
      replies(200, 'text/html', '<h1>Hello'),
      /^Saved\. .* could not be checked: .*model API.*base URL/,
    ],
  ])('stores a key with a warning where the provider %s', async (_, behaviour, says) => {
    await using set = await commanding();
    set.server.respondToList(behaviour);
    set.server.respondToTrial(behaviour);
    expect(await set.setKey()).toMatch(says);
    expect(await set.settings.key(TENANT, set.server.url)).toBe(KEY);
    set.expectNoKey();
  });

  it.each([
    [
      'answers with it',
      answers('Hello.'),
      /^Saved\. The key ends in `…last` and is used here only, for [\w.:]+\.$/,
    ],
    ['has another model', fails(404), /^Saved\. .* could not be checked: .*does not have .*`\/model`/],
    ['has no credit for it', fails(402), /^Saved\. .* But: The account .*no credit/],
    ['fails', fails(500), /^Saved\. .* could not be checked: .*failure of its own/],
  ])('stores a key that only the list refuses, where the model %s', async (_, behaviour, says) => {
    await using set = await commanding();
    set.server.respondToList(fails(401));
    set.server.respondToTrial(behaviour);
    expect(await set.setKey()).toMatch(says);
    expect(await set.settings.key(TENANT, set.server.url)).toBe(KEY);
    set.expectNoKey();
  });

  it('stores a key with a warning where the provider cannot be reached', async () => {
    await using set = await commanding();
    await set.server.stop();
    expect(await set.setKey()).toMatch(/^Saved\. .* could not be checked: .*cannot be reached/);
    set.expectNoKey();
  });

  it.each([
    ['short', 'too short'],
    ['sk-with a space', 'no spaces'],
    ['sk-ümlaut-ümlaut', 'plain characters'],
    [`sk-canary-${'x'.repeat(600)}`, '500 characters'],
    ['', 'too short'],
  ])('refuses %j with a sentence, and asks no provider', async (key, says) => {
    await using set = await commanding();
    expect(await set.setKey(key)).toContain(says);
    expect(set.server.listRequests).toHaveLength(0);
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
    set.expectNoKey();
  });

  it('does not send a key elsewhere because the base URL was changed while it was typed', async () => {
    await using set = await commanding();
    await using other = await startModelServer();
    const { id } = formOf(await set.commands.run('key set', admin, {}));
    await set.choose('baseUrl', [other.url]);
    expect(textOf(await set.commands.submit(id, admin, { key: [KEY] }))).toMatch(/base URL was changed/);
    expect(await set.settings.read(TENANT)).toMatchObject({ keys: {} });
    const sent = [...other.listRequests, ...other.trials, ...set.server.listRequests];
    for (const { headers } of sent) expect(headers.authorization).toBe('Bearer none');
    set.expectNoKey();
  });

  it('keeps a key at home when the base URL changes, and says that another one is needed', async () => {
    await using set = await commanding({ operatorKey: 'sk-operator' });
    await using other = await startModelServer();
    await set.setKey();
    expect(await set.choose('baseUrl', [other.url])).toMatchObject({
      type: 'panel',
      text: expect.stringMatching(/^Saved\. A key for this base URL is set with `\/key set`\./),
    });
    await ask((await set.models.choose(TENANT)).model);
    await set.commands.suggest('model', 'name', admin, '');
    for (const { headers } of [...other.requests, ...other.listRequests]) {
      expect(headers.authorization).toBe('Bearer none');
    }
    const [host, home] = [new URL(other.url).host, new URL(set.server.url).host];
    expect(textOf(await set.commands.run('key status', admin, {}))).toBe(
      `No key is set here for ${host}. Questions go there without one. Another one is kept for ${home}.`,
    );
    set.expectNoKey();
  });

  it('removes every key, which is out of use with the next message', async () => {
    await using set = await commanding({ operatorKey: 'sk-operator' });
    await set.setKey();
    expect(textOf(await set.commands.run('key remove', admin, {}))).toMatch(/^Removed/);
    await ask((await set.models.choose(TENANT)).model);
    expect(set.server.requests[0]?.headers.authorization).toBe('Bearer sk-operator');
    expect(textOf(await set.commands.run('key status', admin, {}))).toMatch(
      /No key is set here .* their own\./,
    );
    expect(textOf(await set.commands.run('key remove', admin, {}))).toBe('No key is set here.');
    expect(JSON.stringify(await set.store.read(`settings|${TENANT}`))).not.toContain('sealed');
  });

  it('tells an admin what to do where nobody set a key at all', async () => {
    await using set = await commanding({ baseUrl: 'https://api.openai.com/v1' });
    expect(textOf(await set.commands.run('key status', admin, {}))).toBe(
      'No key is set here for api.openai.com. Set one with `/key set`.',
    );
    expect(textOf(await set.commands.run('model', admin, {}))).toMatch(
      /no API key is set here yet.*\/key set/,
    );
    expect(await set.commands.suggest('model', 'name', admin, 'gpt')).toEqual([]);
  });

  it('lets nobody but an admin near it, not even with a form that an admin opened', async () => {
    await using set = await commanding();
    const { id } = formOf(await set.commands.run('key set', admin, {}));
    for (const name of ['key set', 'key status', 'key remove']) {
      expect(textOf(await set.commands.run(name, member, {}))).toBe('Only an admin can do that.');
    }
    expect(textOf(await set.commands.submit(id, member, { key: [KEY] }))).toBe('Only an admin can do that.');
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
    expect(set.server.listRequests).toHaveLength(0);
    set.expectNoKey();
  });
});

describe.concurrent('/model', () => {
  it('suggests what the provider lists: those that begin with what was typed first, those that hardly talk last, asked once', async () => {
    await using set = await commanding({ operatorKey: 'sk-operator' });
    set.server.respondToList(lists('my-gpt', 'gpt-b', 'gpt-a', 'text-embedding-3', 'llama'));
    expect(await set.commands.suggest('model', 'name', admin, '')).toEqual([
      'gpt-a',
      'gpt-b',
      'llama',
      'my-gpt',
      'text-embedding-3',
      'default',
    ]);
    expect(await set.commands.suggest('model', 'name', admin, 'GPT')).toEqual(['gpt-a', 'gpt-b', 'my-gpt']);
    expect(set.server.listRequests).toHaveLength(1);
    set.server.respondToList(lists(...Array.from({ length: 60 }, (_, i) => `m${i}`)));
    await set.setKey();
    expect(await set.commands.suggest('model', 'name', admin, 'm')).toHaveLength(25);
  });

  it('suggests nothing in time where the provider says nothing, and nothing to a member or for what is not there', async () => {
    await using set = await commanding();
    set.server.respondToList(hangs);
    expect(await set.commands.suggest('model', 'name', admin, 'x')).toEqual([]);
    expect(await set.commands.suggest('model', 'name', member, '')).toEqual([]);
    expect(await set.commands.suggest('model', 'nothing', admin, '')).toEqual([]);
    expect(await set.commands.suggest('dance', 'name', admin, '')).toEqual([]);
  });

  it('changes which model answers, says where the provider does not list it, and goes back', async () => {
    await using set = await commanding({ operatorKey: 'sk-operator' });
    set.server.respondToList(lists('gpt-a', 'operators-model'));
    const run = async (values: Record<string, string>) =>
      textOf(await set.commands.run('model', admin, values));
    const host = new URL(set.server.url).host;
    expect(await run({})).toBe(
      `\`operators-model\` at ${host} answers, with the key of whoever runs Parley.`,
    );
    expect(await run({ name: 'gpt-a' })).toBe('From the next message on, `gpt-a` answers.');
    set.server.respondToTrial(fails(404));
    expect(await run({ name: 'gpt-y' })).toBe(
      `Not saved: ${host} does not have “gpt-y”. Choose another model with \`/model\`.`,
    );
    expect((await set.models.choose(TENANT)).choice.model).toBe('gpt-a');
    set.server.respondToTrial(answers('Hello.'));
    expect(await run({ name: 'gpt-z' })).toBe('From the next message on, `gpt-z` answers.');
    expect((await set.models.choose(TENANT)).choice.model).toBe('gpt-z');
    await run({ name: 'default' });
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
    expect(await run({ name: '  ' })).toBe('A model needs a name.');
    expect(await run({ name: 'x'.repeat(201) })).toMatch(/200 characters/);
    await set.setKey();
    expect(await run({})).toBe(`\`operators-model\` at ${host} answers, with the key that is set here.`);
  });
});
