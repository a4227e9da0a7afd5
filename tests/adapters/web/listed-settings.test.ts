/** The settings of core's list at the page: which there are, what each changes, and how they look. */
import type { Browser as Chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { oneOf, type Setting } from '../../../src/core/commands/setting.ts';
import { SETTINGS } from '../../../src/core/commands/settings-list.ts';
import { type Browser, type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { button, openSettings } from './on-page.ts';

const PAID = {
  OPENAI_API_KEY: 'sk-of-the-operator',
  PUBLIC_URL: 'https://parley.example.com',
  WEB_TOKEN: 'a token for the test',
};
const enter = (browser: Browser) => browser.fetch('/access?token=a%20token%20for%20the%20test');
const change = (browser: Browser, json: unknown) => browser.fetch('/api/settings', { method: 'PATCH', json });
const fieldOf = async (browser: Browser, id: string) =>
  (await browser.state()).settings.fields.find((field) => field.id === id);

describe('the settings at the page', () => {
  it('are all of the list but those of channels, roles, threads and messages', async () => {
    await using parley = await startParley();
    const { fields } = (await parley.browser().state()).settings;
    expect(fields.map(({ id }) => id)).toEqual([
      'whenBusy',
      'temperature',
      'effort',
      'summaries',
      'footer',
      'cachedHours',
      'historyDays',
      'baseUrl',
      'dayLimit',
      'monthLimit',
      'timeZone',
      'pagesTool',
      'filesTool',
    ]);
    for (const { hint } of fields) expect(hint).toMatch(/^[A-Z].*\.$/);
  });

  it('reach the model, as text or as a number, and are taken back by null', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'llama' });
    const browser = parley.browser();
    const asked = async () => {
      const id = await browser.newConversation();
      await browser.follow(id, (await browser.send(id, 'hello')).id);
      return model.requests.at(-1)?.body;
    };
    expect((await change(browser, { temperature: '0,7', effort: 'high' })).status).toBe(200);
    expect(await asked()).toMatchObject({ temperature: 0.7, reasoning_effort: 'high' });
    await change(browser, { temperature: 1 });
    expect(await fieldOf(browser, 'temperature')).toMatchObject({ value: '1', closed: null });
    expect(await asked()).toMatchObject({ temperature: 1, reasoning_effort: 'high' });
    await change(browser, { temperature: null, effort: 'default' });
    expect(await asked()).not.toHaveProperty('temperature');
    expect(await asked()).not.toHaveProperty('reasoning_effort');
  });

  it('count the days that are kept, never more than the operator’s', async () => {
    await using parley = await startParley({ HISTORY_DAYS: '30' });
    const browser = parley.browser();
    expect(await fieldOf(browser, 'historyDays')).toMatchObject({ value: '', placeholder: '30 days' });
    expect(await (await change(browser, { historyDays: 31 })).json()).toEqual({
      error: { code: 'invalid', message: 'Parley keeps nothing longer than 30 days. Choose fewer.' },
    });
    await change(browser, { historyDays: 7 });
    expect(await fieldOf(browser, 'historyDays')).toMatchObject({ value: '7' });
    expect(JSON.stringify(await browser.get('/api/about'))).toContain('for 7 days');
  });

  it.each([
    [{ temperature: 'hot' }, /from 0 to 2/],
    [{ temperature: true }, /as text or as a number/],
    [{ temperature: [] }, /as text or as a number/],
    [{ temperature: ' ' }, /is empty/],
    [{ effort: 'endless' }, /Reasoning effort is one of/],
    [{ whenBusy: 'shout' }, /While it answers is one of/],
    [{ historyDays: 0.5 }, /whole number of days/],
  ])('%j is refused with a sentence, and changes nothing', async (json, says) => {
    await using parley = await startParley();
    const browser = parley.browser();
    const { settings } = await browser.state();
    const refused = await change(browser, { ...json, persona: 'kind' });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { error: { code: 'invalid', message: expect.stringMatching(says) } },
    ]);
    expect((await browser.state()).settings).toEqual(settings);
  });

  it('take nothing that concerns channels alone', async () => {
    await using parley = await startParley();
    const browser = parley.browser();
    const { settings } = await browser.state();
    expect((await change(browser, { channels: ['1'], replyIn: 'thread', whoMayAsk: 'admins' })).status).toBe(
      200,
    );
    expect((await browser.state()).settings).toEqual(settings);
  });

  it('have no effort where the operator pays, say so, and have it with a key of the person’s own', async () => {
    await using model = await startModelServer();
    await using parley = await startParley({ OPENAI_BASE_URL: model.url, ...PAID });
    const browser = parley.browser();
    await enter(browser);
    const notice = expect.stringMatching(/pays here only for the reasoning effort.*API key of your own/);
    expect(await fieldOf(browser, 'effort')).toMatchObject({ value: 'default', closed: notice });
    const refused = await change(browser, { effort: 'high' });
    expect([refused.status, await refused.json()]).toEqual([
      403,
      { error: { code: 'not-offered', message: notice } },
    ]);
    await browser.fetch('/api/settings/key', { method: 'PUT', json: { key: 'sk-of-a-person' } });
    expect((await change(browser, { effort: 'high' })).status).toBe(200);
    expect(await fieldOf(browser, 'effort')).toMatchObject({ value: 'high', closed: null });
    await browser.fetch('/api/settings/key', { method: 'DELETE' });
    expect(await fieldOf(browser, 'effort')).toMatchObject({ value: 'default', closed: notice });
  });
});

