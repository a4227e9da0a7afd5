/** Ways to attach: files dragged over the page, long pasted text, and the camera of a phone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { box, button, closeSettings, draft, loaded, openSettings, shows, waitingFiles } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'attaching on the page'
  : 'attaching on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

/** Runs in the browser: dispatches a drag event with a file, as a drag from outside the window does. */
function dragged({ type, leaves = false }: { type: string; leaves?: boolean }): boolean {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(['of otters'], 'otters.txt', { type: 'text/plain' }));
  const init = {
    dataTransfer,
    bubbles: true,
    cancelable: true,
    relatedTarget: leaves ? null : document.body,
  };
  return document.querySelector('h1')?.dispatchEvent(new DragEvent(type, init)) ?? false;
}

const paste = (page: Page, text: string) =>
  box(page).evaluate((node, words) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', words);
    node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    model.respond(answers('Yes.'));
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  const open = async (options = {}) => {
    here = await visit(browser, parley.app.url, options);
    await loaded(here.page);
    return here.page;
  };
  const zone = (page: Page) => page.getByText('Drop the files to attach them');

  it('takes a file that is dropped anywhere, and shows so while it is dragged', async () => {
    const page = await open();
    await page.evaluate(dragged, { type: 'dragenter' });
    await zone(page).waitFor();
    await page.evaluate(dragged, { type: 'dragleave', leaves: true });
    await zone(page).waitFor({ state: 'detached' });
    await page.evaluate(dragged, { type: 'dragover' });
    await zone(page).waitFor();
    await page.evaluate(dragged, { type: 'drop' });
    await zone(page).waitFor({ state: 'detached' });
    await waitingFiles(page).getByText('otters.txt').waitFor();
    expect(here.complaints).toEqual([]);
  });

  it('takes nothing while a dialogue lies over the page', async () => {
    const page = await open();
    await openSettings(page);
    expect(await page.evaluate(dragged, { type: 'dragover' })).toBe(true);
    await closeSettings(page);
    expect(await waitingFiles(page).count()).toBe(0);
  });

  it('makes a file of a long pasted text, which is sent as it is', async () => {
    const page = await open();
    await paste(page, 'short enough');
    await paste(page, `${'many otters '.repeat(400)}at the end`);
    await waitingFiles(page).getByText('Pasted text.txt').waitFor();
    await paste(page, 'x'.repeat(4_001));
    await waitingFiles(page).getByText('Pasted text 2.txt').waitFor();
    await box(page).fill('What is this?');
    await button(page, 'Send').click();
    await shows(page, 'Yes.');
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('many otters at the end');
  });

  it('puts a pasted text back, even after a reload, and not twice', async () => {
    const page = await open();
    const long = 'line of a log\n'.repeat(400).trim();
    await box(page).fill('See:');
    const uploaded = page.waitForResponse((response) => response.url().includes('/attachments'));
    await paste(page, long);
    await waitingFiles(page).getByText('Pasted text.txt').waitFor();
    expect(await draft(page)).toBe('See:');
    await (await uploaded).finished();
    await page.reload();
    await button(page, 'Put back as text: Pasted text.txt').click();
    await expect.poll(() => draft(page)).toBe(`See:\n${long}`);
    expect(await waitingFiles(page).count()).toBe(0);
  });

  it('opens the camera where the keyboard is on the screen alone', async () => {
    const page = await open({ viewport: { width: 320, height: 700 }, hasTouch: true, isMobile: true });
    await paste(page, 'x'.repeat(4_001));
    await waitingFiles(page).getByText('Pasted text.txt').waitFor();
    expect(await misfits(page)).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
    const chooser = page.waitForEvent('filechooser');
    await button(page, 'Take a photo').click();
    await (await chooser).setFiles({ name: 'shot.txt', mimeType: 'text/plain', buffer: Buffer.from('a') });
    await waitingFiles(page).getByText('shot.txt').waitFor();
    await here.context.close();
    const desktop = await open();
    expect(await button(desktop, 'Take a photo').count()).toBe(0);
  });
});
