/** Personas fit every screen, and can be read by all. */
import { describe, expect, it } from 'vitest';
import { findBarriers, findChromium } from '../chromium.ts';
import { misfits } from '../fits.ts';
import { box, button, loaded, openSettings, stands } from '../on-page.ts';
import { startWindows } from '../windows.ts';
import { makes, menu } from './making.ts';

const executable = findChromium();
const title = executable
  ? 'personas on any screen'
  : 'personas on any screen (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  const { newContext, open } = startWindows(executable);

  for (const width of [320, 412, 1280])
    for (const colorScheme of ['light', 'dark'] as const)
      it(`at ${width} px, ${colorScheme}, fit, and can be read by all`, async () => {
        const context = await newContext({ viewport: { width, height: 740 }, colorScheme });
        const page = await open(context);
        await openSettings(page);
        for (const name of ['a-very-long-name-of-one-persona1', 'قرصان', 'plain-words'])
          await makes(page, name, 'Talk like one.');
        await button(page, 'Edit the persona plain-words').click();
        await page.getByLabel('What Parley is told').waitFor();
        await page.locator('#settings-personas').scrollIntoViewIfNeeded();
        await stands(page);
        expect(await misfits(page)).toEqual([]);
        expect(await findBarriers(page)).toEqual([]);
        // On a narrow screen, the side panel still lies over the page.
        await page.reload();
        await loaded(page);
        await box(page).focus();
        await page.keyboard.type('/a');
        await page.keyboard.press('Enter');
        await page.keyboard.type('/');
        await menu(page).waitFor();
        await stands(page);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(await findBarriers(page)).toEqual([]);
        await page.keyboard.press('Escape');
        expect(await misfits(page)).toEqual([]);
      });
});
