/** Everything that a person sees in a Slack message reaches the model once, whoever wrote it. */
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import type { SaysOptions } from '../../../lab/counterparts/slack/people/actors.ts';
import { unreadable } from '../../../src/core/sentences/en/notices.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, ended, prompts, says, sets, settle } from './said.ts';

const APP = { asBot: true, subtype: 'bot_message', username: 'Deploys' };
const mrkdwn = (said: string) => ({ type: 'mrkdwn', text: said });
const plain = (said: string) => ({ type: 'plain_text', text: said });
const span = (said: string, style?: object) => ({ type: 'text', text: said, ...(style && { style }) });
const rich = (...elements: object[]) => ({ type: 'rich_text', elements });
const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });

/** Posts as an app: text, and further content. */
const app = (bot: SlackBot, said: string, options: SaysOptions) =>
  bot.slack.user('deploys').says('general', said, { ...APP, ...options });

/** The model's text of an app's message, when called into its thread. */
async function readInThread(bot: SlackBot, said: string, options: SaysOptions): Promise<string> {
  const threadTs = app(bot, said, options);
  return readOf(bot, threadTs);
}

async function readOf(bot: SlackBot, threadTs: string): Promise<string> {
  bot.model.respond(answers('Noted.'));
  bot.slack.user('ada').says('general', `${bot.slack.mention} what went wrong?`, { threadTs });
  await says(bot, 'Noted.');
  // Without the bars that mark the lines of a thread.
  return prompts(bot)
    .join('\n')
    .replace(/^(?:\| ){1,2}/gm, '');
}

const times = (read: string, said: string) => read.split(said).length - 1;

const CARD = {
  fallback: 'Deploy failed: fallback-canary',
  pretext: 'From the pipeline',
  author_name: 'Builder',
  title: 'Deploy failed',
  title_link: 'https://ci.example/7',
  text: 'Stage *ZEBRA* exploded &amp; burnt',
  fields: [
    { title: 'Branch', value: 'main', short: true },
    { title: 'Tries', value: 3 },
  ],
  footer: 'ci.example',
  actions: [{ type: 'button', text: 'Try again' }],
};

