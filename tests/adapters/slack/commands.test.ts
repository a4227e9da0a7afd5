import { describe, expect, it } from 'vitest';
import { readCommand } from '../../../src/adapters/slack/interactions/typed-command.ts';
import { mrkdwnOf, sectionsOf } from '../../../src/adapters/slack/markdown/mrkdwn.ts';
import { SLACK_WORDS } from '../../../src/adapters/slack/vocabulary.ts';
import { readTypedCommand } from '../../../src/core/commands/typed.ts';
import { KEY } from '../../core/commanding.ts';
import { messageOf, turnOf } from '../../fixtures.ts';
import { ADMIN, CHANNEL, CONVERSATION, interacting, MEMBER, TENANT } from './interacting.ts';
import { textIn } from './views.ts';

/** A turn of that person's. */
const saidBy = (user: string, id = '1') => ({
  message: messageOf(id, `from ${user}`, { author: { id: user, name: user } }),
  answer: 'It is.',
  end: 'stop' as const,
});

describe('/parley', () => {
  it('is acknowledged before anything is done, and answered to the caller alone', async () => {
    await using slack = await interacting();
    const { acks, before } = await slack.types('key status');
    expect([acks, before]).toEqual([[{}], 0]);
    expect(slack.of('response')).toEqual([
      expect.objectContaining({ response_type: 'ephemeral', replace_original: false }),
    ]);
    expect(slack.told()[0]).toContain('No key is set here');
  });

  it('without words, or with help, says what there is, with the names that work on Slack', async () => {
    await using slack = await interacting();
    await slack.types('  ');
    await slack.types('help', { user: MEMBER });
    const [forAdmin = '', forMember = ''] = slack.told();
    expect(forAdmin).toContain('• `/parley key set`: ');
    expect(forMember).toContain('• `/parley forget`: ');
    expect(forMember).not.toContain('key set');
    expect(`${forAdmin}${forMember}`).not.toMatch(/`\/(?!parley )|\*\*|\bserver\b/);
  });

  it('says that there is no such command, and repeats nothing of what was typed', async () => {
    await using slack = await interacting();
    await slack.types(KEY);
    expect(slack.told()[0]).toMatch(/^There is no such command here/);
    expect(JSON.stringify(slack.calls)).not.toContain('canary');
    slack.expectNoKey();
  });

  it.each([`key set ${KEY}`, `key ${KEY}`, `Key  SET\n${KEY}`, `schlüssel ${KEY}`])(
    'does not use a key that was typed behind the command, opens the form and says so: %s',
    async (typed) => {
      await using slack = await interacting();
      await slack.types(typed);
      const [open] = slack.of('views.open');
      expect(textIn(open?.view)).toContain('What you typed behind the command was not used');
      expect(await slack.settings.key(TENANT, slack.server.url)).toBeUndefined();
      expect(JSON.stringify(slack.calls)).not.toContain('canary');
      slack.expectNoKey();
    },
  );

  it('opens the form without that sentence where nothing stands behind it', async () => {
    await using slack = await interacting();
    await slack.types('key set');
    expect(textIn(slack.lastView())).not.toContain('What you typed');
  });

  it('takes the rest of the line as the first text of a command', async () => {
    await using slack = await interacting();
    await slack.types('model gpt-6-luna');
    expect((await slack.settings.read(TENANT)).model).toBe('gpt-6-luna');
    await slack.types('ask What is up?\nAnd why?', { user: MEMBER });
    await slack.types('ask private Is it me?');
    expect(slack.asked.map(({ text, isPrivate, by }) => [text, isPrivate, by.user])).toEqual([
      ['What is up?\nAnd why?', false, MEMBER],
      ['Is it me?', true, ADMIN],
    ]);
    expect(slack.asked[0]?.by).toMatchObject({ team: 'T1', channel: 'C1', user: MEMBER });
  });

  it('says where a question belongs that was left out', async () => {
    await using slack = await interacting();
    await slack.types('ask');
    expect(slack.told()).toEqual(['Write the prompt behind it: `/parley ask …`']);
    expect(slack.asked).toEqual([]);
  });

  it('asks once, however often Slack delivers the command', async () => {
    await using slack = await interacting();
    for (let i = 0; i < 3; i++) {
      const { acks } = await slack.types('ask Once?', { trigger: 'one' });
      expect(acks).toHaveLength(1);
    }
    expect(slack.asked.map(({ text }) => text)).toEqual(['Once?']);
  });

  it('does each command of a Slack whose triggers are all the same', async () => {
    await using slack = await interacting();
    for (const text of ['help', 'ask One?', 'ask Two?', 'key status'])
      await slack.types(text, { trigger: 'one' });
    await slack.types('help', { user: MEMBER, trigger: 'one' });
    expect(slack.asked.map((one) => one.text)).toEqual(['One?', 'Two?']);
    expect(slack.told()).toHaveLength(3);
  });

  it.each(['key set', 'key remove', 'model other', 'persona', 'settings', 'forget server'])(
    'refuses a member with a sentence: %s',
    async (typed) => {
      await using slack = await interacting();
      await slack.types(typed, { user: MEMBER });
      expect(slack.of('views.open')).toEqual([]);
      expect(slack.told()[0]).toMatch(/^Only an admin can/);
      expect(slack.told()[0]).not.toContain('server');
      expect(await slack.settings.read(TENANT)).toEqual({ keys: {} });
    },
  );

  it('forgets what the caller said in the channel with its threads, and nothing of others', async () => {
    await using slack = await interacting();
    const threads = [`${CONVERSATION}:1700000000.000100`, `${CONVERSATION}:1700000000.000200`];
    for (const conversation of threads) {
      for (const user of [MEMBER, ADMIN]) {
        await slack.transcripts.append(conversation, saidBy(user, user));
      }
    }
    await slack.types('forget', { user: MEMBER });
    expect(slack.told()[0]).toContain('in this channel and its threads');
    expect(slack.told()[0]).toContain('2 messages');
    for (const conversation of threads) {
      const { turns } = await slack.transcripts.read(conversation, { limit: 9 });
      expect(turns.map(({ message }) => message.id)).toEqual([ADMIN]);
    }
  });

  it('asks an admin before all of a channel is forgotten, by a button that is of use nowhere else', async () => {
    await using slack = await interacting();
    const conversation = `${CONVERSATION}:1700000000.000100`;
    await slack.transcripts.append(conversation, turnOf('1'));
    const left = async () => (await slack.transcripts.read(conversation, { limit: 9 })).turns.length;
    await slack.types('forget channel');
    const [asked] = slack.of('response');
    const blocks = asked?.blocks as { elements?: { action_id: string; value: string }[] }[];
    const [button] = blocks.flatMap(({ elements = [] }) => elements);
    const action = { action_id: button?.action_id, value: button?.value };
    expect(await left()).toBe(1);
    const elsewhere = String(button?.value).replace(`:${CHANNEL}`, ':C2');
    for (const [forged, user] of [
      [{ ...action, value: elsewhere }, ADMIN],
      [action, MEMBER],
    ] as const)
      await slack.presses(forged, { user });
    expect(await left()).toBe(1);
    expect(slack.announced).toEqual([]);
    await slack.presses(action, { user: ADMIN });
    expect(await left()).toBe(0);
    expect(slack.announced).toEqual([
      { conversation: CONVERSATION, text: expect.stringMatching(/^uadmin deleted all/) },
    ]);
  });

  it.each(['forget server', 'forget workspace', 'forget everything'])(
    'asks before all of a workspace is forgotten, in a modal with its whole title: %s',
    async (typed) => {
      await using slack = await interacting();
      await slack.transcripts.append(CONVERSATION, turnOf('1'));
      await slack.types(typed);
      expect(slack.lastView().title.text).toBe('Parley');
      expect(textIn(slack.lastView())).toContain('Delete everything of this workspace');
      const { acks } = await slack.submits({ word: 'forget' });
      expect(textIn(acks[0]?.view)).toContain('all conversations of this workspace');
      expect((await slack.transcripts.read(CONVERSATION, { limit: 1 })).turns).toEqual([]);
    },
  );

  it('sends an export as files to the direct messages of who asked, and to nobody else', async () => {
    await using slack = await interacting();
    await slack.transcripts.append(CONVERSATION, saidBy(MEMBER));
    await slack.types('export', { user: MEMBER });
    expect(slack.of('conversations.open')).toEqual([expect.objectContaining({ users: MEMBER })]);
    const [done] = slack.of('files.completeUploadExternal');
    expect(done).toMatchObject({ channel_id: `D${MEMBER}` });
    expect(done?.files).toHaveLength(2);
    expect(
      slack
        .of('upload')
        .map(({ sent }) => String(sent))
        .join(),
    ).toContain('It is.');
    expect(slack.told()).toEqual(['The files are in your direct messages with me.']);
  });

  it('sends an export that was asked for in direct messages right there', async () => {
    await using slack = await interacting();
    const conversation = CONVERSATION.replace('C1', 'D9');
    await slack.transcripts.append(conversation, turnOf('1', { answer: 'It is.', end: 'stop' }));
    await slack.types('export', { channel: 'D9' });
    expect(slack.of('files.completeUploadExternal')[0]).toMatchObject({ channel_id: 'D9' });
    expect(slack.of('conversations.open')).toEqual([]);
  });

  it('says what is missing where files cannot be sent', async () => {
    await using slack = await interacting();
    slack.refusals.set('conversations.open', 'missing_scope');
    await slack.transcripts.append(CONVERSATION, saidBy(ADMIN));
    await slack.types('export');
    expect(slack.told()[0]).toContain('`files:write`');
  });

  it('says to try again where a form comes too late to be opened', async () => {
    await using slack = await interacting();
    slack.refusals.set('views.open', 'expired_trigger_id');
    await slack.types('persona');
    expect(slack.told()).toEqual(['That took too long. Try it again.']);
  });

  it('shows the settings as a message where their modal comes too late, with the same menu', async () => {
    await using slack = await interacting();
    slack.refusals.set('views.open', 'expired_trigger_id');
    await slack.types('settings');
    const [message] = slack.of('response');
    expect(textIn(message)).toContain('*History*: shared by the channel');
    expect(JSON.stringify(message)).toContain('"parley_pick"');
  });

  it('says that it failed where it did, and not why', async () => {
    await using slack = await interacting({
      change: (store) => ({
        ...store,
        read: async () => {
          throw new Error('secret path');
        },
      }),
    });
    await slack.types('persona');
    expect(slack.told()[0]).toMatch(/Try (it )?again/);
    expect(slack.told()[0]).not.toContain('secret');
  });
});

describe('what is typed behind /parley', () => {
  it('is read without regard to case, spaces and a slash of its own', async () => {
    await using slack = await interacting();
    const read = (text: string) => readCommand(text, slack.commands.list);
    expect(read('/KEY   status')).toMatchObject({ name: 'key status', hasMore: false });
    expect(read('/parley hilfe')).toMatchObject({ name: 'help' });
    expect(read('key')).toMatchObject({ name: 'key set', hasMore: false });
    expect(read('forget conversation')).toMatchObject({ values: { what: 'conversation' } });
    expect(read('asking is fun')).toMatchObject({ name: undefined, values: {} });
    expect(read('ask privately, how?')).toMatchObject({ values: { prompt: 'privately, how?' } });
  });
});

describe('commands as messages', () => {
  it.each([
    ['stop', 'stop'],
    ['  Stop. ', 'stop'],
    ['/forget', 'forget'],
    ['/parley export', 'export'],
    ['HELP!', 'help'],
  ])('takes %j', (text, command) => {
    expect(readTypedCommand(text)).toBe(command);
  });

  it.each(['stop it', 'help me with this', 'forget what I said', 'key set', 'please stop', 'stop\nnow', ''])(
    'leaves %j to the model',
    (text) => {
      expect(readTypedCommand(text)).toBeUndefined();
    },
  );

  it('answers them in their thread, to who wrote it alone', async () => {
    await using slack = await interacting();
    const conversation = `${CONVERSATION}:1.2`;
    await slack.transcripts.append(conversation, saidBy(MEMBER));
    const origin = { team: 'T1', channel: 'C1', thread: '1.2', conversation };
    await slack.interactions.runText('forget', origin, MEMBER, slack.app.client);
    expect((await slack.transcripts.read(conversation, { limit: 1 })).turns).toEqual([]);
    expect(slack.of('chat.postEphemeral')[0]).toMatchObject({
      channel: 'C1',
      thread_ts: '1.2',
      user: MEMBER,
    });
  });
});

describe('the words of Slack', () => {
  it('lets nothing ping or link that Parley says, but what settings name', () => {
    expect(mrkdwnOf('- **A** & <!channel> <@U1> <https://x|y> `**code**`')).toBe(
      '• *A* &amp; &lt;!channel&gt; &lt;@U1&gt; &lt;https://x|y&gt; `**code**`',
    );
    const tokens = `${SLACK_WORDS.mention('channels', 'C1')} ${SLACK_WORDS.mention('roles', 'S1')}`;
    expect(mrkdwnOf(tokens)).toBe('<#C1> <!subteam^S1>');
  });

  it('cuts a long sentence into sections that Slack takes, and loses nothing', () => {
    const text = `${'x'.repeat(7_000)}\n${'line\n'.repeat(1_000)}end`;
    const said = sectionsOf(text).map(textIn);
    expect(said.every((one) => one.length <= 3_000)).toBe(true);
    expect(said.join('').replaceAll('\n', '')).toBe(text.replaceAll('\n', ''));
  });
});
