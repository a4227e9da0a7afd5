/** Edited messages and other answers on the page, by keyboard and by their names. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from '../chromium.ts';
import { articles, button, idle, loaded, say } from '../on-page.ts';

const executable = findChromium();
const title = executable
  ? 'branches on the page'
  : 'branches on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let opened: Visit;
  beforeAll(async () => {
    model = await startModelServer();
    parley = await startParley({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-operator',
      OPERATOR_MODELS: 'a-model,b-model',
      OPENAI_MODEL: 'a-model',
    });
    browser = await launch(executable ?? '');
  });
  afterEach(async () => {
    await opened?.context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  it('edits the last message by the keyboard, and steps through its versions', async () => {
    opened = await visit(browser, parley.app.url);
    const { page } = opened;
    await loaded(page);
    model.respond(answers('ONE'), answers('TWO'));
    await say(page, 'one');
    await idle(page);
    await page.getByLabel('Message', { exact: true }).press('ArrowUp');
    const box = page.getByRole('textbox', { name: 'Edited message' });
    await box.fill('two');
    await box.press('Escape');
    await expect.poll(() => button(page, 'Edit').evaluate((it) => it === document.activeElement)).toBe(true);
    await button(page, 'Edit').press('Enter');
    expect(await box.inputValue()).toBe('two');
    await box.press('Enter');
    await expect.poll(() => articles(page).allInnerTexts()).toEqual(['two', expect.stringContaining('TWO')]);
    await idle(page);
    await button(page, 'Previous version').press('Enter');
    await expect.poll(() => articles(page).allInnerTexts()).toEqual(['one', expect.stringContaining('ONE')]);
    await expect
      .poll(() => button(page, 'Previous version').evaluate((it) => it === document.activeElement))
      .toBe(true);
    expect(await findBarriers(page)).toEqual([]);
    await button(page, 'Next version').press('Enter');
    await expect.poll(() => articles(page).allInnerTexts()).toEqual(['two', expect.stringContaining('TWO')]);
  });

  it('answers anew by another model, whose name and versions stand at the answer', async () => {
    opened = await visit(browser, parley.app.url);
    const { page } = opened;
    await loaded(page);
    model.respond(answers('ONE'), answers('TWO'));
    await say(page, 'one');
    await idle(page);
    const answer = page.getByRole('article', { name: 'Parley said' });
    await answer.getByRole('button', { name: 'Regenerate with another model' }).click();
    await page.getByRole('menuitem', { name: 'b-model' }).click();
    await expect.poll(() => answer.innerText()).toContain('TWO');
    await idle(page);
    expect(model.requests.at(-1)?.body).toMatchObject({ model: 'b-model' });
    await expect.poll(() => answer.innerText()).toMatch(/2 \/ 2[\s\S]*b-model/);
    await answer.getByRole('button', { name: 'Previous version' }).press('Enter');
    await expect.poll(() => answer.innerText()).toMatch(/ONE[\s\S]*1 \/ 2/);
    expect(await findBarriers(page)).toEqual([]);
  });
});
