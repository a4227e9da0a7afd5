/** The shortcut on a message asks about all that a person sees in it. */
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { unreadable } from '../../../src/core/sentences/en/notices.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { interacting, MEMBER } from './interacting.ts';
import { asks, ended, prompts, says, sets } from './said.ts';
import { app, CARD } from './seen.ts';

describe.concurrent('the shortcut', () => {
  it('asks about all that is seen in a message of an app, its card and its preview', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ts = app(bot, '', {
      attachments: [CARD, { from_url: 'https://x.example', title: 'A page', text: 'A LION' }],
    });
    model.respond(answers('Noted.'));
    await slack.user('ada').shortcut('ask_parley', ts);
    await says(bot, 'Noted.');
    const read = prompts(bot).join('\n');
    for (const said of ['Message from "Deploys"', 'Stage *ZEBRA* exploded', 'Branch: main', 'A LION'])
      expect(read).toContain(said);
  });

  it('on an answer of Parley\u2019s tells all of it, without its buttons', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const long = `${'Some words. '.repeat(790)}It ends with a LION.`;
    model.respond(answers(long), answers('Noted.'));
    const thread = asks(bot, 'ada', 'tell me a lot');
    const [answer] = await ended(bot, { thread });
    // Another person's history does not hold it.
    await sets(bot, 'history', 'person');
    await slack.user('ben').shortcut('ask_parley', answer?.ts ?? '');
    await says(bot, 'Noted.');
    const read = prompts(bot).join('\n');
    expect(read).toContain('It ends with a LION.');
    expect(read).not.toContain('Regenerate');
    expect(read).not.toContain('not shown]');
  });

  it('on what holds nothing that can be read says so, and no model is asked', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    const disk = {
      name: 'all.iso',
      data: Buffer.from([0, 255, 0, 1]),
      mimetype: 'application/x-iso9660-image',
    };
    const divider = app(bot, '', { blocks: [{ type: 'divider' }] });
    const asked = await ada.shortcut('ask_parley', divider);
    expect((await asked.response()).shown).toBe(unreadable);
    ada.dm('', { files: [disk] });
    await says(bot, unreadable, ada.dmChannel);
    const threadTs = asks(bot, 'ada', '');
    await slack.waitFor(() => slack.botMessages('general', threadTs).length === 1);
    expect(slack.botMessages('general', threadTs)[0]?.shown).not.toBe(unreadable);
    expect(model.requests).toHaveLength(0);
  });
});

describe('the shortcut on a message', () => {
  it('is acknowledged and handed on with the message', async () => {
    await using slack = await interacting();
    const { acks } = await slack.send({
      type: 'message_action',
      callback_id: 'ask_parley',
      trigger_id: 'shortcut',
      response_url: 'http://127.0.0.1:1/',
      team: { id: 'T1', domain: 'd' },
      user: { id: MEMBER, name: 'bob' },
      channel: { id: 'C1', name: 'general' },
      message_ts: '1.1',
      message: { type: 'message', ts: '1.1', text: 'Is it so?' },
    });
    expect(acks).toEqual([{}]);
    expect(slack.about).toEqual(['Is it so?']);
  });
});
