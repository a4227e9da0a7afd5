import { describe, expect, it } from 'vitest';
import type { CommandCall, CommandReply, CommandValues } from '../../src/core/commands/command.ts';
import { listOfTable } from '../../src/core/commands/figures.ts';
import type { BookingKind } from '../../src/core/money/booking.ts';
import type { BookRow } from '../../src/core/money/books.ts';
import { bookRow } from './book-row.ts';
import { admin, type CommandingOptions, commanding, member, textOf } from './commanding.ts';

async function usage(
  booked: BookRow[],
  values: CommandValues = {},
  call: CommandCall = member,
  options: CommandingOptions = {},
) {
  await using set = await commanding({ booked, ...options });
  return set.commands.run('usage', call, values);
}

function figuresOf(reply: CommandReply) {
  if (reply.type !== 'text' || !reply.figures) throw new Error(`${JSON.stringify(reply)} has no figures`);
  const { chart, table } = reply.figures;
  const name = (label: { text: string } | { person: string }) =>
    'person' in label ? `@${label.person}` : label.text;
  return {
    chart,
    bars: chart.bars.map(({ label, shown }) => `${name(label)} ${shown}`),
    lines: listOfTable(table, name).split('\n'),
  };
}

describe('/usage', () => {
  it('tells a member their own day and month, and nothing of anybody else’s', async () => {
    const reply = await usage([
      bookRow({}),
      bookRow({ day: '2026-11-02', requests: 3, cost: 1_250_000_000 }),
      bookRow({ person: 'chat:eve', cost: 99_000_000_000, model: 'eves-model' }),
      bookRow({ day: '2026-10-31', cost: 5_000_000_000 }),
    ]);
    expect(textOf(reply)).toBe(
      [
        '**Your usage in November 2026**',
        'Today: **$0.0034** for one request (1K tokens in, 800 of them cached, 100 out).',
        'This month: **$1.25** for 4 requests (2K tokens in, 1.6K of them cached, 200 out).',
      ].join('\n'),
    );
    const { chart, bars, lines } = figuresOf(reply);
    expect(chart.title).toBe('Dollars by day, November 2026');
    expect(bars).toHaveLength(30);
    expect([bars[0], bars[1], bars[29]]).toEqual(['1 $0.00', '2 $1.25', '30 $0.0034']);
    expect(lines).toEqual([
      '- 30 Nov: $0.0034 · one request · 1K tokens in · 800 cached · 100 out',
      '- 2 Nov: $1.25 · 3 requests · 1K tokens in · 800 cached · 100 out',
    ]);
    expect(JSON.stringify(reply)).not.toMatch(/eve|99/);
  });

  it('refuses a member the server’s, and shows an admin all of it by person, model and kind', async () => {
    const rows = [
      bookRow({}),
      bookRow({ person: 'chat:eve', cost: 2_000_000_000, model: 'm2', kind: 'summary' }),
    ];
    const refused = await usage(rows, { whose: 'server', by: 'person' });
    expect(textOf(refused)).toBe('Only an admin can do that.');
    const told = async (by: string) => figuresOf(await usage(rows, { whose: 'server', by }, admin)).bars;
    expect(await told('person')).toEqual(['@eve $2.00', '@bob $0.0034']);
    expect(await told('model')).toEqual(['m2 $2.00', 'gpt-6-luna $0.0034']);
    expect(await told('kind')).toEqual(['Summaries $2.00', 'Answers $0.0034']);
  });

  it('names each kind of request in words, those that belong to no answer too', async () => {
    const kinds: BookingKind[] = ['answer', 'transcription', 'summary', 'short', 'trial'];
    const rows = kinds.map((kind, place) => bookRow({ kind, cost: (9 - place) * 1_000_000_000 }));
    const { bars } = figuresOf(await usage(rows, { whose: 'server', by: 'kind' }, admin));
    expect(bars).toEqual([
      'Answers $9.00',
      'Voice messages $8.00',
      'Summaries $7.00',
      'Short versions $6.00',
      'Trials of settings $5.00',
    ]);
  });

  it('never shows an unknown price as $0.00, but the tokens', async () => {
    const reply = await usage([
      bookRow({ cost: 0, unpriced: 1 }),
      bookRow({ day: '2026-11-02', cost: 0, unpriced: 1 }),
    ]);
    const { chart, bars } = figuresOf(reply);
    expect(textOf(reply)).toContain('This month: **no price known** for 2 requests (2K tokens in');
    expect(textOf(reply)).toContain('No price is known for 2 requests, so only their tokens are counted.');
    expect([chart.unit, bars[1]]).toEqual(['tokens', '2 1.1K']);
    expect(JSON.stringify(reply)).not.toContain('$0');
  });

  it('says where an amount is not all of it, or is estimated', async () => {
    const rows = [
      bookRow({}),
      bookRow({ person: 'chat:eve', cost: 0, unpriced: 1 }),
      bookRow({ model: 'm2', estimated: 1 }),
    ];
    const reply = await usage(rows, { whose: 'server', by: 'person' }, admin);
    expect(textOf(reply)).toContain('Today: **at least $0.0068** for 3 requests');
    expect(textOf(reply)).toContain('The provider did not report the tokens of one request');
    expect(figuresOf(reply).bars).toEqual(['@bob about $0.0068', '@eve no price known']);
  });

  it('shows a price of nothing as nothing', async () => {
    expect(textOf(await usage([bookRow({ cost: 0 })]))).toContain('Today: **$0.00** for one request');
  });

  it('tells apart what the operator and a key of one’s own paid', async () => {
    const text = textOf(await usage([bookRow({}), bookRow({ payer: 'own', cost: 2_000_000_000 })]));
    expect(text).toContain(
      'Of this, $0.0034 was paid by whoever runs Parley, and $2.00 with a key that was set here.',
    );
  });

  it('puts what many people used together, and loses nothing of the sum', async () => {
    const rows = Array.from({ length: 200 }, (_, index) =>
      bookRow({ person: `chat:p${index}`, cost: 10_000_000 }),
    );
    const reply = await usage(rows, { whose: 'server', by: 'person' }, admin);
    const { bars, lines } = figuresOf(reply);
    expect([bars.length, bars.at(-1)]).toEqual([12, 'All others $1.89']);
    expect([lines.length, lines.at(-1)?.slice(0, 26)]).toEqual([25, '- All others: $1.76 · 176 ']);
  });

  it('tells of nobody by name whose name was taken out', async () => {
    const reply = await usage([bookRow({ person: '' })], { whose: 'server', by: 'person' }, admin);
    expect(figuresOf(reply).bars).toEqual(['Nobody in particular $0.0034']);
  });

  it('shows another month in whole, and says so when there is nothing in it', async () => {
    const reply = await usage([bookRow({ day: '2026-02-28' })], { month: ' 2026-02 ' });
    expect(textOf(reply)).toContain('**Your usage in February 2026**\nIn all: **$0.0034**');
    expect(figuresOf(reply).bars).toHaveLength(28);
    expect(textOf(await usage([], { month: '2026-03' }))).toContain('Nothing was used in March 2026.');
  });

  it.each(['2026-13', 'November', '26-11', '2026-11-30', '9999999-11'])(
    'takes no month %s',
    async (month) => {
      expect(textOf(await usage([bookRow({})], { month }))).toBe('A month is written like 2026-11.');
    },
  );

  describe('while there are limits', () => {
    const limited: CommandingOptions = {
      operatorLimits: { timeZone: 'UTC', personDay: 1, tenantMonth: 20, spendDay: 50 },
      spentOf: ({ of }) => (of === 'person' ? 600_000_000 : 25e9),
    };

    it('tells a person how much they have left, and when it begins anew', async () => {
      const text = textOf(await usage([bookRow({})], {}, member, limited));
      expect(text).toContain(
        '\nYou have $0.40 of $1.00 left for today. It begins anew tomorrow at 00:00 (UTC).',
      );
      expect(text).not.toContain('$20.00');
      expect(textOf(await usage([], {}, member, limited))).toContain('You have $0.40 of $1.00 left');
    });

    it('tells an admin the server’s, of which nothing less than nothing can be left', async () => {
      const text = textOf(await usage([bookRow({})], { whose: 'server' }, admin, limited));
      expect(text).toContain('This server has $0.00 of $20.00 left for this month.');
      expect(text).not.toMatch(/You have|\$50/);
    });

    it('tells nothing of them in another month, or where a key of one’s own pays', async () => {
      expect(textOf(await usage([], { month: '2026-02' }, member, limited))).not.toContain('left');
      expect(textOf(await usage([bookRow({ payer: 'own' })], {}, member, limited))).not.toContain('left');
    });
  });

  it('suggests the months that the books hold, the newest first', async () => {
    await using set = await commanding();
    const all = await set.commands.suggest('usage', 'month', member, '');
    expect([all.length, all[0], all.at(-1)]).toEqual([13, '2026-11', '2025-11']);
    expect(await set.commands.suggest('usage', 'month', member, '2025')).toEqual(['2025-12', '2025-11']);
  });
});
