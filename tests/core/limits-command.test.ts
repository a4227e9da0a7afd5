/** `/limits`: the panel, its forms, and what a change says. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nanoOf } from '../../src/core/money/amounts.ts';
import { en } from '../../src/core/sentences/en.ts';
import { admin, commanding, formOf, member, TENANT, textOf, UNPRICED } from './commanding.ts';

type Set = Awaited<ReturnType<typeof commanding>>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-30T12:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Picks an entry and fills its form in. @param values by field; a text alone goes into the entry's own field */
async function choose({ commands }: Set, entry: string, values: string[] | Record<string, string[]>) {
  const { id } = formOf(await commands.pick('limits', admin, entry));
  return commands.submit(id, admin, Array.isArray(values) ? { [entry]: values } : values);
}

describe('/limits', () => {
  it('shows every limit, also where none is set, and asks nobody but admins', async () => {
    await using set = await commanding();
    const panel = await set.commands.run('limits', admin, {});
    expect(panel).toMatchObject({
      type: 'panel',
      id: 'limits',
      text: [
        '- **Limit a day**: no limit',
        '- **Limit a month**: no limit',
        '- **Limit of a person**: no limit',
        '- **Limit of roles**: none',
        '- **Messages a minute**: as many as whoever runs Parley allows',
        '- **Time zone**: UTC (Parley’s own)',
        '- **Reports**: a direct message to the person who set the last limit',
      ].join('\n'),
    });
    if (panel.type !== 'panel') return;
    expect(panel.choices.map(({ id }) => id)).toEqual([
      'dayLimit',
      'monthLimit',
      'personDayLimit',
      'roleDayLimits',
      'perMinute',
      'timeZone',
      'limitsChannel',
    ]);
    for (const reply of [
      await set.commands.run('limits', member, {}),
      await set.commands.pick('limits', member, 'dayLimit'),
      await set.commands.submit('limit:dayLimit', member, { dayLimit: ['5'] }),
    ])
      expect(textOf(reply)).toBe(en.notices.adminsOnly);
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
  });

  it('shows what is spent of each, and the operator’s limits without what others spend', async () => {
    await using set = await commanding({
      operatorLimits: { timeZone: 'Europe/Berlin', tenantDay: 2, personDay: 0.5, spendMonth: 100 },
      spentOf: ({ setBy }) => nanoOf(setBy === 'admin' ? 1.25 : 0.0034),
    });
    await set.settings.change(TENANT, { dayLimit: 5, monthLimit: 50, timeZone: 'Asia/Kathmandu' });
    const { text } = (await set.commands.run('limits', admin, {})) as { text: string };
    expect(text).toContain(
      '- **Limit a day**: $5.00, of which $1.25 is spent; it begins anew tomorrow at 00:00 (Asia/Kathmandu)',
    );
    expect(text).toContain(
      '- **Limit a month**: $50.00, of which $1.25 is spent; it begins anew on 1 December at 00:00 (Asia/Kathmandu)',
    );
    expect(text.split('\n\n')[1]).toBe(
      [
        'Whoever runs Parley limits what their API key pays:',
        '- this server, a day: $2.00, of which $0.0034 is spent; it begins anew tomorrow at 00:00 (Europe/Berlin)',
        '- each person, everywhere together, a day: $0.50',
        '- everybody on this Parley together, a month: $100.00',
      ].join('\n'),
    );
  });

  it.each<[string, string[], object, string]>([
    ['dayLimit', ['5'], { dayLimit: 5, limitsSetBy: 'ada' }, '**Limit a day**: $5.00, of which $0.00'],
    ['monthLimit', [' $1234.5 '], { monthLimit: 1234.5, limitsSetBy: 'ada' }, '**Limit a month**: $1,234.50'],
    [
      'personDayLimit',
      ['0,05'],
      { personDayLimit: 0.05, limitsSetBy: 'ada' },
      '**Limit of a person**: $0.05',
    ],
    ['personDayLimit', ['0.0034'], { personDayLimit: 0.0034, limitsSetBy: 'ada' }, ': $0.0034'],
    ['dayLimit', [''], {}, '**Limit a day**: no limit'],
    ['perMinute', ['1'], { perMinute: 1 }, '**Messages a minute**: one'],
    ['perMinute', [' 12 '], { perMinute: 12 }, '**Messages a minute**: 12'],
    ['perMinute', [''], {}, 'as many as whoever runs Parley allows'],
    ['timeZone', ['europe/berlin'], { timeZone: 'Europe/Berlin' }, '**Time zone**: Europe/Berlin'],
    ['timeZone', [''], {}, '**Time zone**: UTC (Parley’s own)'],
    ['limitsChannel', ['7'], { limitsChannel: '7' }, `**Reports**: <${TENANT} channels 7>`],
    ['limitsChannel', [], {}, 'a direct message'],
  ])('%s as %j is kept, and shown in the panel that comes again', async (id, given, kept, shown) => {
    await using set = await commanding();
    const reply = await choose(set, id, given);
    expect(await set.settings.read(TENANT)).toEqual({ ...kept, keys: {} });
    expect(reply).toMatchObject({ type: 'panel', text: expect.stringMatching(/^Saved\./) });
    expect(reply).toMatchObject({ text: expect.stringContaining(shown) });
    // The form begins with what is set, and takes it again.
    const [field] = formOf(await set.commands.pick('limits', admin, id)).fields;
    const now = field?.type === 'text' ? [field.value] : field?.type === 'channels' ? field.values : [];
    await choose(set, id, now);
    expect(await set.settings.read(TENANT)).toEqual({ ...kept, keys: {} });
  });

  it.each<[string, string[], RegExp]>([
    ['dayLimit', ['-1'], /number of dollars from 0 to 1000000/],
    ['dayLimit', ['1,000'], /number of dollars/],
    ['dayLimit', ['1e3'], /number of dollars/],
    ['dayLimit', ['five'], /number of dollars/],
    ['dayLimit', ['1000001'], /number of dollars/],
    ['dayLimit', ['NaN'], /number of dollars/],
    ['perMinute', ['0'], /whole number from 1/],
    ['perMinute', ['1.5'], /whole number from 1/],
    ['perMinute', ['10001'], /whole number from 1/],
    ['timeZone', ['Mars/Olympus'], /no such time zone/],
    ['timeZone', ['x'.repeat(100)], /no such time zone/],
    ['limitsChannel', ['1', '2'], /one channel/],
    ['limitsChannel', ['<#1>'], /letters, digits/],
  ])('%s does not take %j, and says so above the panel', async (id, given, says) => {
    await using set = await commanding();
    expect(await choose(set, id, given)).toMatchObject({ type: 'panel', text: expect.stringMatching(says) });
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
  });

  it('says what a limit of 0 does', async () => {
    await using set = await commanding();
    expect(await choose(set, 'dayLimit', ['0'])).toMatchObject({
      text: expect.stringContaining('With a limit of $0.00'),
    });
    expect((await set.settings.read(TENANT)).dayLimit).toBe(0);
  });

  it('says when a limit is below what is spent already', async () => {
    await using set = await commanding({ spentOf: () => nanoOf(3) });
    expect(await choose(set, 'dayLimit', ['3'])).toMatchObject({
      text: expect.stringContaining('refuses questions here. The limit begins anew tomorrow at 00:00 (UTC)'),
    });
    const reply = await choose(set, 'monthLimit', ['3.01']);
    expect(reply).toMatchObject({ text: expect.stringMatching(/^Saved\.\n/) });
    // The panel does not tell what a single person spent.
    expect(await choose(set, 'personDayLimit', ['1'])).toMatchObject({
      text: expect.stringContaining('counts what people have spent today already'),
    });
  });

  it('says that another time zone begins a new count', async () => {
    await using set = await commanding();
    expect(await choose(set, 'timeZone', ['Asia/Tokyo'])).toMatchObject({
      text: expect.stringContaining('counted anew'),
    });
  });

  it('fails with a sentence for entries that are not there', async () => {
    await using set = await commanding();
    expect(textOf(await set.commands.pick('limits', admin, 'role:1'))).toBe(en.notices.oldForm);
    expect(textOf(await set.commands.submit('limit:role:1', admin, { dollars: ['1'] }))).toBe(
      en.notices.oldForm,
    );
    expect(await set.commands.submit('limit:dayLimit', admin, {})).toMatchObject({ type: 'panel' });
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
  });
});

