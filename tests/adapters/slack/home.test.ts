import { describe, expect, it } from 'vitest';
import { lists } from '../../../lab/counterparts/model-server.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { bookRow } from '../../core/book-row.ts';
import { ADMIN, interacting, MEMBER, TENANT } from './interacting.ts';
import { inputsOf, textIn } from './views.ts';

describe('App Home', () => {
  it('shows an admin what answers, whose key and how it is set', async () => {
    await using slack = await interacting({ operatorKey: 'sk-operator' });
    await slack.opensHome('home');
    const [{ user_id, view } = {}] = slack.of('views.publish');
    expect(user_id).toBe(ADMIN);
    const said = textIn(view);
    expect(said).toContain('`operators-model`');
    expect(said).toContain('with the key of whoever runs Parley');
    expect(said).toContain('*History*: shared by the channel');
    expect(said).not.toMatch(/\bserver\b|`\/(?!parley )/);
    expect(JSON.stringify(view)).toContain('parley_open:key set');
  });

  it('shows a member how to talk to it, and nothing to change', async () => {
    await using slack = await interacting();
    await slack.opensHome('home', { user: MEMBER });
    const [{ view } = {}] = slack.of('views.publish');
    expect(textIn(view)).toContain('*Mention me*');
    expect(JSON.stringify(view)).not.toContain('parley_open');
  });

  it('shows everybody what they used themselves, and an admin the limits', async () => {
    const own = { tenant: TENANT, day: '2026-11-02' };
    const booked = [
      bookRow({ ...own, person: `chat:${MEMBER}`, cost: 2e9 }),
      bookRow({ ...own, person: `chat:${ADMIN}`, cost: 5e9 }),
    ];
    await using slack = await interacting({ booked });
    await slack.opensHome('home', { user: MEMBER });
    const ofMember = textIn(slack.of('views.publish').at(-1)?.view);
    expect(ofMember).toContain('*Your usage in November 2026*');
    expect(ofMember).toContain('*$2.00*');
    expect(ofMember).not.toContain('Limit a day');
    await slack.opensHome('home');
    const ofAdmin = textIn(slack.of('views.publish').at(-1)?.view);
    expect(ofAdmin).toContain('*$5.00*');
    expect(ofAdmin).toContain('Limit a day');
  });

  it('is left alone where another tab is opened', async () => {
    await using slack = await interacting();
    await slack.opensHome('messages');
    expect(slack.calls).toEqual([]);
  });

  it.each(['key set', 'persona', 'settings', 'model'])('opens the modal of a button: %s', async (name) => {
    await using slack = await interacting();
    await slack.opens(name);
    expect(slack.of('views.open')).toHaveLength(1);
  });

  it('sets a model from App Home, with some that there are named, and shows it there', async () => {
    await using slack = await interacting({ operatorKey: 'sk-operator' });
    slack.server.respondToList(lists('gpt-6-luna', 'gpt-6-sol'));
    await slack.opens('model');
    expect(textIn(slack.lastView())).toContain('Such as gpt-6-luna, gpt-6-sol, default.');
    expect(inputsOf(slack.lastView()).name).toMatchObject({ type: 'plain_text_input' });
    const { acks } = await slack.submits({ name: 'gpt-6-luna' });
    expect(textIn(acks[0]?.view)).toContain('`gpt-6-luna` answers');
    expect((await slack.settings.read(TENANT)).model).toBe('gpt-6-luna');
    expect(textIn(slack.of('views.publish').at(-1)?.view)).toContain('`gpt-6-luna`');
  });

  it('refuses a member who presses a button that they were left with, in a modal', async () => {
    await using slack = await interacting();
    for (const name of ['key set', 'model']) {
      await slack.opens(name, { user: MEMBER });
      expect(textIn(slack.lastView())).toContain(en.notices.adminsOnly);
      expect(slack.lastView().callback_id).toBeUndefined();
    }
  });

  it('refuses a member who submits the form of a model', async () => {
    await using slack = await interacting();
    await slack.opens('model');
    const { acks } = await slack.submits({ name: 'dear-model' }, { user: MEMBER });
    expect(textIn(acks[0]?.view)).toContain(en.notices.adminsOnly);
    expect(await slack.settings.read(TENANT)).toEqual({ keys: {} });
  });

  it('opens nothing but what its buttons are for', async () => {
    await using slack = await interacting();
    for (const name of ['key remove', 'forget', 'constructor']) await slack.opens(name);
    expect(slack.calls).toEqual([]);
  });
});
