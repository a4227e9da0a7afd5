/** `/parley usage`: Slack's own chart and table. */
import { describe, expect, it } from 'vitest';
import { shownIn } from '../../../lab/counterparts/slack/blocks/shown.ts';
import { readCommand } from '../../../src/adapters/slack/interactions/typed-command.ts';
import { bookRow } from '../../core/book-row.ts';
import { commanding, TODAY } from '../../core/commanding.ts';
import { keepBooks, today } from '../../harness/money/booked.ts';
import { answersPriced, priced } from '../../harness/money/priced.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { ADMIN, interacting, MEMBER, TEAM, TENANT } from './interacting.ts';
import { asks, ended } from './said.ts';

const rowOf = (change: Parameters<typeof bookRow>[0]) =>
  bookRow({ tenant: TENANT, person: `chat:${MEMBER}`, ...change });

interface Block {
  type: string;
  title?: string;
  chart?: { series: { data: { label: string; value: number }[] }[] };
  rows?: { type: string; text?: string; value?: number; elements?: unknown }[][];
}

async function used(booked: ReturnType<typeof rowOf>[], typed: string, user = ADMIN) {
  await using slack = await interacting({ booked });
  await slack.types(typed, { user });
  const [reply] = slack.of('response');
  const blocks = (reply?.blocks ?? []) as Block[];
  const [chart] = blocks.filter(({ type }) => type === 'data_visualization');
  return {
    reply,
    title: chart?.title,
    bars: chart?.chart?.series[0]?.data.map(({ label, value }) => `${label}: ${value}`),
    rows: blocks.find(({ type }) => type === 'data_table')?.rows ?? [],
  };
}

describe('/parley usage', () => {
  it('shows a chart and a table to the caller alone, with a text for those who see neither', async () => {
    const { reply, title, bars, rows } = await used([rowOf({ day: '2026-11-02' })], 'usage', MEMBER);
    expect(reply).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect(reply?.text).toContain('*Your usage in November 2026*');
    expect(reply?.text).toContain('• `2 Nov`: $0.0034 · one request');
    expect(title).toBe('Dollars by day, November 2026');
    expect(bars?.slice(0, 2)).toEqual(['1–2: 0.0034', '3–4: 0']);
    expect(rows.map((row) => row.map(({ text }) => text).join(' | '))).toEqual([
      'Day | Cost | Requests | Tokens in | Cached | Tokens out',
      '2 Nov | $0.0034 | 1 | 1,000 | 800 | 100',
    ]);
    expect(rows[1]?.[1]).toEqual({ type: 'raw_number', value: 0.0034, text: '$0.0034' });
  });

  it('draws no more bars than Slack takes, and loses nothing of the sum', async () => {
    const days = Array.from({ length: 30 }, (_, day) =>
      rowOf({ day: `2026-11-${String(day + 1).padStart(2, '0')}`, cost: (day + 1) * 1e9 }),
    );
    const { bars = [], rows } = await used(days, 'usage', MEMBER);
    const sum = bars.reduce((all, bar) => all + Number(bar.split(': ')[1]), 0);
    expect([bars.length, bars.at(-1), sum, rows.length]).toEqual([15, '29–30: 59', 465, 31]);
  });

  it('names people by mentions in cells, and numbers their bars', async () => {
    const rows = [rowOf({}), rowOf({ person: `slack:${TEAM}:UEVE`, cost: 2e9 }), rowOf({ person: '' })];
    const { bars, rows: cells } = await used(rows, 'usage workspace person');
    expect(bars).toEqual(['1: 2', '2: 0.0034', '3: 0.0034']);
    const names = cells.slice(1).map(([name]) => shownIn(name));
    expect(names).toEqual(['1 <@UEVE>', `2 <@${MEMBER}>`, '3 Nobody in particular']);
  });

  it('numbers bars whose names are too long or alike, and keeps the names in the table', async () => {
    const [long, longer] = ['m'.repeat(200), `${'m'.repeat(200)}2`];
    const { bars, rows } = await used([rowOf({ model: long }), rowOf({ model: longer })], 'usage all model');
    expect(bars).toEqual(['1: 0.0034', '2: 0.0034']);
    expect(rows.slice(1).map(([name]) => name?.text)).toEqual([`1 ${long}`, `2 ${longer}`]);
  });

  it('shows no name as a mention, a link or a mark that somebody gave a model', async () => {
    const model = '<!channel> <@U1> *b* `x` <https://example.com|y>';
    const { reply } = await used([rowOf({ model })], 'usage all model');
    expect(reply?.text).toContain("`&lt;!channel&gt; &lt;@U1&gt; *b* 'x' &lt;https://example.com|y&gt;`");
  });

  it('leaves out rows for which a table of Slack has no room', async () => {
    const rows = Array.from({ length: 25 }, (_, index) => rowOf({ model: `${index}${'m'.repeat(600)}` }));
    const { rows: cells } = await used(rows, 'usage all model');
    expect(cells.length).toBeGreaterThan(10);
    expect(cells.length).toBeLessThan(25);
  });

  it.each([
    ['usage', {}],
    ['usage me', { whose: 'mine' }],
    ['usage workspace', { whose: 'server' }],
    ['usage person', { by: 'person' }],
    ['usage 2026-10', { month: '2026-10' }],
    ['usage workspace kind 2026-10', { whose: 'server', by: 'kind', month: '2026-10' }],
    ['verbrauch model 2026-10', { by: 'model', month: '2026-10' }],
  ])('is read as %s', async (typed, values) => {
    await using set = await commanding();
    expect(readCommand(typed, set.commands.list)).toMatchObject({ name: 'usage', values });
  });

  it('says of a word that is no choice how a month is written', async () => {
    const { reply } = await used([rowOf({ day: TODAY })], 'usage everybody please');
    expect(reply?.text).toBe('A month is written like 2026-11.');
  });
});

