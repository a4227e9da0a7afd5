/** Everything that a person sees in a Slack message reaches the model once, whoever wrote it. */
import { describe, expect, it } from 'vitest';
import { startSlackBot } from '../../harness/slack.ts';
import { CARD, readInThread, readOf, times } from './seen.ts';

const mrkdwn = (said: string) => ({ type: 'mrkdwn', text: said });
const plain = (said: string) => ({ type: 'plain_text', text: said });
const span = (said: string, style?: object) => ({ type: 'text', text: said, ...(style && { style }) });
const rich = (...elements: object[]) => ({ type: 'rich_text', elements });
const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });

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
