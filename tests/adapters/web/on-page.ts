/** Elements and actions of a person on the page. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export const box = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const log = (page: Page) => page.getByRole('log');
/** Resolves when the page has read its data and the open conversation, so it works without the server too. */
export const loaded = (page: Page) => page.locator('[role=log]:not([aria-busy=true])').waitFor();
export const articles = (page: Page) => log(page).getByRole('article');

export async function say(page: Page, words: string): Promise<void> {
  await box(page).fill(words);
  await button(page, 'Send').click();
}
export const shows = (page: Page, words: string) =>
  expect.poll(() => articles(page).last().innerText()).toContain(words);
export const list = (page: Page) => page.getByRole('navigation', { name: 'Conversations' });
/** Goes to the conversation of these words. */
export async function goTo(page: Page, words: string): Promise<void> {
  await list(page).getByText(words).click();
  await expect.poll(() => articles(page).first().innerText()).toContain(words);
}
/** Resolves when nothing slides or fades any more. */
export const stands = (page: Page) =>
  page.evaluate<void>(`Promise.all(document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity)
    .map(({ finished }) => finished.catch(() => {}))).then(() => {})`);
/** Opens the settings; on a narrow screen they are in the menu. */
export async function openSettings(page: Page): Promise<void> {
  await loaded(page);
  const opener = button(page, 'Settings');
  if (!(await opener.isVisible())) await button(page, 'Menu').click();
  await opener.click();
  await page.getByRole('dialog', { name: 'Settings' }).getByLabel('API key', { exact: true }).waitFor();
  await stands(page);
}
export const closeSettings = (page: Page) => button(page, 'Close settings').click();
export const draft = (page: Page) => box(page).inputValue();
export const idle = (page: Page) => button(page, 'Send').waitFor();

/** Files that go along with the message that is being written. */
export const waitingFiles = (page: Page) =>
  page.getByRole('list', { name: 'Files to send' }).getByRole('listitem');
export const attach = (page: Page, name: string, words: string) =>
  page
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(words) });

/** The number of files that the browser keeps during their upload. */
export const keptFiles = (page: Page) =>
  page.evaluate<number>(`new Promise((resolve) => {
    indexedDB.open('parley').onsuccess = ({ target: { result: database } }) => {
      database.transaction('files').objectStore('files').count().onsuccess = ({ target }) => {
        database.close();
        resolve(target.result);
      };
    };
  })`);

/** Hides the window, as a person does who looks at another tab, or shows it again. A headless browser never hides it. */
export const hide = (page: Page, hidden = true) =>
  page.evaluate(`(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: ${hidden ? "'hidden'" : "'visible'"} });
    document.dispatchEvent(new Event('visibilitychange'));
  })()`);