describe('a workspace', () => {
  it('has what an answer cost as soon as it is there', async () => {
    await using bot = await startSlackBot({ env: await priced() });
    const { slack, model } = bot;
    model.respond(answersPriced('Yes.'));
    await ended(bot, { thread: asks(bot, 'ada', 'is it so?') });
    const reads = async (name: string) => {
      const handle = await slack.user(name).runs('/parley', 'usage', slack.channel('general'));
      return (await slack.waitFor(() => handle.responses.at(0))).shown;
    };
    expect(await reads('ada')).toContain(
      'Today: *$0.0013* for one request (1K tokens in, 800 of them cached, 100 out).',
    );
    expect(await reads('ben')).toContain('Nothing was used in ');
  });

  it.each([
    {
      refusedBlocks: [],
      shown: ['[bar: Dollars by day, ', '[Days]\nDay | Cost', '$0.0034 | 1 | 1,000 | 800 | 100'],
    },
    { refusedBlocks: ['data_visualization'], shown: ['`: $0.0034 · one request · 1K tokens in'] },
    {
      refusedBlocks: ['data_visualization', 'data_table'],
      shown: ['`: $0.0034 · one request · 1K tokens in'],
    },
  ])(
    'that refuses $refusedBlocks still shows all of it, to the caller alone',
    async ({ refusedBlocks, shown }) => {
      await using bot = await startSlackBot({ settings: { refusedBlocks } });
      const { slack } = bot;
      const ada = slack.user('ada');
      const tenant = `slack:${slack.id}`;
      const own = bookRow({ tenant, day: today(), person: `${tenant}:${ada.id}` });
      await bot.restart(() => keepBooks(bot.folder, [own]));
      const handle = await ada.runs('/parley', 'usage', slack.channel('general'));
      const reply = await slack.waitFor(() => handle.responses.at(0));
      expect([handle.responses.length, reply.ephemeralTo]).toEqual([1, ada.id]);
      for (const one of ['*Your usage in ', 'Today: *$0.0034* for one request', ...shown])
        expect(reply.shown).toContain(one);
    },
  );
});

it('typed in a thread shows its person alone what they used; elsewhere it is a question', async () => {
  await using bot = await startSlackBot({ env: await priced() });
  const { slack, model } = bot;
  model.respond(answersPriced('Hello.'), answersPriced('How what is used?'));
  const thread = asks(bot, 'ada', 'hello');
  await ended(bot, { thread });
  const ada = slack.user('ada');
  ada.says('general', `<@${slack.botUserId}> usage`, { threadTs: thread });
  const told = await slack.waitFor(() => slack.ephemeral(ada.id).at(-1));
  expect(told.shown).toContain('Your usage in ');
  expect(told.shown).toContain('$0.0013');
  expect(model.requests).toHaveLength(1);
  asks(bot, 'ada', 'usage');
  await slack.waitFor(() => model.requests.length === 2);
});
