/** Nothing that Parley says on Slack pings anybody, or shows the preview of a link. */
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
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, ended, isLive, regenerates, settle } from './said.ts';

/** A text by which a model might ping everyone it can think of. */
function pinging({ slack }: SlackBot): string {
  const ben = slack.user('ben');
  return [
    `<!channel> and <!here> and <!everyone>: <@${ben.id}>, <@${ben.id}|ben>, <!subteam^S0123ABCD>, @channel`,
    `**<!channel>** *<!here>* ~~<!subteam^S0123ABCD|@cooks>~~ \`<!channel>\` <<!channel>>`,
    `> <!here> <@${ben.id}>`,
    `&lt;!channel&gt; &#60;@${ben.id}&#62; &#x3C;!here> <&#64;${ben.id}> <&excl;channel> &lt;&#33;everyone&gt; &LT;!here&GT;`,
    `<b title="<!channel>">x</b> $<!channel>$ \\(<@${ben.id}>\\) **「<!here>」**です [x][<!channel>]`,
    `# <!channel>\n- <!subteam^S0123ABCD>\n1. <@${ben.id}>`,
    `| <!channel> | <@${ben.id}> |\n|--|--|\n| <!here|here> | https://example.com |`,
    `\`\`\`\n<!channel> <@${ben.id}>\n\`\`\``,
    'See https://example.com/page and [a page](https://example.com/).',
  ].join('\n\n');
}

/** In small pieces, so that a token comes in halves. */
const inPieces = (ping: string, size = 7) =>
  streams(
    ...(`${ping}\n\n`.repeat(2).match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []).flatMap((piece) => [
      text(piece),
      pause(4),
    ]),
    finish(),
    done,
  );

function expectQuiet({ slack }: SlackBot): void {
  expect(slack.pings).toEqual([]);
  const own = slack.world.messages.filter((message) => message.own && message.ephemeralTo === undefined);
  expect(own.length).toBeGreaterThan(0);
  for (const { unfurl } of own) expect(unfurl).toEqual({ links: false, media: false });
}

describe.concurrent('mentions in what the model writes ping nobody', () => {
  it.each(['allowed', 'unknown_method'])(
    'in a channel, a thread and a direct message, streams %s',
    async (streaming) => {
      await using bot = await startSlackBot({ settings: { streaming } });
      const { slack, model } = bot;
      const ping = pinging(bot);
      model.respond(inPieces(ping));
      const ada = slack.user('ada');
      const thread = asks(bot, 'ada', 'go');
      ada.dm('go');
      await Promise.all([ended(bot), ended(bot, { channel: ada.dmChannel })]);
      slack.user('ben').says('general', 'go', { threadTs: thread });
      await ended(bot, { count: 2 });
      // Once a stream is closed, it goes on by updates.
      slack.settings.closeStreamsAfter = { ms: 400 };
      asks(bot, 'ada', 'go', 'random');
      await ended(bot, { channel: 'random' });
      expectQuiet(bot);
    },
  );

  it('when it is answered again, goes on, or is stopped', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    const ping = pinging(bot);
    model.respond(
      streams(text(ping), finish('length'), done),
      streams(text(`Again. ${ping}`), finish('length'), done),
      answers(`Go on. ${ping}`),
      streams(text(`Stop. ${ping}`), pause(20_000), finish(), done),
    );
    const thread = asks(bot, 'ada', 'go');
    const [first] = await ended(bot, { thread });
    await regenerates(bot, 'ada', first);
    await slack.waitFor(() => slack.message(first?.ts ?? '').shown.startsWith('Again.'));
    await ended(bot, { thread });
    await ada.clicks(first?.ts ?? '', 'Continue');
    await ended(bot, { thread, count: 2 });
    const last = asks(bot, 'ada', 'once more');
    await slack.waitFor(() => slack.botMessages('general', last).some(isLive));
    ada.says('general', `${slack.mention} stop`, { threadTs: last });
    await ended(bot, { thread: last });
    expectQuiet(bot);
  });

  it('in notices, in help and in what commands say', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const root = slack.user('root', { isAdmin: true, displayName: '<!channel>' });
    model.respond(answers(pinging(bot)), fails(500), fails(401));
    asks(bot, 'root', `<!channel> <@${slack.user('ben').id}>`);
    await ended(bot);
    const failed = asks(bot, 'root', 'fail');
    await slack.waitFor(() => slack.botMessages('general', failed).length > 0);
    const thread = asks(bot, 'root', '');
    for (const command of ['export', 'help', 'forget']) {
      root.says('general', `${slack.mention} ${command}`, { threadTs: thread });
      await settle(150);
    }
    await root.runs('/parley', `ask <!channel> <@${slack.user('ben').id}>`);
    await settle(500);
    expectQuiet(bot);
  });
});
