/** Personas on the page: made in the settings, chosen by `/name`, with the keyboard alone, and shown at the message box. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { answers } from '../../../../lab/counterparts/model-server.ts';
import { findChromium } from '../chromium.ts';
import { box, button, closeSettings, idle, loaded, openSettings, say, shows } from '../on-page.ts';
import { startWindows } from '../windows.ts';
import { makes, menu } from './making.ts';

const executable = findChromium();
const title = executable
  ? 'personas on the page'
  : 'personas on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const options = (page: Page) => menu(page).getByRole('option').allInnerTexts();
const chosen = (page: Page) => page.locator('.chosen-persona');
const active = (page: Page) =>
  page.evaluate<string>(
    "document.getElementById(document.activeElement.getAttribute('aria-activedescendant') ?? '')?.innerText ?? ''",
  );

describe.skipIf(!executable)(title, () => {
  const windows = startWindows(executable);
  const { newContext, open } = windows;
  const told = () => JSON.stringify(windows.model.requests.at(-1)?.body);

  it('are made, chosen by the keyboard, told to the model, seen in another window, and taken away', async () => {
    windows.model.respond(answers('Aye.'));
    const context = await newContext();
    const a = await open(context);
    await openSettings(a);
    await makes(a, 'pirate', 'Talk like a pirate.');
    await makes(a, 'plain-words', 'Use plain words.');
    await closeSettings(a);
    const b = await open(context);
    await loaded(b);
    await box(a).focus();
    await a.keyboard.type('/');
    await expect.poll(() => options(a)).toEqual(['/pirate', '/plain-words', 'Edit personas…']);
    expect(await active(a)).toBe('/pirate');
    await a.keyboard.press('ArrowDown');
    await expect.poll(() => active(a)).toBe('/plain-words');
    await a.keyboard.type('pir');
    await expect.poll(() => options(a)).toEqual(['/pirate']);
    await a.keyboard.press('Enter');
    await expect.poll(() => chosen(a).innerText()).toContain('/pirate');
    expect(await box(a).inputValue()).toBe('');
    await say(a, 'Hello');
    await shows(a, 'Aye.');
    expect(told()).toContain('Talk like a pirate.');
    await expect.poll(() => chosen(b).innerText()).toContain('/pirate');
    await idle(a);
    await button(a, 'Go on without the persona pirate').click();
    await expect.poll(() => chosen(b).count()).toBe(0);
    await say(a, 'Again');
    await expect.poll(told).toContain('Again');
    expect(told()).not.toContain('Talk like a pirate.');
  });

  it('are chosen by their whole name before a message, and a new conversation begins without one', async () => {
    windows.model.respond(answers('Aye.'));
    const page = await open(await newContext());
    await openSettings(page);
    await makes(page, 'pirate', 'Talk like a pirate.');
    await closeSettings(page);
    await say(page, '/Pirate Where is the gold?');
    await shows(page, 'Aye.');
    expect(told()).toContain('Talk like a pirate.');
    expect(told()).toContain('"Where is the gold?');
    await idle(page);
    await button(page, 'New conversation').click();
    await expect.poll(() => chosen(page).count()).toBe(0);
    await say(page, 'Hello');
    await expect.poll(told).toContain('Hello');
    expect(told()).not.toContain('Talk like a pirate.');
  });

  it('leave a message that begins with a slash as it is, and Escape closes the menu alone', async () => {
    windows.model.respond(answers('So be it.'));
    const page = await open(await newContext());
    await loaded(page);
    for (const words of ['/', '/usr/bin is a folder', '/nobody', '/ nobody']) {
      await box(page).fill('');
      await box(page).focus();
      await page.keyboard.type(words);
      await page.keyboard.press('Enter');
      await expect.poll(told).toContain(`"${words}`);
      await idle(page);
    }
    await page.keyboard.type('/');
    await menu(page).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => menu(page).count()).toBe(0);
    expect(await box(page).inputValue()).toBe('/');
  });

  it('are edited and deleted after a question, from the menu too', async () => {
    const page = await open(await newContext());
    await loaded(page);
    await box(page).focus();
    await page.keyboard.type('/');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await makes(page, 'pirate', 'Talk like a pirate.');
    await button(page, 'Edit the persona pirate').click();
    await expect.poll(() => page.getByLabel('What Parley is told').inputValue()).toBe('Talk like a pirate.');
    await page.getByLabel('Name', { exact: true }).fill('two words');
    await button(page, 'Save').click();
    await page.getByText('is one word of letters').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('captain');
    await button(page, 'Save').click();
    await page.getByText('/captain', { exact: true }).waitFor();
    await button(page, 'Delete the persona captain').click();
    await button(page, 'Delete').last().click();
    await expect.poll(() => page.getByText('/captain', { exact: true }).count()).toBe(0);
  });
});
