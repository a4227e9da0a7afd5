/** Text on the page before it is sent: drafts, keys and pastes. */
import { describe, expect, it } from 'vitest';
import { answers, stall, streams, text } from '../../../lab/counterparts/model-server.ts';
import { clean } from '../../../src/adapters/web/page/markdown/clean.ts';
import { findChromium } from './chromium.ts';
import {
  articles,
  box,
  button,
  draft,
  goTo,
  idle,
  list,
  loaded,
  openSettings,
  say,
  shows,
} from './on-page.ts';
import { begin, startWindows } from './windows.ts';

const executable = findChromium();
const title = executable
  ? 'writing on the page'
  : 'writing on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe('a paste', () => {
  it.each([
    ['a\u0000b\u0007c\u001b[31md', 'abc[31md', 'C0 but for tab and line end'],
    [
      'one\r\ntwo\rthree\u2028four\u0085five\tsix',
      'one\ntwo\nthree\nfour\nfive\tsix',
      'other line ends become one kind',
    ],
    [
      'p\u200ba\u2060y\ufeff \u202emoc.live\u202c \u009bx\u007f',
      'pay moc.live x',
      'no width, overrides, C1, DEL',
    ],
    [
      '👩‍👩‍👧 نمی‌خواهم שלום\u200f! \u2068name\u2069',
      '👩‍👩‍👧 نمی‌خواهم שלום\u200f! \u2068name\u2069',
      'joiners, marks and isolates stay',
    ],
    ['half \ud83d pair', 'half \ufffd pair', 'half a character'],
  ])('%j becomes %j: %s', (pasted, cleaned) => {
    expect(clean(pasted)).toBe(cleaned);
  });
});

