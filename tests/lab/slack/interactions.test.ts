/** Buttons, menus and modals of the counterpart of Slack, with Bolt as its app. */
import { expect, test } from 'vitest';
import { bolt, call, clientOf, keyModal, start } from './client.ts';

test('buttons, menus, feedback, shortcuts and the home are used', async () => {
  await using slack = await start();
  await using app = await bolt(slack, {
    listen(one) {
      one.action(/.*/, async ({ ack, respond, action }) => {
        await ack();
        if (action.type === 'button') await respond({ text: 'pressed', replace_original: true });
      });
      one.shortcut('ask_parley', async ({ ack, client, body }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: keyModal() });
      });
      one.options('model', async ({ ack, payload }) => {
        await ack({ options: [{ text: { type: 'plain_text', text: payload.value }, value: payload.value }] });
      });
      one.event('app_home_opened', async ({ event, client }) => {
        const menu = {
          type: 'external_select' as const,
          action_id: 'model',
          placeholder: { type: 'plain_text' as const, text: 'Model' },
        };
        const blocks = [{ type: 'actions' as const, elements: [menu] }];
        await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
      });
    },
  });
  const ada = slack.user('ada', { isAdmin: true });
  const text = (label: string) => ({ type: 'plain_text', text: label });
  const posted = await call(slack, 'chat.postMessage', {
    channel: slack.channel('general'),
    text: 'choose',
    blocks: [
      {
        type: 'actions',
        block_id: 'row',
        elements: [{ type: 'button', action_id: 'stop', text: text('Stop'), value: 'v' }],
      },
      {
        type: 'context_actions',
        elements: [
          {
            type: 'feedback_buttons',
            action_id: 'feedback',
            positive_button: { text: text('Good'), value: 'up' },
            negative_button: { text: text('Bad'), value: 'down' },
          },
        ],
      },
    ],
  });
  const ts = String(posted.ts);
  await ada.clicks(ts, 'negative');
  await ada.clicks(ts, 'Stop');
  await slack.waitFor(() => slack.message(ts).shown === 'pressed');
  const [feedback, stop] = app.of('block_actions').map(({ body }) => body);
  expect(feedback).toMatchObject({
    actions: [{ action_id: 'feedback', type: 'feedback_buttons', value: 'down' }],
  });
  expect(stop).toMatchObject({
    user: { id: ada.id },
    container: { message_ts: ts, is_ephemeral: false },
    actions: [{ action_id: 'stop', block_id: 'row', value: 'v' }],
  });
  await expect(ada.clicks(ts, 'Stop')).rejects.toThrow('no button');
  const asked = await ada.shortcut('ask_parley', ts);
  expect((await asked.opened()).callbackId).toBe('key');
  ada.opensHome();
  const home = await slack.waitFor(() => slack.home(ada.id));
  expect(await ada.types(home, 'model', 'gpt')).toEqual([{ text: 'gpt', value: 'gpt' }]);
  await ada.chooses(home, 'model', 'gpt');
  expect(app.of('block_actions')[2]?.body).toMatchObject({
    container: { type: 'view' },
    actions: [{ selected_option: { value: 'gpt' } }],
  });
  const user = await clientOf(slack).users.info({ user: ada.id });
  expect(user.user).toMatchObject({
    is_admin: true,
    is_owner: false,
    tz: 'Europe/London',
    profile: { display_name: 'ada' },
  });
});

test('a modal is updated, pushed upon, cleared and closed as the app answers', async () => {
  await using slack = await start();
  const answers: object[] = [];
  await using app = await bolt(slack, {
    listen(one) {
      one.command('/parley', async ({ ack, body, client }) => {
        await ack();
        const view = { ...keyModal(), notify_on_close: true };
        await client.views.open({ trigger_id: body.trigger_id, view });
      });
      one.view('key', async ({ ack }) => (ack as (answer?: object) => Promise<void>)(answers.shift()));
      one.view({ callback_id: 'key', type: 'view_closed' }, async ({ ack }) => ack());
    },
  });
  const ada = slack.user('ada');
  const first = await (await ada.runs('/parley')).opened();
  const titled = (text: string) => ({ ...keyModal(), title: { type: 'plain_text', text } });
  const submit = (id: string) => ada.submits(id, { input: 'x' });
  answers.push({ response_action: 'update', view: titled('Updated') });
  expect((await submit(first.id)).view).toMatchObject({ id: first.id, title: 'Updated', open: true });
  answers.push({ response_action: 'push', view: titled('Pushed') });
  const pushed = (await submit(first.id)).view;
  expect(pushed).toMatchObject({ title: 'Pushed', open: true });
  answers.push({ response_action: 'errors', errors: { nothing: 'x' } });
  expect((await submit(pushed?.id ?? '')).trouble).toContain('nothing');
  answers.push({ response_action: 'clear' });
  await submit(pushed?.id ?? '');
  await expect(submit(first.id)).rejects.toThrow('closed');
  const view = { view_id: first.id, view: titled('Late') };
  expect(await call(slack, 'views.update', view)).toMatchObject({ error: 'not_found' });
  const second = await (await ada.runs('/parley')).opened();
  expect(await call(slack, 'views.update', { ...view, view_id: second.id, hash: '1.1' })).toMatchObject({
    error: 'hash_conflict',
  });
  expect(await ada.closes(second)).toMatchObject({ acknowledged: true });
  expect(app.of('view_closed')).toHaveLength(1);
});

test('views are pushed by a trigger of the modal below, three high at most', async () => {
  await using slack = await start();
  const more = { type: 'button', action_id: 'more', text: { type: 'plain_text', text: 'More' } };
  const view = { ...keyModal(), blocks: [{ type: 'actions', elements: [more] }] };
  const errors: string[] = [];
  await using _ = await bolt(slack, {
    listen(one) {
      one.command('/parley', async ({ ack, body, client }) => {
        await ack();
        const refused = client.views.push({ trigger_id: body.trigger_id, view });
        await refused.catch((error) => errors.push(error.data.error));
      });
      one.shortcut('ask', async ({ ack, body, client }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view });
      });
      one.action('more', async ({ ack, body, client }) => {
        await ack();
        const pushed = client.views.push({ trigger_id: Reflect.get(body, 'trigger_id'), view });
        await pushed.catch((error) => errors.push(error.data.error));
      });
    },
  });
  const ada = slack.user('ada');
  const first = await (await ada.shortcut('ask')).opened();
  const second = await (await ada.clicks(first, 'More')).opened();
  const third = await (await ada.clicks(second, 'more')).opened();
  await ada.clicks(third, 'more');
  await slack.waitFor(() => errors.length === 1);
  await ada.runs('/parley');
  await slack.waitFor(() => errors.length === 2);
  expect(errors).toEqual(['push_limit_reached', 'invalid_trigger_id']);
});
