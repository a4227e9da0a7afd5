import { describe, expect, it } from 'vitest';
import { lists } from '../../../lab/counterparts/model-server.ts';
import { valuesOf } from '../../../src/adapters/slack/interactions/modals/fields.ts';
import { modalOf } from '../../../src/adapters/slack/interactions/modals/modals.ts';
import { readCarried } from '../../../src/adapters/slack/interactions/modals/origin.ts';
import type { Form } from '../../../src/core/commands/command.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { KEY } from '../../core/commanding.ts';
import { ADMIN, CONVERSATION, interacting, MEMBER, TENANT } from './interacting.ts';
import { inputsOf, textIn, type View } from './views.ts';

const ORIGIN = { team: 'T1', conversation: CONVERSATION, channel: 'C1', thread: '1.2' };

describe('forms as modals', () => {
  it('never holds more than Slack takes, whatever the form', () => {
    const form: Form = {
      id: 'x',
      title: 'A title that is much longer than 24 characters',
      fields: [
        {
          id: 'long',
          type: 'text',
          label: 'l'.repeat(3_000),
          hint: 'h'.repeat(3_000),
          value: 'v'.repeat(4_000),
          placeholder: 'p'.repeat(300),
          required: false,
          lines: 'many',
          longest: 4_000,
        },
        {
          id: 'choice',
          type: 'choice',
          value: '99',
          choices: Array.from({ length: 120 }, (_, i) => ({ value: String(i), label: 'o'.repeat(100) })),
          label: 'c',
        },
      ],
    };
    const view = modalOf(form, ORIGIN) as unknown as View;
    const { long, choice } = inputsOf(view);
    expect(view.title.text).toBe('Parley');
    expect(textIn(view.blocks[0])).toBe(form.title);
    expect(long).toMatchObject({ max_length: 3_000, initial_value: 'v'.repeat(3_000), multiline: true });
    expect(choice).toMatchObject({ initial_option: { value: '99' } });
    expect(choice?.options).toHaveLength(100);
  });

  it('comes back from where it was opened, and is not read from anything else', () => {
    const { private_metadata = '' } = modalOf({ id: 'key:1', title: 'T', fields: [] }, ORIGIN);
    expect(readCarried(private_metadata)).toEqual({ id: 'key:1', ...ORIGIN });
    for (const other of ['', 'null', '{}', '{"id":1}', 'x']) expect(readCarried(other)).toBeUndefined();
  });

  it('reads an empty field as empty, not as null', () => {
    const values = { a: { value: { type: 'plain_text_input', value: null } } };
    expect(valuesOf({ state: { values } })).toEqual({ a: [''] });
  });
});