describe.skipIf(!executable)(title, () => {
  const windows = startWindows(executable);
  const { newContext, open } = windows;

  it('stays with its conversation over switching, a reload and a crash, and is gone once it is sent', async () => {
    const context = await newContext();
    const page = await open(context);
    await begin(windows, page, 'Cats');
    await box(page).fill('More about cats');
    await begin(windows, page, 'Dogs');
    await box(page).fill('More about dogs');
    await page.getByRole('button', { name: 'New conversation' }).click();
    expect(await draft(page)).toBe('');
    await box(page).fill('Something new');
    await goTo(page, 'Cats');
    expect(await draft(page)).toBe('More about cats');
    await page.reload();
    await shows(page, 'To Cats.');
    expect(await draft(page)).toBe('More about cats');
    await goTo(page, 'Dogs');
    expect(await draft(page)).toBe('More about dogs');
    page.goto('chrome://crash').catch(() => {});
    await page.waitForEvent('crash');
    const after = await open(context, `${windows.parley.app.url}/new`);
    await expect.poll(() => draft(after)).toBe('Something new');
    await goTo(after, 'Dogs');
    expect(await draft(after)).toBe('More about dogs');
    await button(after, 'Send').click();
    await expect.poll(() => articles(after).nth(2).innerText()).toContain('More about dogs');
    await goTo(after, 'Cats');
    await goTo(after, 'Dogs');
    expect(await draft(after)).toBe('');
    await after.reload();
    await idle(after);
    expect(await draft(after)).toBe('');
  });

  it('is each window’s own, and a copy of it goes when it is sent', async () => {
    const context = await newContext();
    const a = await open(context);
    await begin(windows, a, 'Shared');
    const b = await open(context, a.url());
    await shows(b, 'To Shared.');
    await box(a).fill('From A');
    await box(b).fill('From B');
    expect(await draft(a)).toBe('From A');
    await a.reload();
    await b.reload();
    for (const [page, words] of [
      [a, 'From A'],
      [b, 'From B'],
    ] as const)
      await expect.poll(() => draft(page)).toBe(words);
    await box(b).fill('');
    await box(a).fill('Only here');
    const c = await open(context, a.url());
    await expect.poll(() => draft(c)).toBe('Only here');
    await box(a).press('Enter');
    await shows(a, 'To Shared.');
    await expect.poll(() => draft(c)).toBe('');
    expect(await draft(b)).toBe('');
  });

  it.each([
    ['too many wait', 429, 'busy', 'There are too many messages here.'],
    ['it is too large', 413, 'too-large', 'A message can have 64,000 characters at most.'],
    ['too much was sent', 429, 'too-many', 'That was a lot at once.'],
  ])(
    'leaves no conversation behind where its first message is refused: %s',
    async (_, status, code, message) => {
      const page = await open(await newContext());
      await page.route('**/messages', (route) =>
        route.fulfill({ status, json: { error: { code, message } } }),
      );
      await say(page, 'Do not lose me');
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').innerText()).toBe(message);
      expect(await draft(page)).toBe('Do not lose me');
      await button(page, 'Dismiss').click();
      await page.getByRole('alert').waitFor({ state: 'detached' });
      await page.reload();
      await loaded(page);
      expect(await list(page).getByRole('listitem').count()).toBe(0);
      await expect.poll(() => draft(page)).toBe('Do not lose me');
      await page.unroute('**/messages');
      windows.model.respond(answers('Found.'));
      await button(page, 'Send').click();
      await shows(page, 'Found.');
      expect(await list(page).getByRole('listitem').count()).toBe(1);
    },
  );

  it('is refused by the server itself without a trace: a file that is no longer there', async () => {
    const browserless = windows.parley.browser();
    const id = crypto.randomUUID();
    const sent = await browserless.fetch(`/api/conversations/${id}/messages`, {
      method: 'POST',
      json: { id: crypto.randomUUID(), text: 'x', attachments: [crypto.randomUUID()], begins: true },
    });
    expect(sent.status).toBe(400);
    const long = await browserless.fetch(`/api/conversations/${id}/messages`, {
      method: 'POST',
      json: { id: crypto.randomUUID(), text: 'x'.repeat(70_000), begins: true },
    });
    expect(long.status).toBe(400);
    expect((await browserless.state()).conversations).toEqual([]);
    expect((await browserless.fetch(`/api/conversations/${id}`)).status).toBe(404);
  });

  it('says that a message is too long until it is shorter', async () => {
    const page = await open(await newContext());
    await box(page).fill('x'.repeat(64_001));
    await button(page, 'Send').click();
    await page.getByText('This message is too long').waitFor();
    await box(page).fill('x'.repeat(100));
    await page.getByText('This message is too long').waitFor({ state: 'detached' });
    await box(page).fill('x'.repeat(64_001));
    await button(page, 'Send').click();
    await page.keyboard.press('Escape');
    await page.getByText('This message is too long').waitFor({ state: 'detached' });
    expect(await list(page).getByRole('listitem').count()).toBe(0);
  });

  it('has Enter write a line where the keyboard is on the screen, and Ctrl+Enter send', async () => {
    const page = await open(
      await newContext({ hasTouch: true, isMobile: true, viewport: { width: 412, height: 900 } }),
    );
    expect(await page.evaluate('matchMedia("(pointer: coarse)").matches')).toBe(true);
    await box(page).tap();
    await page.keyboard.type('One');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Two');
    expect(await draft(page)).toBe('One\nTwo');
    windows.model.respond(answers('Both.'));
    await button(page, 'Send').tap();
    await shows(page, 'Both.');
    await idle(page);
    await box(page).fill('Third');
    await box(page).press('Control+Enter');
    await expect.poll(() => articles(page).count()).toBe(4);
  });

  it('is not sent by the Enter that ends a composition', async () => {
    const page = await open(await newContext());
    const session = await page.context().newCDPSession(page);
    await box(page).focus();
    await session.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    await box(page).evaluate((node) => {
      node.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }),
      );
      node.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }),
      );
    });
    await session.send('Input.insertText', { text: '日本' });
    expect(await draft(page)).toBe('日本');
    expect(await articles(page).count()).toBe(0);
  });

  it('takes control characters out of a paste, which can be undone', async () => {
    const page = await open(await newContext());
    await box(page).fill('Log: ');
    await box(page).press('End');
    const paste = (text: string) =>
      box(page).evaluate((node, words) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', words);
        node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      }, text);
    await paste('\u001b[31mfailed\u0007\u202e dellac\u0000');
    expect(await draft(page)).toBe('Log: [31mfailed dellac');
    await page.keyboard.press('Control+z');
    expect(await draft(page)).toBe('Log: ');
    await box(page).fill('dropped\u0001 text\u200b');
    expect(await draft(page)).toBe('dropped text');
  });

  it('takes control characters out of titles and settings, too', async () => {
    const page = await open(await newContext());
    await begin(windows, page, 'Cats');
    await page.getByRole('button', { name: 'Rename Cats' }).click();
    await page.getByLabel('Title').fill('My\u200b cats\u202e\u0007');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('My cats');
    await openSettings(page);
    await page.getByLabel('Persona', { exact: true }).fill('Be\u0000 brief\u001b');
    await page.getByRole('button', { name: 'Save persona' }).click();
    await expect.poll(() => page.getByLabel('Persona', { exact: true }).inputValue()).toBe('Be brief');
  });

  it('is left by Escape, which stops the answer, and closes what lies over the page first', async () => {
    windows.model.respond(streams(text('Endless'), stall));
    const page = await open(await newContext({ viewport: { width: 600, height: 800 } }));
    await say(page, 'Go');
    await shows(page, 'Endless');
    await box(page).fill('Next I say');
    await button(page, 'Menu').click();
    await button(page, 'Rename Go').click();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('textbox', { name: 'Title' }).count()).toBe(0);
    expect(await button(page, 'Close panel').count()).toBe(1);
    await page.keyboard.press('Escape');
    await button(page, 'Close panel')
      .waitFor({ state: 'detached' })
      .catch(() => {});
    await page.waitForTimeout(300);
    expect(await articles(page).last().innerText()).not.toContain('Stopped.');
    await box(page).focus();
    await page.keyboard.press('Escape');
    await shows(page, 'Stopped.');
    expect(await draft(page)).toBe('Next I say');
  });
});
