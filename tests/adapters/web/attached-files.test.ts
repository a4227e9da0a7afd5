/** Files on the page before they are sent. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { answers, sentMessages } from '../../../lab/counterparts/model-server.ts';
import { findChromium } from './chromium.ts';
import { attach, button, draft, goTo, keptFiles, say, shows, waitingFiles } from './on-page.ts';
import { begin, startWindows } from './windows.ts';

const executable = findChromium();
const title = executable
  ? 'writing on the page'
  : 'writing on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  const windows = startWindows(executable);
  const { newContext, open } = windows;

  it('keeps the files of a conversation, also of one that has not begun, over a reload', async () => {
    const page = await open(await newContext());
    await begin(windows, page, 'Birds');
    await attach(page, 'crow.txt', 'A crow.');
    await page.getByRole('button', { name: 'New conversation' }).click();
    expect(await waitingFiles(page).count()).toBe(0);
    await attach(page, 'owl.txt', 'An owl.');
    await expect.poll(() => waitingFiles(page).count()).toBe(1);
    await expect.poll(() => page.evaluate('sessionStorage.getItem("parley.draft.new")')).toContain('owl.txt');
    await page.reload();
    await expect.poll(() => waitingFiles(page).allInnerTexts()).toEqual([expect.stringContaining('owl.txt')]);
    windows.model.respond(answers('Hoo.'));
    await say(page, 'Read it');
    await shows(page, 'Hoo.');
    const request = windows.model.requests.at(-1);
    expect(request && JSON.stringify(sentMessages(request))).toContain('An owl.');
    await goTo(page, 'Birds');
    expect(await waitingFiles(page).allInnerTexts()).toEqual([expect.stringContaining('crow.txt')]);
    await goTo(page, 'Read it');
    expect(await waitingFiles(page).count()).toBe(0);
  });

  it('uploads a file for the conversation it was picked in, wherever the person is by then', async () => {
    const page = await open(await newContext());
    await begin(windows, page, 'Slow');
    await begin(windows, page, 'Quick');
    let pass = () => {};
    const passed = new Promise<void>((resolve) => {
      pass = resolve;
    });
    await page.route('**/attachments?*', async (route) => {
      await passed;
      await route.continue();
    });
    await attach(page, 'late.txt', 'Late.');
    await goTo(page, 'Slow');
    pass();
    await expect.poll(() => page.evaluate('JSON.stringify(sessionStorage)')).toContain('late.txt');
    expect(await waitingFiles(page).count()).toBe(0);
    await goTo(page, 'Quick');
    expect(await waitingFiles(page).count()).toBe(1);
  });

  it('goes on with a file that was on its way when the page was left: attached, and being sent', async () => {
    const page = await open(await newContext());
    // A reload drops an upload that is held; `unroute` would let it pass before.
    let held = true;
    await page.route('**/attachments?*', (route) => (held ? undefined : route.continue()));
    await attach(page, 'stuck.txt', 'Stuck.');
    await expect.poll(() => keptFiles(page)).toBe(1);
    await page.reload();
    await expect
      .poll(() => waitingFiles(page).allInnerTexts())
      .toEqual([expect.stringContaining('stuck.txt')]);
    await attach(page, 'late.txt', 'Late.');
    await expect.poll(() => keptFiles(page)).toBe(2);
    expect(await waitingFiles(page).count()).toBe(2);
    await say(page, 'Read both');
    await page.getByText('Sending…').waitFor();
    windows.model.respond(answers('Read.'));
    held = false;
    await page.reload();
    await shows(page, 'Read.');
    const request = JSON.stringify(sentMessages(windows.model.requests.at(-1)));
    expect(request).toContain('Stuck.');
    expect(request).toContain('Late.');
    expect(await waitingFiles(page).count()).toBe(0);
  });

  it('takes text in the charset that Windows writes, and says which file is none', async () => {
    const page = await open(await newContext());
    const attachBytes = (name: string, mimeType: string, buffer: Buffer) =>
      page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
    await attachBytes('wide.txt', 'text/plain', Buffer.from('\ufeffGröße 1', 'utf16le'));
    await attachBytes('prices.csv', 'application/vnd.ms-excel', Buffer.from('Größe 2;Preis\r\n', 'latin1'));
    await expect.poll(() => page.getByRole('button', { name: /^Remove / }).count()).toBe(2);
    await attachBytes('program.txt', 'text/plain', Buffer.from([1, 2, 0, 3, 0xff]));
    await page.getByText('program.txt: Parley takes images').waitFor();
    await attachBytes('tool.exe', 'application/x-msdownload', Buffer.from([0x4d, 0x5a, 0, 0xff]));
    await page.getByText('tool.exe can’t be read here').waitFor();
    windows.model.respond(answers('I have read them.'));
    await say(page, 'Read them');
    await shows(page, 'I have read');
    const sent = JSON.stringify(windows.model.requests.at(-1)?.body);
    expect(sent).toContain('Größe 1');
    expect(sent).toContain('Größe 2');
  });

  it('takes documents, offers them to be saved as they were, and says below the answer which it could not read', async () => {
    const page = await open(await newContext());
    const input = page.locator('input[type=file]');
    expect(await input.getAttribute('accept')).toContain('.pdf,.docx,.pptx,.xlsx');
    for (const name of ['report.docx', 'locked.pdf'])
      await input.setInputFiles(fileURLToPath(new URL(`../../documents/files/${name}`, import.meta.url)));
    await expect.poll(() => page.getByRole('button', { name: /^Remove / }).count()).toBe(2);
    windows.model.respond(answers('It is a report.'));
    await say(page, 'What is it?');
    await shows(page, 'It is a report.');
    await page.getByText('“locked.pdf” is protected by a password. Attach it without one.').waitFor();
    expect(JSON.stringify(windows.model.requests.at(-1)?.body)).toContain('# Yearly report');
    const link = page.getByRole('link', { name: 'report.docx' });
    await link.waitFor();
    const [saved] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(saved.suggestedFilename()).toBe('report.docx');
    expect(
      readFileSync(await saved.path())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
  });

  it('says so where a file is gone that was attached long ago, and lets the rest be sent', async () => {
    const page = await open(await newContext());
    await attach(page, 'old.txt', 'Old.');
    await expect.poll(() => page.evaluate('sessionStorage.getItem("parley.draft.new")')).toContain('"size"');
    await page.evaluate(`
      for (const storage of [sessionStorage, localStorage]) {
        const draft = JSON.parse(storage.getItem('parley.draft.new'));
        draft.files[0].id = crypto.randomUUID();
        storage.setItem('parley.draft.new', JSON.stringify(draft));
      }
    `);
    await page.reload();
    await expect.poll(() => waitingFiles(page).count()).toBe(1);
    await say(page, 'What is in it?');
    await page.getByText('no longer there').waitFor();
    expect(await draft(page)).toBe('What is in it?');
    expect(await waitingFiles(page).count()).toBe(0);
    windows.model.respond(answers('In what?'));
    await button(page, 'Send').click();
    await shows(page, 'In what?');
  });
});
