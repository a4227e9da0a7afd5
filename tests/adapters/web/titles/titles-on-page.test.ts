/** A window shows a title that the model wrote, in its list, without being loaded again. */
import { describe, expect, it } from 'vitest';
import { answers } from '../../../../lab/counterparts/model-server.ts';
import { findChromium } from '../chromium.ts';
import { box, list, loaded, say, shows } from '../on-page.ts';
import { startWindows } from '../windows.ts';
import { TITLES_ON, titles } from './titled.ts';

const executable = findChromium();
const title = executable
  ? 'a title that the model wrote'
  : 'a title that the model wrote (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  const windows = startWindows(executable, () => TITLES_ON);

  it('appears in the list of all windows, and leaves what somebody writes there', async () => {
    const context = await windows.newContext({ viewport: { width: 1280, height: 800 } });
    const a = await windows.open(context);
    const b = await windows.open(context);
    await loaded(b);
    windows.model.respond(titles(answers('Trains to Rome')));
    await say(a, 'How do I get to Italy?');
    await box(a).fill('And ba');
    await shows(a, 'An answer.');
    for (const page of [a, b]) await list(page).getByText('Trains to Rome').waitFor();
    expect(await box(a).inputValue()).toBe('And ba');
    expect(await a.title()).toContain('Trains to Rome');
  });
});
