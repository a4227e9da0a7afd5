/** Everything that a person sees in a message reaches the model, whoever sent it and wherever it is referred to. */
import { type APIEmbed, ComponentType, EmbedType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { SaysOptions } from '../../../lab/counterparts/discord/people/actors.ts';
import { attachmentUrl } from '../../../lab/counterparts/discord/world/message-payloads.ts';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { startBot } from '../../harness/discord.ts';
import { answerTo, asks, expectSeen, prompts, says, sentence } from './said.ts';

/** A PNG of one transparent pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const CARD: APIEmbed = {
  type: EmbedType.Rich,
  author: { name: 'Build robot' },
  title: 'Deploy failed',
  url: 'https://ci.example/77',
  description: 'Stage ZEBRA exploded',
  fields: [{ name: 'Commit', value: 'abc123' }],
  footer: { text: 'after 3 minutes' },
};
const IN_CARD = [
  'Build robot',
  'Deploy failed',
  'https://ci.example/77',
  'ZEBRA',
  'Commit: abc123',
  'after 3 minutes',
];

const COMPONENTS = [
  {
    type: ComponentType.Container,
    components: [
      { type: ComponentType.TextDisplay, content: '# Release OKAPI' },
      {
        type: ComponentType.Section,
        components: [{ type: ComponentType.TextDisplay, content: 'Waits for a reviewer' }],
        accessory: {
          type: ComponentType.Thumbnail,
          media: { url: 'https://x.example/a.png' },
          description: 'a green flag',
        },
      },
      {
        type: ComponentType.MediaGallery,
        items: [{ media: { url: 'https://x.example/b.png' }, description: 'a graph that falls' }],
      },
      { type: ComponentType.File, file: { url: 'attachment://log.txt' }, name: 'log.txt' },
      {
        type: ComponentType.ActionRow,
        components: [{ type: ComponentType.Button, style: 1, custom_id: 'x', label: 'Approve' }],
      },
    ],
  },
];
const IN_COMPONENTS = [
  'Release OKAPI',
  'Waits for a reviewer',
  'a green flag',
  'a graph that falls',
  'log.txt',
  'Approve',
];

const POLL = {
  question: { text: 'Where to eat?' },
  answers: [
    { answer_id: 1, poll_media: { text: 'Noodles' } },
    { answer_id: 2, poll_media: { text: 'Dumplings' } },
  ],
  results: { is_finalized: false, answer_counts: [{ id: 2, count: 5, me_voted: false }] },
  expiry: null,
  allow_multiselect: false,
  layout_type: 1,
};
const IN_POLL = ['Where to eat?', 'Noodles (0 votes)', 'Dumplings (5 votes)'];

const KINDS: [string, SaysOptions, string[]][] = [
  ['an embed of a webhook', { embeds: [CARD], webhook: true }, IN_CARD],
  ['components', { components: COMPONENTS, flags: 1 << 15, webhook: true }, IN_COMPONENTS],
  ['a poll', { poll: POLL }, IN_POLL],
  [
    'a card of fields alone, which says when it was',
    {
      embeds: [
        {
          fields: [{ name: 'Stage', value: 'ZEBRA, since <t:1700000000:R>, see </deploys:1234567890>' }],
          timestamp: '2026-02-03T04:05:00Z',
        },
      ],
    },
    ['Stage: ZEBRA, since 2023-11-14 22:13 UTC, see /deploys', '2026-02-03'],
  ],
  [
    'a card of a small picture alone',
    { embeds: [{ thumbnail: { url: 'https://x.example/a.png' } }] },
    ['[image]'],
  ],
  [
    'components without words',
    {
      flags: 1 << 15,
      components: [
        {
          type: ComponentType.Container,
          components: [
            { type: ComponentType.MediaGallery, items: [{ media: { url: 'https://x.example/b.png' } }] },
            { type: ComponentType.MediaGallery, items: [{ media: { url: 'c', content_type: 'video/mp4' } }] },
            { type: ComponentType.File, file: { url: 'https://cdn.example/1/2/the%20report.csv?ex=1' } },
            {
              type: ComponentType.ActionRow,
              components: [
                { type: ComponentType.Button, style: 1, custom_id: 'x', emoji: { name: '🔥' } },
                { type: ComponentType.Button, style: 5, url: 'https://x.example/go', emoji: { name: '🚀' } },
              ],
            },
          ],
        },
      ],
    },
    ['[image]', '[video]', '[file: the report.csv]', '[🔥]', '[🚀 https://x.example/go]'],
  ],
  ['a sticker', { stickers: [{ id: '1', name: 'Wave', format_type: 3 }] }, ['[sticker: Wave]']],
];

describe.concurrent.each(KINDS)('%s', (_, content, wanted) => {
  it('reaches the model in a reply to it, in a forward of it, under Ask Parley, and from earlier in a thread', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    const general = discord.channel('general');
    model.respond(answers('One.'), answers('Two.'), answers('Three.'));
    const said = discord.user('robot', { bot: true }).says(general, '', content);
    ada.says(general, `<@${discord.botId}> what went wrong?`, { replyTo: said });
    await says(bot, 'One.');
    expectSeen(bot, ['what went wrong?', ...wanted]);
    const asked = await ada.context('Ask Parley', said);
    expect((await asked.message()).content).toBe('Two.');
    expectSeen(bot, wanted);
    const thread = ada.startsThread(general, 'Aside');
    discord.user('robot').says(thread, '', content);
    asks(bot, ada, 'and this?', thread);
    await says(bot, 'Three.', thread);
    expectSeen(bot, wanted);
  });
});

describe.concurrent('a picture that lies at Discord', () => {
  const pictures: [string, (url: string) => SaysOptions][] = [
    ['a card shows', (url) => ({ embeds: [{ image: { url: 'https://x.example/a.png', proxy_url: url } }] })],
    ['a link leads to', (url) => ({ embeds: [{ type: EmbedType.Image, thumbnail: { url } }] })],
    [
      'a gallery shows',
      (url) => ({
        flags: 1 << 15,
        components: [{ type: ComponentType.MediaGallery, items: [{ media: { url } }] }],
      }),
    ],
  ];
  it.each(pictures)('and that %s is seen by the model, also in a forward', async (_, shows) => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    const general = discord.channel('general');
    model.respond(answers('A dot.'), answers('The same dot.'));
    const data = Buffer.from(PIXEL, 'base64');
    const uploaded = ada.says(discord.channel('random'), '', { attachments: [{ name: 'dot.png', data }] });
    const [file] = discord.world.messages.get(uploaded)?.attachments ?? [];
    const url = file ? attachmentUrl(discord.world, discord.channel('random'), file) : '';
    const said = discord.user('robot', { bot: true }).says(general, '', { ...shows(url), webhook: true });
    ada.says(general, `<@${discord.botId}> what is it?`, { replyTo: said });
    await says(bot, 'A dot.');
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain(PIXEL);
    ada.dm('', { forward: said });
    await says(bot, 'The same dot.', ada.dmChannel);
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain(PIXEL);
  });
});

describe.concurrent('what is forwarded', () => {
  it('comes with its cards and files, also in a message that is replied to', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(answers('Read.'), answers('Read again.'));
    const said = discord.user('robot', { bot: true }).says(discord.channel('random'), '', {
      embeds: [CARD],
      attachments: [{ name: 'trace.txt', data: 'the trace says walrus' }],
    });
    ada.dm('', { forward: said });
    await says(bot, 'Read.', ada.dmChannel);
    expectSeen(bot, [...IN_CARD, 'walrus']);
    const general = discord.channel('general');
    const forward = discord.user('ben').says(general, '', { forward: said });
    ada.says(general, `<@${discord.botId}> why?`, { replyTo: forward });
    await says(bot, 'Read again.');
    expectSeen(bot, ['why?', ...IN_CARD, 'walrus']);
  });
});

describe.concurrent('in the message itself', () => {
  it('its own cards and stickers are material beside its words', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(answers('Nice.'));
    discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> see`, {
      embeds: [{ title: 'Page of PANGOLINS' }],
      stickers: [{ id: '1', name: 'Shrug', format_type: 1 }],
    });
    await says(bot, 'Nice.');
    expectSeen(bot, ['"Ada": see', 'PANGOLINS', '[sticker: Shrug]']);
  });

  it('names of roles are as people see them', async () => {
    await using bot = await startBot();
    const role = bot.discord.addRole('cooks');
    bot.model.respond(answers('They cook.'));
    await answerTo(bot, bot.discord.user('ada'), `what do <@&${role}> do?`, 'They cook.');
    expectSeen(bot, ['what do @cooks do?']);
  });
});

describe.concurrent('an answer of Parley’s that is replied to', () => {
  const long = `The list: ${Array.from({ length: 40 }, (_, n) => `point ${n + 1}`).join(', ')}.`;

  it('is quoted shortly, with a mark, while the conversation holds it', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(answers(long), answers('The last.'));
    const first = await answerTo(bot, ada, 'list', long);
    ada.says(discord.channel('general'), 'which is the last?', { replyTo: first.id });
    await says(bot, 'The last.');
    expect(prompts(bot).at(-1)).toContain('[it goes on');
    expect(prompts(bot).at(-1)).not.toContain('point 40');
  });

  it('is not read where it was forgotten', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(answers(long), answers('The last.'));
    const first = await answerTo(bot, ada, 'list', long);
    await sentence(ada.runs('forget'));
    ada.says(discord.channel('general'), 'which is the last?', { replyTo: first.id });
    await says(bot, 'The last.');
    expect(prompts(bot)).toHaveLength(1);
    expect(prompts(bot).at(-1)).not.toContain('point');
    expect(prompts(bot).at(-1)).toContain('a message that was forgotten');
  });
});

describe.concurrent('where nothing can be read', () => {
  it('people are told so, and no model is asked', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const general = discord.channel('general');
    const ada = discord.user('ada');
    const told = (count: number) =>
      discord.waitFor(
        () =>
          discord.botMessages(general).filter(({ content }) => content.includes('can’t read')).length ===
          count,
      );
    const empty = discord.user('robot', { bot: true }).says(general, '', { embeds: [{ color: 5 }] });
    ada.says(general, `<@${discord.botId}>`, { replyTo: empty });
    await told(1);
    ada.says(general, `<@${discord.botId}>`, {
      attachments: [{ name: 'tool.exe', data: new Uint8Array([77, 90, 0, 1]) }],
    });
    await told(2);
    const asked = await ada.context('Ask Parley', empty);
    expect((await asked.message()).content).toContain('can’t read');
    expect(model.requests).toEqual([]);
  });

  it('a question about it is asked, and says so', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(answers('It is empty.'));
    const empty = discord.user('robot', { bot: true }).says(discord.channel('general'), '');
    discord
      .user('ada')
      .says(discord.channel('general'), `<@${discord.botId}> what is it?`, { replyTo: empty });
    await says(bot, 'It is empty.');
    expectSeen(bot, ['nothing in this message can be read']);
  });
});