const executable = findChromium();
const title = executable
  ? 'the panel of settings'
  : 'the panel of settings (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const WORD = 'W'.repeat(60);
/** Settings that Parley does not have, with words that do not break. */
const LONG: Setting[] = [
  oneOf('long' as 'effort', {
    label: WORD,
    description: WORD,
    concerns: 'everyone',
    choices: [
      { value: 'default', label: WORD },
      { value: 'low', label: `${WORD} ${WORD}` },
    ],
  }),
  oneOf('closed' as 'effort', {
    label: `Closed ${WORD}`,
    description: WORD,
    concerns: 'everyone',
    choices: [],
    notOffered: () => `${WORD} is not offered.`,
  }),
];

describe.skipIf(!executable)(title, () => {
  let chromium: Chromium;
  let model: ModelServer;
  let parley: Parley;

  beforeAll(async () => {
    SETTINGS.push(...LONG);
    chromium = await launch(executable ?? '');
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, ...PAID });
  });
  afterAll(async () => {
    SETTINGS.splice(-LONG.length);
    await chromium?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  const LOOKS = [320, 412, 1280].flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
  );
  it.each(LOOKS)(
    'at $width px, $colorScheme, fits, can be read, and saves',
    async ({ width, colorScheme }) => {
      const viewport = { width, height: 800 };
      const url = `${parley.app.url}/access?token=a+token+for+the+test`;
      const { page, context } = await visit(chromium, url, { viewport, colorScheme });
      await openSettings(page);
      await page.getByText('is not offered').waitFor();
      await page.getByText('pays here only for the reasoning effort').waitFor();
      await page.getByLabel('Temperature', { exact: true }).fill('hot');
      await button(page, 'Save temperature').click();
      await page.getByRole('alert').getByText('from 0 to 2').waitFor();
      expect(await misfits(page)).toEqual([]);
      expect(await findBarriers(page)).toEqual([]);
      await page.getByLabel('Temperature', { exact: true }).fill('0,5');
      await button(page, 'Save temperature').click();
      await page.getByText('Saved.').first().waitFor();
      await button(page, 'Save days').waitFor();
      await page.getByRole('radio', { name: `${WORD} ${WORD}` }).click();
      await page.getByLabel('API key', { exact: true }).fill('sk-of-this-person-alone');
      await button(page, 'Save key').click();
      await page.getByRole('radio', { name: 'Medium' }).click();
      await page.getByRole('radio', { name: 'Medium', checked: true }).waitFor();
      await page.reload();
      await openSettings(page);
      expect(await page.getByLabel('Temperature', { exact: true }).inputValue()).toBe('0.5');
      expect(await page.getByRole('radio', { name: 'Medium' }).isChecked()).toBe(true);
      expect(await page.getByRole('radio', { name: `${WORD} ${WORD}` }).isChecked()).toBe(true);
      await context.close();
    },
  );
});
