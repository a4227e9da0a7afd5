/** Personas as a person makes them on the page. */
import type { Page } from 'playwright-core';
import { button } from '../on-page.ts';

export const menu = (page: Page) => page.getByRole('listbox', { name: 'Personas to choose' });

/** Makes a persona in the settings, which are open. */
export async function makes(page: Page, name: string, text: string): Promise<void> {
  await button(page, 'New persona').click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('What Parley is told').fill(text);
  await button(page, 'Save').click();
  await page.getByText(`/${name}`, { exact: true }).waitFor();
}
