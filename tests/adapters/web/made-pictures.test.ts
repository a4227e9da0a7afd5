/** Pictures of an answer on the page: seen in every window, opened, saved, and never wider than the page. */
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { makes, pngOf } from '../../../lab/counterparts/model-tools/pictures.ts';
import { callsTools } from '../../../lab/counterparts/model-tools/steps.ts';
import { findChromium } from './chromium.ts';
import { say, shows } from './on-page.ts';
import { startWindows } from './windows.ts';

const executable = findChromium();
const title = executable
  ? 'pictures on the page'
  : 'pictures on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';
const env = () => ({ OPENAI_IMAGE_MODEL: 'gpt-image-1', OPERATOR_TOOLS: 'web,pages,files,pictures' });
const WIDTHS = [320, 412, 1280];

describe.skipIf(!executable)(title, () => {
  const windows = startWindows(executable, env);
  const { newContext, open } = windows;

  it('shows a picture in every window and after a reload, with its words, as wide as fits', async () => {
    const { model } = windows;
    model.respondToPictures(makes(pngOf(120, 1_536)));
    model.respond(
      callsTools({ name: 'make_picture', input: { prompt: 'A cat', alt: 'A grey cat' } }),
      answers('Here it is.'),
    );
    const context = await newContext();
    const page = await open(context);
    await say(page, 'Draw a cat');
    await shows(page, 'Here it is.');
    const picture = page.getByRole('img', { name: 'A grey cat' });
    const isLoaded = () => picture.evaluate((one) => 'naturalWidth' in one && one.naturalWidth);
    await expect.poll(isLoaded).toBe(1_536);
    const other = await open(context, page.url());
    await expect.poll(() => other.getByRole('img', { name: 'A grey cat' }).count()).toBe(1);
    await other.close();
    await page.reload();
    await expect.poll(isLoaded).toBe(1_536);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const box = await picture.boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= width && box.height <= 800 / 1.5).toBe(true);
    }
    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save' }).click();
    expect((await saving).suggestedFilename()).toBe('a-cat.png');
  });
});