describe.concurrent('a thread on a message of an app', () => {
  it('with a card', async () => {
    await using bot = await startSlackBot();
    const read = await readInThread(bot, '', { attachments: [CARD] });
    for (const said of [
      '"Deploys", an app: From the pipeline',
      'Builder',
      'Deploy failed (https://ci.example/7)',
      'Stage *ZEBRA* exploded & burnt',
      'Branch: main',
      'Tries: 3',
      'ci.example',
      '[Try again]',
      'what went wrong?',
    ])
      expect(read).toContain(said);
    expect(read).not.toContain('fallback-canary');
  });

  it('with a card that has a fallback alone, and with one of blocks', async () => {
    await using bot = await startSlackBot();
    const read = await readInThread(bot, '', {
      attachments: [
        { fallback: 'Only ZEBRA', color: 'danger', id: 1 },
        { fallback: '[no preview available]', blocks: [{ type: 'section', text: mrkdwn('A *LION*, too') }] },
      ],
    });
    expect(read).toContain('Only ZEBRA');
    expect(read).toContain('A *LION*, too');
    expect(read).not.toContain('no preview');
  });

  it('with blocks of every kind, told once', async () => {
    await using bot = await startSlackBot();
    const ben = bot.slack.user('ben', { displayName: 'Ben Baker' });
    const cell = (said: string) => ({ type: 'raw_text', text: said });
    const blocks = [
      { type: 'header', text: plain('Deploy #12 <failed>') },
      {
        type: 'section',
        text: mrkdwn('Stage *ZEBRA*'),
        fields: [mrkdwn('*Branch:*\nmain'), plain('Took 3 min')],
      },
      {
        type: 'section',
        text: mrkdwn(`Ask <@${ben.id}>`),
        accessory: { type: 'button', text: plain('Page') },
      },
      { type: 'context', elements: [{ type: 'image', alt_text: 'a red dot' }, mrkdwn('by CI')] },
      { type: 'markdown', text: '## Why\nSee <div> and **this**' },
      {
        type: 'image',
        title: plain('Load'),
        alt_text: 'a steep curve',
        image_url: 'https://x.example/1.png',
      },
      { type: 'divider' },
      { type: 'actions', elements: [{ type: 'button', text: plain('Roll back'), value: 'value-canary' }] },
      {
        type: 'actions',
        elements: [
          {
            type: 'checkboxes',
            options: [{ text: mrkdwn('Page *SRE*'), description: plain('at once'), value: 'value-canary' }],
          },
          { type: 'static_select', initial_option: { text: plain('Urgent'), value: 'value-canary' } },
        ],
      },
      {
        type: 'table',
        rows: [
          [cell('Stage'), cell('Result')],
          [cell('LION'), rich(section(span('lost')))],
        ],
      },
      { type: 'data_table', caption: 'Costs', rows: [[cell('CPU'), { type: 'raw_number', value: 4711 }]] },
      {
        type: 'video',
        title: plain('How to'),
        video_url: 'https://v.example/1',
        alt_text: 'a film',
        description: plain('In a minute'),
      },
      {
        type: 'card',
        title: mrkdwn('Card one'),
        subtitle: mrkdwn('below'),
        body: mrkdwn('inside'),
        actions: [],
      },
      { type: 'carousel', elements: [{ type: 'card', title: mrkdwn('Card two') }] },
      {
        type: 'container',
        title: plain('Details'),
        child_blocks: [{ type: 'section', text: mrkdwn('GIRAFFE') }],
      },
      {
        type: 'data_visualization',
        title: 'Errors',
        chart: {
          type: 'pie',
          segments: [
            { label: 'HTTP 500', value: 41 },
            { label: 'HTTP 404', value: 7 },
          ],
        },
      },
      {
        type: 'hologram',
        hologram_id: 'id-canary',
        layers: [{ label: 'Front', body: { type: 'mrkdwn', text: 'A *HIPPO*' } }],
      },
    ];
    const read = await readInThread(bot, 'Deploy #12 failed', { blocks });
    for (const said of [
      'Deploy #12 <failed>',
      'Stage *ZEBRA*',
      '*Branch:*\nmain',
      'Took 3 min',
      'Ask @Ben Baker',
      '[Page]',
      '[image: a red dot]',
      'by CI',
      '## Why\nSee <div> and **this**',
      '[image: Load: a steep curve]',
      '[Roll back]',
      '[Page *SRE*: at once]',
      '[Urgent]',
      '| Stage | Result |\n| LION | lost |',
      'Costs\n| CPU | 4711 |',
      'How to (https://v.example/1)',
      'In a minute',
      'Card one\nbelow\ninside',
      'Card two',
      'Details\nGIRAFFE',
      'Errors\nHTTP 500: 41\nHTTP 404: 7',
      'Front\nA *HIPPO*',
    ])
      expect(read).toContain(said);
    expect(read).not.toContain('canary');
    expect(times(read, 'Deploy #12')).toBe(1);
  });

  it('with rich text: lists, quotes, code, links and people', async () => {
    await using bot = await startSlackBot();
    const ben = bot.slack.user('ben', { displayName: 'Ben Baker' });
    const group = bot.slack.addUserGroup('cooks', [ben.id]);
    const blocks = [
      rich(
        section(span('Steps for '), { type: 'user', user_id: ben.id }, span(' and '), {
          type: 'usergroup',
          usergroup_id: group,
        }),
        {
          type: 'rich_text_list',
          style: 'ordered',
          elements: [section(span('stop')), section(span('start'))],
        },
        { type: 'rich_text_list', style: 'bullet', indent: 1, elements: [section(span('slowly'))] },
        { type: 'rich_text_quote', elements: [span('never\nin a hurry')] },
        { type: 'rich_text_preformatted', elements: [span('rm -rf <dir> && echo')] },
        section(
          span('see '),
          { type: 'link', url: 'https://x.example/?a=1&b=2', text: 'the page' },
          span(' '),
          span('a<b', { code: true }),
          { type: 'emoji', name: 'tada' },
        ),
      ),
    ];
    const read = await readInThread(bot, '', { blocks });
    expect(read).toContain(
      'Steps for @Ben Baker and @cooks\n1. stop\n2. start\n  • slowly\n> never\n> in a hurry\n```\nrm -rf <dir> && echo\n```\nsee the page (https://x.example/?a=1&b=2) `a<b`:tada:',
    );
  });

  it('with a text that its blocks repeat in other marks, told once', async () => {
    await using bot = await startSlackBot();
    const read = await readInThread(bot, 'The *ZEBRA* is out', {
      blocks: [rich(section(span('The '), span('ZEBRA', { bold: true }), span(' is out')))],
    });
    expect(times(read, 'ZEBRA')).toBe(1);
  });

  it('with a text beside blocks that hold no more than buttons', async () => {
    await using bot = await startSlackBot();
    const read = await readInThread(bot, 'The LION is out', {
      blocks: [{ type: 'actions', elements: [{ type: 'button', text: plain('Catch it') }] }],
    });
    expect(read).toContain('The LION is out\n[Catch it]');
  });

  it('that was forwarded with its files, blocks and card', async () => {
    await using bot = await startSlackBot();
    const { slack } = bot;
    const ben = slack.user('ben');
    const origin = ben.says('random', 'the log', { files: [{ name: 'log.txt', data: 'The GIRAFFE fell.' }] });
    const [file] = slack.message(origin).files;
    const url = `${slack.world.origin}/files-pri/${slack.id}-${file?.id}/download/log.txt`;
    const threadTs = ben.says('general', '', {
      attachments: [
        {
          is_share: true,
          author_name: 'Carla',
          text: '',
          fallback: 'fallback-canary',
          message_blocks: [{ message: { blocks: [rich(section(span('Here is the ZEBRA')))] } }],
          files: [
            { id: file?.id, name: 'log.txt', mimetype: 'text/plain', size: 17, url_private_download: url },
          ],
          attachments: [{ title: 'Alarm', text: 'A LION' }],
        },
      ],
    });
    const read = await readOf(bot, threadTs);
    for (const said of ['Carla', 'Here is the ZEBRA', 'Alarm', 'A LION', 'The GIRAFFE fell.'])
      expect(read).toContain(said);
    expect(read).not.toContain('canary');
  });
});

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
    const zip = { name: 'all.zip', data: Buffer.from('PK\u0003\u0004\u0000'), mimetype: 'application/zip' };
    const divider = app(bot, '', { blocks: [{ type: 'divider' }] });
    const asked = await ada.shortcut('ask_parley', divider);
    expect((await asked.response()).shown).toBe(unreadable);
    ada.dm('', { files: [zip] });
    await says(bot, unreadable, ada.dmChannel);
    const threadTs = asks(bot, 'ada', '');
    await slack.waitFor(() => slack.botMessages('general', threadTs).length === 1);
    expect(slack.botMessages('general', threadTs)[0]?.shown).not.toBe(unreadable);
    expect(model.requests).toHaveLength(0);
  });
});

