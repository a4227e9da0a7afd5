/** Photographs the page while its built-in demo answers. */
import type { Browser } from 'playwright-core';

const QUESTIONS = ['Plan a quiet weekend', 'Rename photos by date', 'What can you do?'];

/** @param url the open page of a Parley without conversations, where the settings are open while the demo answers */
export async function photographPage(browser: Browser, url: string, path: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 780 } });
  await page.goto(url);
  for (const question of QUESTIONS) {
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.getByLabel('Message', { exact: true }).fill(question);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Regenerate' }).waitFor();
  }
  await page.getByLabel('Message', { exact: true }).focus();
  await page.mouse.move(600, 300);
  await page.screenshot({ path });
}
