import { describe, expect, it } from 'vitest';
import { SLACK_WORDS } from '../../src/adapters/slack/vocabulary.ts';
import { en } from '../../src/core/sentences/en.ts';
import { admin, commanding, formOf, TENANT, textOf } from './commanding.ts';

describe('/settings', () => {
  it('shows every setting with its value, also where nothing was chosen', async () => {
    await using set = await commanding();
    const panel = await set.commands.run('settings', admin, {});
    expect(panel).toMatchObject({
      type: 'panel',
      id: 'settings',
      text: expect.stringContaining(
        '- **Answers in**: the channel\n- **In threads**: everything said to nobody else\n- **History**: shared by the channel\n- **Channels**: all',
      ),
    });
    if (panel.type !== 'panel') return;
    expect(panel.choices.map(({ id }) => id)).toEqual([
      'replyIn',
      'inThreads',
      'history',
      'channels',
      'roles',
      'whoMayAsk',
      'whenBusy',
      'temperature',
      'effort',
      'summaries',
      'footer',
      'mostParts',
      'cachedHours',
      'historyDays',
      'baseUrl',
    ]);
    for (const { label } of panel.choices) expect(panel.text).toContain(`- **${label}**: `);
  });

  it('leaves out what means nothing on a platform, and takes no value for it', async () => {
    await using set = await commanding({ words: SLACK_WORDS });
    const panel = await set.commands.run('settings', admin, {});
    expect(JSON.stringify(panel)).not.toMatch(/replyIn|Answers in/);
    expect(textOf(await set.commands.pick('settings', admin, 'replyIn'))).toBe(en.notices.oldForm);
    const reply = await set.commands.submit('setting:replyIn', admin, { replyIn: ['thread'] });
    expect(textOf(reply)).toBe(en.notices.oldForm);
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
  });

  it.each<[string, string[], object, string]>([
    ['replyIn', ['thread'], { replyIn: 'thread' }, '**Answers in**: a thread of its own'],
    ['inThreads', ['mentions'], { inThreads: 'mentions' }, '**In threads**: mentions and replies alone'],
    ['history', ['person'], { history: 'person' }, '**History**: each person has their own'],
    [
      'channels',
      ['1', '2'],
      { channels: ['1', '2'] },
      `**Channels**: <${TENANT} channels 1> <${TENANT} channels 2>`,
    ],
    ['channels', [], {}, '**Channels**: all'],
    ['roles', ['7'], { roles: ['7'] }, `**Roles**: <${TENANT} roles 7>`],
    ['whoMayAsk', ['admins'], { whoMayAsk: 'admins' }, '**Who may ask**: admins'],
    [
      'whenBusy',
      ['collect'],
      { whenBusy: 'collect' },
      '**While it answers**: all that wait are answered together',
    ],
    ['temperature', ['0'], { temperature: 0 }, '**Temperature**: 0'],
    ['temperature', ['0,7'], { temperature: 0.7 }, '**Temperature**: 0.7'],
    ['temperature', [' '], {}, '**Temperature**: the model’s own'],
    ['effort', ['high'], { effort: 'high' }, '**Reasoning effort**: high'],
    ['effort', ['default'], {}, '**Reasoning effort**: the model’s own'],
    ['mostParts', ['3'], { mostParts: 3 }, '**Long answers**: the rest as a file after 3 messages'],
    ['cachedHours', ['24'], { cachedHours: 24 }, '**The same question**: answered as before for 24 hours'],
    ['cachedHours', [''], {}, '**The same question**: asked anew'],
    ['mostParts', [''], {}, '**Long answers**: as messages, however many'],
    ['historyDays', [' 30 '], { historyDays: 30 }, '**Kept for**: 30 days'],
    ['historyDays', ['1'], { historyDays: 1 }, '**Kept for**: one day'],
    ['historyDays', [''], {}, '**Kept for**: 90 days'],
    [
      'baseUrl',
      ['http://localhost:11434/v1/'],
      { baseUrl: 'http://localhost:11434/v1' },
      '**Base URL**: http://localhost:11434/v1',
    ],
    [
      'baseUrl',
      ['openrouter.ai/api/v1/chat/completions'],
      { baseUrl: 'https://openrouter.ai/api/v1' },
      '**Base URL**: https://openrouter.ai/api/v1',
    ],
  ])('%s as %j is kept, and shown in the panel that comes again', async (id, given, kept, shown) => {
    await using set = await commanding();
    const reply = await set.choose(id, given);
    expect(await set.settings.read(TENANT)).toEqual({ ...kept, keys: {} });
    expect(reply).toMatchObject({ type: 'panel', text: expect.stringContaining(shown) });
    expect(reply).toMatchObject({ text: expect.stringMatching(/^Saved\./) });
    const [field] = formOf(await set.commands.pick('settings', admin, id)).fields;
    if (field?.type === 'channels' || field?.type === 'roles') expect(field.values).toEqual(given);
  });

  it.each<[string, string[], RegExp]>([
    ['replyIn', ['moon'], /Answers in is one of: the channel, a thread/],
    ['replyIn', [], /is one of/],
    ['temperature', ['2.1'], /from 0 to 2/],
    ['temperature', ['hot'], /from 0 to 2/],
    ['temperature', ['-1'], /from 0 to 2/],
    ['temperature', ['1e0'], /from 0 to 2/],
    ['cachedHours', ['0'], /from 1 to 168/],
    ['cachedHours', ['169'], /from 1 to 168/],
    ['cachedHours', ['-2'], /from 1 to 168/],
    ['mostParts', ['0'], /from 1 to 20/],
    ['mostParts', ['21'], /from 1 to 20/],
    ['mostParts', ['1.5'], /from 1 to 20/],
    ['historyDays', ['0'], /whole number of days/],
    ['historyDays', ['2.5'], /whole number of days/],
    ['historyDays', ['91'], /keeps nothing longer than 90 days/],
    ['baseUrl', ['my server'], /http or https address/],
    ['baseUrl', ['https://user:pass@host/v1'], /no password or key/],
    ['channels', Array.from({ length: 26 }, (_, i) => `${i}`), /more than 25/],
  ])('%s does not take %j, and says so above the panel', async (id, given, says) => {
    await using set = await commanding();
    const panel = { type: 'panel', text: expect.stringMatching(says) };
    expect(await set.choose(id, given)).toMatchObject(panel);
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
  });

  it('takes a choice back, and keeps the others', async () => {
    await using set = await commanding();
    await set.choose('effort', ['low']);
    await set.choose('temperature', ['1']);
    await set.choose('effort', ['default']);
    expect(await set.settings.read(TENANT)).toEqual({ temperature: 1, keys: {} });
  });

  it('has no base URL where tenants may set none, and takes none by a form from before', async () => {
    await using set = await commanding({ policy: 'off' });
    const panel = await set.commands.run('settings', admin, {});
    expect(JSON.stringify(panel)).not.toContain('Base URL');
    expect(textOf(await set.commands.pick('settings', admin, 'baseUrl'))).toMatch(/out of date/);
    const values = { baseUrl: ['https://evil.example/v1'] };
    expect(textOf(await set.commands.submit('setting:baseUrl', admin, values))).toMatch(/out of date/);
    expect(await set.settings.read(TENANT)).toEqual({ keys: {} });
  });

  it('takes a public https base URL alone where the operator says so', async () => {
    await using set = await commanding({ policy: 'public' });
    expect(await set.choose('baseUrl', ['http://a.example/v1'])).toMatchObject({
      text: expect.stringMatching(/begin with https:/),
    });
    await set.choose('baseUrl', ['https://127.0.0.1/v1']);
    expect(await set.setKey()).toMatch(/could not be checked: .*not on the public internet/);
    set.expectNoKey();
  });
});