describe.concurrent('a long thread', () => {
  async function longThread(
    bot: SlackBot,
    count: number,
    said = (index: number) => `reply number ${index}.`,
  ) {
    const ben = bot.slack.user('ben');
    const threadTs = ben.says('general', 'It all began with a ZEBRA.');
    for (let index = 1; index <= count; index++) ben.says('general', said(index), { threadTs });
    await settle(100);
    return threadTs;
  }

  it('is told by its first message and its last ones, with a mark for those between', async () => {
    await using bot = await startSlackBot();
    const read = await readOf(
      bot,
      await longThread(bot, 60, (index) => `${'Long words. '.repeat(20)}Number ${index}.`),
    );
    expect(read).toContain('It all began with a ZEBRA.');
    expect(read).toContain('Number 60.');
    expect(read).toContain('Number 50.');
    expect(read).not.toContain('Number 10.');
    expect(read).toMatch(/\[… \d+ messages left out …\]/);
    const [left] = /(?<=… )\d+/.exec(read) ?? [];
    expect(Number(left) + times(read, 'Number ')).toBe(60);
  });

  it('is read to its end where Slack gives it page by page', async () => {
    await using bot = await startSlackBot({ settings: { historyMost: 15 } });
    const read = await readOf(bot, await longThread(bot, 60));
    for (const number of [1, 30, 60]) expect(read).toContain(`reply number ${number}.`);
    expect(read).not.toContain('left out');
  });

  it('is read to its end where that is many pages away', async () => {
    await using bot = await startSlackBot({ settings: { historyMost: 15 } });
    const read = await readOf(bot, await longThread(bot, 250));
    expect(read).toContain('It all began with a ZEBRA.');
    expect(read).toContain('reply number 250.');
  });

  it('of which Slack lets one page be read says that the rest is missing', async () => {
    await using bot = await startSlackBot({
      settings: { historyMost: 15 },
      limits: { 'conversations.replies': { limit: 1, window: 60_000, per: 'workspace' } },
    });
    const read = await readOf(bot, await longThread(bot, 20));
    expect(read).toContain('It all began with a ZEBRA.');
    expect(read).toContain('reply number 14.');
    expect(read).toContain('[what was said after this could not be read]');
  });

  it('has the files of its messages read, and marks what is cut of one that is long', async () => {
    await using bot = await startSlackBot();
    const ben = bot.slack.user('ben');
    const files = [{ name: 'plan.txt', data: 'The plan is 4711.' }];
    const threadTs = ben.says('general', 'Here is the plan', { files });
    ben.says('general', 'very '.repeat(1_000), { threadTs });
    const read = await readOf(bot, threadTs);
    expect(read).toContain('with the files "plan.txt"');
    expect(read).toContain('The plan is 4711.');
    expect(read).toMatch(/\[… \d+ characters left out\]/);
  });
});

