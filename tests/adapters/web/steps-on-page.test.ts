/** The steps of an answer on the page, in a real browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { callsTools } from '../../../lab/counterparts/model-tools/steps.ts';
import {
  type SearchServiceUnderTest,
  startSearchService,
} from '../../../lab/counterparts/web/search-service.ts';
import { findChromium } from './chromium.ts';
import { articles, idle, say, shows } from './on-page.ts';
import { startWindows } from './windows.ts';

const executable = findChromium();
const title = executable
  ? 'steps on the page'
  : 'steps on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let search: SearchServiceUnderTest;
  beforeAll(async () => {
    search = await startSearchService('searxng');
  });
  afterAll(() => search?.[Symbol.asyncDispose]());
  const windows = startWindows(executable, () => ({ WEB_SEARCH: search.setting }));

  it('are seen while they run, said to screen readers, and folded once the answer has ended', async () => {
    const { promise: found, resolve: find } = Promise.withResolvers<void>();
    search.respond(async (response) => {
      await found;
      const results = [{ url: 'https://sea.example/tides', title: 'Tides', content: 'Twice a day.' }];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ query: 'tides', number_of_results: 1, results }));
    });
    windows.model.respond(
      callsTools({ name: 'web_search', input: { query: 'tides <b>today</b>' } }),
      answers('Twice a day [1].'),
    );
    const page = await windows.open(await windows.newContext());
    await say(page, 'When is high tide?');
    const answer = articles(page).last();
    const line = answer.getByText('Searching the web: tides <b>today</b>');
    await line.waitFor();
    expect(await answer.getByText('in progress').count()).toBe(1);
    expect(await page.getByRole('status').allInnerTexts()).toContain('Searching the web: tides <b>today</b>');
    find();
    await shows(page, 'Twice a day');
    await idle(page);
    expect(await line.isVisible()).toBe(false);
    const used = answer.getByText('Used a tool once');
    await used.click();
    await line.click();
    const result = answer.getByRole('region', { name: 'What came of it' });
    await expect.poll(() => result.innerText()).toContain('Twice a day.');
    expect(await result.innerText()).not.toContain('```\nResults');
    expect(await answer.getByRole('region', { name: 'Asked for' }).innerText()).toContain(
      'tides <b>today</b>',
    );
    await page.reload();
    await shows(page, 'Twice a day');
    await answer.getByText('Used a tool once').click();
    await answer.getByText('Searching the web: tides').waitFor();
  });
});
