/** TL;DR on the page in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  answers,
  fails,
  type ModelServer,
  startModelServer,
} from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findChromium, launch, type Visit, visit } from './chromium.ts';
import { articles, button, idle, loaded, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'a short version on the page'
  : 'a short version on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
  });
  beforeEach(async () => {
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    here = await visit(browser, parley.app.url);
    await loaded(here.page);
  });
  afterEach(async () => {
    await here.context.close();
    await parley.app.stop();
    await model.stop();
  });
  afterAll(() => browser?.close());

  it('stands below a long answer, in this window alone, until that is answered again', async () => {
    const long = 'A walk by the sea is long. '.repeat(130);
    model.respond(answers(long), fails(401, { code: 'invalid_api_key' }), answers('**Short**: a walk.'));
    const { page, context } = here;
    await say(page, 'A tale');
    await idle(page);
    await articles(page).nth(1).getByRole('button', { name: 'TL;DR' }).waitFor();
    await button(page, 'TL;DR').click();
    await page.getByRole('alert').getByText('does not accept').waitFor();
    await button(page, 'TL;DR').click();
    const short = page.getByRole('region', { name: 'TL;DR' });
    await short.getByText('Short: a walk.').waitFor();
    const other = await context.newPage();
    await other.goto(page.url());
    await shows(other, 'A walk');
    expect(await other.getByRole('region', { name: 'TL;DR' }).count()).toBe(0);
    model.respond(answers('Now it is brief.'));
    await button(page, 'Regenerate').click();
    await shows(page, 'Now it is brief.');
    await idle(page);
    expect(await short.count()).toBe(0);
    expect(await button(page, 'TL;DR').count()).toBe(0);
    expect(here.complaints.filter((one) => !one.includes('422'))).toEqual([]);
  });
});
