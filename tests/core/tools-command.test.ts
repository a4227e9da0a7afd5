/** `/tools`: the panel, its forms, and which tools a turn may use after that. */
import { describe, expect, it } from 'vitest';
import type { Choice } from '../../src/core/models/catalog/choose.ts';
import { en } from '../../src/core/sentences/en.ts';
import type { Choices } from '../../src/core/settings.ts';
import type { Tool } from '../../src/core/turn/tools/tool.ts';
import { type Toolbox, turnTools } from '../../src/core/turn/tools/turn-tools.ts';
import { admin, commanding, formOf, member, TENANT, textOf } from './commanding.ts';

type Set = Awaited<ReturnType<typeof commanding>>;

async function choose({ commands }: Set, family: string, values: Record<string, string[]>) {
  const { id } = formOf(await commands.pick('tools', admin, family));
  return commands.submit(id, admin, values);
}

const panelOf = async ({ commands }: Set) => {
  const panel = await commands.run('tools', admin, {});
  if (panel.type !== 'panel') throw new Error('no panel');
  return panel;
};

const OFFER = { models: 'all' as const, tools: ['web', 'pages', 'files'] as const, effort: true };

describe('/tools', () => {
  it('shows each tool with its price, and asks nobody but admins', async () => {
    await using set = await commanding();
    const { text, choices } = await panelOf(set);
    expect(text.split('\n').slice(0, 5)).toEqual([
      '- **Search the web**: on (a search costs about a cent, and the model reads what it finds)',
      '- **Read web pages**: not set up on this Parley',
      '- **Read long files**: not set up on this Parley',
      '- **Make pictures**: on (a picture costs some cents, the finest of them a quarter of a dollar)',
      '- **Run code**: on (a sandbox costs a few cents, and lasts some minutes)',
    ]);
    expect(choices.map(({ id }) => id)).toEqual(['web', 'pages', 'files', 'pictures', 'code']);
    for (const reply of [
      await set.commands.run('tools', member, {}),
      await set.commands.pick('tools', member, 'web'),
      await set.commands.submit('tool:web', member, { use: ['off'] }),
    ])
      expect(textOf(reply)).toBe(en.notices.adminsOnly);
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
  });

  it('turns one off, on for roles, and on for everybody again', async () => {
    await using set = await commanding();
    await choose(set, 'web', { use: ['off'] });
    expect(await set.settings.read(TENANT)).toMatchObject({ webTool: 'off' });
    expect((await panelOf(set)).text).toMatch(/^- \*\*Search the web\*\*: off \(/);
    await choose(set, 'web', { use: ['default'], roles: ['71', '72'] });
    expect(await set.settings.read(TENANT)).toMatchObject({ webTool: ['71', '72'] });
    expect((await panelOf(set)).text).toMatch(
      /^- \*\*Search the web\*\*: on for <\S+ roles 71> <\S+ roles 72>/,
    );
    const [, roles] = formOf(await set.commands.pick('tools', admin, 'web')).fields;
    expect(roles).toMatchObject({ type: 'roles', values: ['71', '72'] });
    await choose(set, 'web', { use: ['default'], roles: [] });
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
  });

  it('takes no other values', async () => {
    await using set = await commanding();
    for (const values of [{}, { use: [] }, { use: ['on'] }, { use: ['default'], roles: ['<@1>'] }])
      await choose(set, 'code', values);
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
  });

  it('says what the operator does not pay for, and the way out', async () => {
    await using set = await commanding({ offer: OFFER });
    const { text } = await panelOf(set);
    expect(text).toContain('- **Make pictures**: off: whoever runs Parley does not pay for it');
    expect(text).toContain('With an API key of your own, set with `/key set`');
  });
});

describe('the tools of a turn', () => {
  const own = (name: string, family: Tool['family']): Tool => ({
    ...{ name, family, description: '', effect: 'read' as const, says: () => '' },
    input: en as never,
    run: async () => ({ text: '' }),
  });
  const toolbox: Toolbox = {
    tools: [own('web_search', 'web'), own('read_page', 'pages'), own('make_picture', 'pictures')],
    hostedAt: ({ api }) => (api === 'responses' ? ['web_search', 'code_interpreter'] : []),
  };
  const at = { baseUrl: 'https://example.com/v1' };
  const chat: Choice = { source: 'own', model: 'm', provider: at, api: 'chat' };
  const responses: Choice = { ...chat, api: 'responses' };

  const namesOf = (choice: Choice, settings: Choices = {}, namedRoles: string[] = []) => {
    const { tools, hosted } = turnTools(toolbox, {
      choice,
      settings: { ...settings, keys: {} },
      message: { namedRoles },
    });
    return [...tools.map(({ name }) => name), ...hosted.map((tool) => `hosted ${tool}`)];
  };

  it('are all that are set up; a hosted one stands in place of Parley’s own', () => {
    expect(namesOf(chat)).toEqual(['web_search', 'read_page', 'make_picture']);
    expect(namesOf(responses)).toEqual([
      'read_page',
      'make_picture',
      'hosted web_search',
      'hosted code_interpreter',
    ]);
  });

  it('are none for the demo', () => {
    expect(namesOf({ source: 'demo', model: 'demo', provider: null })).toEqual([]);
  });

  it('are only those that the operator pays for, on the operator’s key alone', () => {
    expect(namesOf({ ...responses, source: 'operator', offer: OFFER })).toEqual([
      'read_page',
      'hosted web_search',
    ]);
  });

  it('are without one that is off, hosted or not', () => {
    expect(namesOf(chat, { webTool: 'off' })).toEqual(['read_page', 'make_picture']);
    expect(namesOf(responses, { webTool: 'off' })).toEqual([
      'read_page',
      'make_picture',
      'hosted code_interpreter',
    ]);
  });

  it('are with one of a role only for people who have it', () => {
    const settings = { pagesTool: ['71'], picturesTool: ['72', '73'] };
    expect(namesOf(chat, settings)).toEqual(['web_search']);
    expect(namesOf(chat, settings, ['73'])).toEqual(['web_search', 'make_picture']);
    expect(namesOf(chat, settings, ['71', '72'])).toEqual(['web_search', 'read_page', 'make_picture']);
  });
});