describe('the settings of a workspace', () => {
  it('are one modal, from the menu to the form and back to the menu with the new value', async () => {
    await using slack = await interacting();
    await slack.types('settings');
    const panel = slack.lastView();
    expect(panel.title.text).toBe('Settings');
    expect(textIn(panel)).toContain('*User groups*: all');
    await slack.picks('history', { view: { ...panel, id: 'V9' } });
    expect(slack.of('views.update')[0]).toMatchObject({ view_id: 'V9' });
    const { acks } = await slack.submits({ history: 'person' });
    expect(textIn(acks[0]?.view)).toContain('Saved.');
    expect(textIn(acks[0]?.view)).toContain('*History*: each person has their own');
    expect((await slack.settings.read(TENANT)).history).toBe('person');
  });

  it('say what is wrong with an entry, above the menu', async () => {
    await using slack = await interacting();
    await slack.types('settings');
    await slack.picks('temperature');
    const { acks } = await slack.submits({ temperature: 'hot' });
    expect(textIn(acks[0]?.view)).toContain('A temperature is a number from 0 to 2');
    expect(acks[0]).toMatchObject({ response_action: 'update' });
  });

  it('take channels from a menu that has private ones, too, and show those that are chosen', async () => {
    await using slack = await interacting();
    await slack.types('settings');
    await slack.picks('channels');
    expect(inputsOf(slack.lastView()).channels).toMatchObject({ filter: { include: ['public', 'private'] } });
    await slack.submits({ channels: ['C1', 'C2'] });
    expect((await slack.settings.read(TENANT)).channels).toEqual(['C1', 'C2']);
    await slack.types('settings');
    await slack.picks('channels');
    expect(inputsOf(slack.lastView()).channels).toMatchObject({ initial_conversations: ['C1', 'C2'] });
  });

  it('take user groups from a menu; one that is gone stays chosen until it is taken out', async () => {
    await using slack = await interacting();
    await slack.settings.change(TENANT, { roles: ['SGONE'] });
    slack.setGroups([
      { id: 'S1', handle: 'design', name: 'Design' },
      { id: 'S2', handle: 'sales', name: 'Sales' },
    ]);
    await slack.types('settings');
    await slack.picks('roles');
    expect(inputsOf(slack.lastView()).roles).toMatchObject({
      options: [{ value: 'SGONE' }, { value: 'S1', text: { text: '@design · Design' } }, { value: 'S2' }],
      initial_options: [{ value: 'SGONE' }],
    });
    await slack.submits({ roles: ['S2'] });
    expect((await slack.settings.read(TENANT)).roles).toEqual(['S2']);
  });

  it('take the ids of user groups typed where Slack does not list them', async () => {
    await using slack = await interacting();
    await slack.types('settings');
    await slack.picks('roles');
    expect(textIn(slack.lastView())).toContain('S0123ABCD');
    await slack.submits({ roles: 'S1, <!subteam^S2|@sales>  S3' });
    expect((await slack.settings.read(TENANT)).roles).toEqual(['S1', 'S2', 'S3']);
    await slack.types('settings');
    await slack.picks('roles');
    const { acks } = await slack.submits({ roles: '@sales' });
    expect(textIn(acks[0]?.view)).toContain('Ids have letters, digits and dashes only.');
  });

  it('refuse somebody who is no admin any more, also in a modal that is open', async () => {
    await using slack = await interacting();
    await slack.types('settings');
    await slack.picks('history');
    const form = slack.lastView();
    slack.admins.delete(ADMIN);
    const { acks } = await slack.submits({ history: 'person' }, { view: form });
    expect(textIn(acks[0]?.view)).toContain(en.notices.adminsOnly);
    await slack.picks('history', {
      view: { ...form, blocks: [{ type: 'actions', block_id: 'v1:settings' }] },
    });
    expect(textIn(slack.lastView())).toContain(en.notices.adminsOnly);
    expect(await slack.settings.read(TENANT)).toEqual({ keys: {} });
  });
});

describe('the key of a workspace', () => {
  it('is checked after the modal was acknowledged, stored for the workspace, and shown nowhere', async () => {
    await using slack = await interacting();
    await slack.types('key set');
    const { acks, before } = await slack.submits({ key: KEY });
    expect(acks).toHaveLength(1);
    expect(textIn(acks[0]?.view)).toContain('Checking …');
    expect(slack.calls.slice(before).map(({ method }) => method)).toEqual(['views.update', 'views.publish']);
    expect(textIn(slack.of('views.update')[0]?.view)).toContain('Saved. The key ends in `…last`');
    expect(await slack.settings.key(TENANT, slack.server.url)).toBe(KEY);
    expect(JSON.stringify(slack.calls)).not.toContain('canary');
    slack.expectNoKey();
  });

  it('is not stored where the provider does not take it, and the modal says so', async () => {
    await using slack = await interacting();
    slack.server.accept([]);
    await slack.types('key set');
    await slack.submits({ key: KEY });
    expect(textIn(slack.of('views.update')[0]?.view)).toContain('does not accept this key');
    expect(await slack.settings.key(TENANT, slack.server.url)).toBeUndefined();
  });

  it('is not taken from a member, whatever they submit', async () => {
    await using slack = await interacting();
    await slack.types('key set');
    await slack.submits({ key: KEY }, { user: MEMBER });
    expect(textIn(slack.of('views.update')[0]?.view)).toContain(en.notices.adminsOnly);
    expect(slack.server.listRequests).toEqual([]);
    expect(await slack.settings.key(TENANT, slack.server.url)).toBeUndefined();
  });

  it('is told of in the channel, to who set it alone, where the modal was closed meanwhile', async () => {
    await using slack = await interacting();
    slack.server.respondToList(lists('test-model'));
    await slack.types('key set');
    slack.refusals.set('views.update', 'not_found');
    await slack.submits({ key: KEY });
    expect(slack.of('chat.postEphemeral')[0]).toMatchObject({ channel: 'C1', user: ADMIN });
    expect(textIn(slack.of('chat.postEphemeral')[0])).toContain('Saved.');
  });
});
