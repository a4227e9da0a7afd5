/** Nothing that Parley says pings anybody, shows the preview of a link, or hides where a link goes. */
import { MessageFlags } from 'discord.js';
import { describe, expect, it } from 'vitest';
import {
  answers,
  done,
  fails,
  finish,
  pause,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';

/** A text by which a model might ping everyone it can think of, with the bot's own help. */
function pinging({ discord }: Bot): string {
  const role = discord.addRole(`cooks-${discord.world.messages.size}`);
  const ben = discord.user('ben');
  return [
    `@everyone and @here: <@&${role}>, ${ben.mention}, <@!${ben.id}>, <#${discord.channel('random')}>`,
    `**@everyone** *@here* ~~<@&${role}>~~ > @everyone`,
    `> @here ${ben.mention}`,
    `&#64;everyone &commat;here &lt;@${ben.id}&gt; &#60;@&amp;${role}&#62; &#x40;everyone`,
    `<b title="@everyone">@everyone</b> <a href="https://example.com">@here</a> $@everyone$ [x][@here] [^@here]`,
    `# @everyone\n- <@&${role}>\n1. ${ben.mention}`,
    `| @everyone | ${ben.mention} |\n|--|--|\n| <@&${role}> | https://example.com |`,
    'See https://example.com/page and [a page](https://example.com/).',
  ].join('\n\n');
}

/** Over several messages, each with pings of its own, in steps that are seen. */
const atLength = (ping: string) =>
  streams(
    ...Array.from({ length: 4 }, (_, index) => [
      text(`${ping}\n\n${'word '.repeat(240)}${index}\n\n`),
      pause(250),
    ]).flat(),
    finish(),
    done,
  );

const isEnded = (components: object[]) => JSON.stringify(components).includes('"Regenerate"');

function ended({ discord }: Bot, channel: string, count = 1) {
  return discord.waitFor(
    () => discord.botMessages(channel).filter(({ components }) => isEnded(components)).length >= count,
    { what: `${count} answers` },
  );
}

function expectQuiet({ discord }: Bot): void {
  expect(discord.pings).toEqual([]);
  const written = [...discord.world.messages.values()].filter(({ authorId }) => authorId === discord.botId);
  expect(written.length).toBeGreaterThan(0);
  for (const { content, flags } of written) {
    expect(flags & MessageFlags.SuppressEmbeds, content).toBe(MessageFlags.SuppressEmbeds);
  }
}

const QUICK = { create: { limit: 50, window: 1000 }, edit: { limit: 50, window: 1000 } };

describe('mentions in what the model writes ping nobody', () => {
  it('in a reply, in its edits and in its further messages, in a channel, a DM and a thread', async () => {
    await using bot = await startBot({ limits: QUICK });
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(atLength(pinging(bot)));
    const channel = discord.channel('general');
    const thread = ada.startsThread(channel, 'Pings');
    ada.says(channel, `<@${discord.botId}> go`);
    discord.user('ben').says(thread, `<@${discord.botId}> go`);
    ada.dm('go');
    await Promise.all([channel, thread, ada.dmChannel].map((where) => ended(bot, where)));
    expect(discord.botMessages(channel).length).toBeGreaterThan(2);
    expectQuiet(bot);
  });

  it('in the answer to /ask, openly and in private, and to Ask Parley', async () => {
    await using bot = await startBot({ limits: QUICK });
    const { discord, model } = bot;
    const ada = discord.user('ada');
    const channel = discord.channel('general');
    model.respond(atLength(pinging(bot)));
    const said = discord.user('ben').says(channel, `@everyone ${ada.mention} look`);
    const hidden = await ada.runs('ask', { prompt: 'go', private: true });
    await ada.runs('ask', { prompt: '@everyone go' });
    await ada.context('Ask Parley', said);
    await ended(bot, channel, 2);
    await discord.waitFor(() => hidden.followups.some(({ components }) => isEnded(components)));
    expectQuiet(bot);
  });

  it('when it is answered again, goes on, or is stopped', async () => {
    await using bot = await startBot({ limits: QUICK });
    const { discord, model } = bot;
    const ada = discord.user('ada');
    const channel = discord.channel('general');
    const ping = pinging(bot);
    model.respond(
      streams(text(ping), finish('length'), done),
      streams(text(`Again. ${ping}`), finish('length'), done),
      answers(`Go on. ${ping}`),
      streams(text(`Stop. ${ping}`), pause(20_000), finish(), done),
    );
    ada.says(channel, `<@${discord.botId}> go`);
    await ended(bot, channel);
    const first = discord.botMessages(channel)[0]?.id ?? '';
    await ada.clicks(first, 'Regenerate');
    await discord.waitFor(
      () => discord.message(first).content.startsWith('Again.') && isEnded(discord.message(first).components),
    );
    await ada.clicks(first, 'Continue');
    await ended(bot, channel, 2);
    ada.says(channel, `<@${discord.botId}> once more`);
    const live = await discord.waitFor(() =>
      discord.botMessages(channel).find(({ components }) => JSON.stringify(components).includes('"Stop"')),
    );
    await ada.clicks(live.id, 'Stop');
    await ended(bot, channel, 3);
    expectQuiet(bot);
  });

  it('in notices, in help and in what commands say', async () => {
    await using bot = await startBot({ limits: QUICK });
    const { discord, model } = bot;
    const root = discord.user('root', { permissions: 'admin', nick: '@everyone' });
    const channel = discord.channel('general');
    model.respond(answers(pinging(bot)), fails(500), fails(401));
    root.says(channel, `<@${discord.botId}> @everyone ${discord.user('ben').mention}`);
    await ended(bot, channel);
    root.says(channel, `<@${discord.botId}> fail`);
    await ended(bot, channel, 2);
    root.says(channel, `<@${discord.botId}>`);
    for (const command of ['export', 'settings', 'help', 'key status', 'forget']) {
      const called = await root.runs(command);
      await called.message();
    }
    expectQuiet(bot);
  });
});

it('a link to anything but the web, mail or Discord shows where it goes', async () => {
  await using bot = await startBot({ limits: QUICK });
  const { discord, model } = bot;
  const evil = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'vbscript:x',
    '//evil.example',
    'steam://run/1',
    'https:evil.example',
  ];
  const links = evil.flatMap((url) => [
    `[shown](${url})`,
    `[shown](<${url}>)`,
    `![shown](${url})`,
    `[**shown**](${url} "title")`,
    `[![shown](${url})](${url})`,
  ]);
  model.respond(answers(`${links.join('\n\n')}\n\n[fine](https://example.com/)`));
  const channel = discord.channel('general');
  discord.user('ada').says(channel, `<@${discord.botId}> links`);
  await ended(bot, channel);
  const shown = discord
    .botMessages(channel)
    .map(({ content }) => content)
    .join('\n');
  const masked = [...shown.matchAll(/\]\(<?([^)\s>]*)/g)].map(([, url]) => url);
  expect(masked).toEqual(['https://example.com/']);
});