describe('a model without a price', () => {
  it('is told of as long as money is limited there', async () => {
    await using set = await commanding({ operatorKey: 'sk-operator' });
    await set.settings.change(TENANT, { model: UNPRICED });
    const SAYS =
      'Spending is limited here, and Parley knows no price for “llama-at-home”. Choose another model with `/model`, or ask whoever runs Parley to add its price.';
    const text = async () => ((await set.commands.run('limits', admin, {})) as { text: string }).text;
    expect(await text()).not.toContain(SAYS);
    expect(await choose(set, 'dayLimit', ['5'])).toMatchObject({ text: expect.stringContaining(SAYS) });
    await choose(set, 'dayLimit', ['']);
    expect(await text()).not.toContain(SAYS);
    await using limited = await commanding({
      operatorKey: 'sk-operator',
      operatorLimits: { timeZone: 'UTC', spendDay: 1 },
    });
    await limited.settings.change(TENANT, { model: UNPRICED });
    expect(await limited.commands.run('limits', admin, {})).toMatchObject({
      text: expect.stringContaining(SAYS),
    });
  });
});

describe('limits of roles', () => {
  it('are set for several at once, changed and removed one by one, also of a role that is gone', async () => {
    await using set = await commanding();
    const roles = async () => (await set.settings.read(TENANT)).roleDayLimits;
    const first = await choose(set, 'roleDayLimits', { roles: ['71', '72'], dollars: ['2'] });
    expect(first).toMatchObject({
      text: expect.stringContaining(
        `**Limit of roles**: Limit 1: <${TENANT} roles 71> $2.00; Limit 2: <${TENANT} roles 72> $2.00`,
      ),
      choices: expect.arrayContaining([
        expect.objectContaining({ id: 'role:71', label: 'Limit 1' }),
        expect.objectContaining({ id: 'role:72', label: 'Limit 2' }),
      ]),
    });
    await choose(set, 'roleDayLimits', { roles: ['73', '71'], dollars: ['0.5'] });
    expect(await roles()).toEqual({ 71: 0.5, 72: 2, 73: 0.5 });
    const [amount] = formOf(await set.commands.pick('limits', admin, 'role:72')).fields;
    expect(amount).toMatchObject({ id: 'dollars', value: '2' });
    await choose(set, 'role:72', { dollars: ['3'] });
    await choose(set, 'role:71', { dollars: [''] });
    expect(await roles()).toEqual({ 72: 3, 73: 0.5 });
    await choose(set, 'roleDayLimits', { roles: ['72', '73', '74'], dollars: [''] });
    expect(await roles()).toBeUndefined();
  });

  it('that two admins set at once are all kept, and the panel still opens where they are too many', async () => {
    await using set = await commanding();
    const roles = async () => Object.keys((await set.settings.read(TENANT)).roleDayLimits ?? {});
    const ids = (from: number) => Array.from({ length: 10 }, (_, i) => `${from + i}`);
    await Promise.all([
      choose(set, 'roleDayLimits', { roles: ids(10), dollars: ['1'] }),
      choose(set, 'roleDayLimits', { roles: ids(20), dollars: ['2'] }),
    ]);
    expect((await roles()).sort()).toEqual([...ids(10), ...ids(20)]);
    const panel = await set.commands.run('limits', admin, {});
    if (panel.type !== 'panel') throw new Error('no panel');
    expect(panel.choices.length).toBeLessThanOrEqual(25);
    await Promise.all(ids(10).map((role) => choose(set, `role:${role}`, { dollars: [''] })));
    expect((await roles()).sort()).toEqual(ids(20));
  });

  it('want a role and an amount that are right, and are bounded in number', async () => {
    await using set = await commanding();
    const ids = (from: number, count: number) => Array.from({ length: count }, (_, i) => `${from + i}`);
    expect(await choose(set, 'roleDayLimits', { roles: [], dollars: ['1'] })).toMatchObject({
      text: expect.stringMatching(/^Choose at least one/),
    });
    expect(await choose(set, 'roleDayLimits', { roles: ['1'], dollars: ['much'] })).toMatchObject({
      text: expect.stringMatching(/^That is a number of dollars/),
    });
    expect(await choose(set, 'roleDayLimits', { roles: ids(1, 16), dollars: ['1'] })).toMatchObject({
      text: expect.stringMatching(/at most 15 of these limits/),
    });
    expect((await set.settings.read(TENANT)).roleDayLimits).toBeUndefined();
    await choose(set, 'roleDayLimits', { roles: ids(1, 15), dollars: ['1'] });
    const panel = await set.commands.run('limits', admin, {});
    // Discord: a menu takes 25.
    expect(panel.type === 'panel' && panel.choices.length).toBe(22);
  });
});