it('of more than ten files the rest is named', async () => {
  await using bot = await startSlackBot();
  const files = Array.from({ length: 13 }, (_, index) => ({
    name: `part${index + 1}.txt`,
    data: `text ${index + 1}`,
  }));
  const ada = bot.slack.user('ada');
  bot.model.respond(answers('Noted.'));
  ada.dm('look', { files });
  await ended(bot, { channel: ada.dmChannel });
  const read = prompts(bot).join('\n');
  expect(read).toContain('text 10');
  expect(read).not.toContain('text 11');
  expect(read).toContain('10 files are read at most: "part11.txt", "part12.txt", "part13.txt"');
});

it('a text file is read in the charset that Slack names, and in UTF-16', async () => {
  await using bot = await startSlackBot();
  const ada = bot.slack.user('ada');
  bot.model.respond(answers('Noted.'));
  const bytes = (latin1: string) => Buffer.from(latin1, 'latin1');
  ada.dm('look', {
    files: [
      { name: 'a.txt', data: Buffer.from('\ufeffGrüße aus Köln', 'utf16le'), mimetype: 'text/plain' },
      {
        name: 'b.csv',
        data: bytes('M\xfcller;\x80'),
        mimetype: 'text/csv',
        contentType: 'text/csv; charset=windows-1252',
      },
      {
        name: 'c.txt',
        data: bytes('\x93\xfa\x96\x7b\x8c\xea'),
        mimetype: 'text/plain',
        contentType: 'text/plain;charset=shift_jis',
      },
      { name: 'd.bin', data: Buffer.from([0, 1, 2, 255, 254, 9]), mimetype: 'text/plain' },
    ],
  });
  await ended(bot, { channel: ada.dmChannel });
  const read = prompts(bot).join('\n');
  for (const said of ['Grüße aus Köln', 'Müller;€', '日本語', 'not a file that can be read: "d.bin"'])
    expect(read).toContain(said);
});
