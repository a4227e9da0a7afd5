/** The page in a real browser, against a whole Parley. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  type ModelServer,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { gate } from '../../harness/gate.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { articles, box, button, closeSettings, idle, loaded, openSettings, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the page in a browser'
  : 'the page in a browser (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let demo: Parley;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    demo = await startParley();
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await demo?.app.stop();
    await model?.stop();
  });

  it('answers the first message on a fresh install with the demo, as Markdown', async () => {
    here = await visit(browser, demo.app.url);
    const { page } = here;
    await say(page, 'Hello <b>there</b>');
    await shows(page, 'reload brings you back');
    await idle(page);
    expect(await articles(page).count()).toBe(2);
    expect(await articles(page).first().innerText()).toContain('Hello <b>there</b>');
    expect(await articles(page).last().locator('strong').first().innerText()).toBe('built-in demo');
    await button(page, 'Copy code').click();
    expect(here.complaints).toEqual([]);
  });

  it('takes a key and a model in the settings, uses them for this browser alone, and never shows the key again', async () => {
    model.respond(answers('Yes.'));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await openSettings(page);
    await page.getByLabel('API key', { exact: true }).fill('sk-canary-in-the-panel-wxyz');
    await button(page, 'Save key').click();
    await page.getByText('Key ending in wxyz').waitFor();
    await closeSettings(page);
    const before = model.requests.length;
    await say(page, 'Mine');
    await shows(page, 'Yes.');
    const other = await visit(browser, parley.app.url);
    await say(other.page, 'Theirs');
    await shows(other.page, 'Yes.');
    await other.context.close();
    expect(model.requests.slice(before).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer sk-canary-in-the-panel-wxyz',
      'Bearer sk-operator',
    ]);
    await page.reload();
    await openSettings(page);
    await page.getByText('Key ending in wxyz').waitFor();
    expect(await page.content()).not.toContain('canary');
    await button(page, 'Remove key').click();
    await page.getByText('The key is removed').first().waitFor();
    expect(here.complaints).toEqual([]);
  });

  it('opens beyond loopback once the access token is typed', async () => {
    await using remote = await startParley({ HOST: '0.0.0.0', WEB_TOKEN: 'a token for the test' });
    here = await visit(browser, remote.app.url);
    const { page } = here;
    await page.getByLabel('Access token').fill('wrong');
    await button(page, 'Open').click();
    await page.getByText('That is not the access token.').waitFor();
    await page.getByLabel('Access token').fill('a token for the test');
    await button(page, 'Open').click();
    await loaded(page);
    expect(await findBarriers(page)).toEqual([]);
  });

  it('begins, switches, renames and deletes conversations', async () => {
    model.respond(answers('Noted.'));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    for (const words of ['About cats', 'About dogs']) {
      await page.getByRole('button', { name: 'New conversation' }).click();
      await say(page, words);
      await shows(page, 'Noted.');
      await idle(page);
    }
    const list = page.getByRole('navigation');
    await list.getByText('About cats').click();
    await expect.poll(() => articles(page).first().innerText()).toContain('About cats');
    await page.goBack();
    await expect.poll(() => articles(page).first().innerText()).toContain('About dogs');
    await list
      .getByRole('button', { name: /rename/i })
      .first()
      .click();
    await page.getByRole('textbox', { name: 'Title' }).fill('About wolves');
    await page.keyboard.press('Enter');
    await list.getByText('About wolves').waitFor();
    await list
      .getByRole('button', { name: /delete/i })
      .first()
      .click();
    await list
      .getByRole('button', { name: /delete/i })
      .first()
      .click();
    await list.getByText('About wolves').waitFor({ state: 'detached' });
    await page.reload();
    await loaded(page);
    await list.getByText('About cats').waitFor();
    expect(await list.getByText('About wolves').count()).toBe(0);
    expect(here.complaints).toEqual([]);
  });

  it('fetches, runs and becomes nothing that a model writes', async () => {
    const evil = [
      '![tracking](https://evil.example/pixel.png)',
      '<img src=https://evil.example/x onerror="document.title=\'pwned\'">',
      '<script>document.title="pwned"</script><style>body{display:none}</style>',
      '[click](javascript:document.title="pwned") [data](data:text/html,<script>1</script>) [fine](https://fine.example/)',
      '<iframe src=https://evil.example></iframe><form action=https://evil.example><input name=a></form>',
      '```html\n<script>document.title="pwned"</script>\n```',
    ];
    model.respond(answers(...evil.map((part) => `${part}\n\n`), 'The end.'));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await say(page, 'Be evil');
    await shows(page, 'The end.');
    await idle(page);
    expect(await page.title()).not.toBe('pwned');
    expect(
      await articles(page).last().locator('img, script, style, iframe, form, input, svg image').count(),
    ).toBe(0);
    const links = await articles(page)
      .last()
      .locator('a')
      .evaluateAll((all) => all.map((each) => [each.getAttribute('href'), each.getAttribute('rel')]));
    for (const [href, rel] of links) {
      expect(href).toMatch(/^https:\/\/(?:evil|fine)\.example\//);
      expect(rel).toContain('noopener');
    }
    expect(links.map(([href]) => href)).toContain('https://evil.example/pixel.png');
    for (const mark of ['> ', '[', '*', '- ', '`', '<b>', '|']) {
      model.respond(answers(mark.repeat(20_000), '\n\nStill here.'));
      await say(page, `Repeat ${mark}`);
      await shows(page, 'Still here.');
      await idle(page);
    }
    expect(here.complaints).toEqual([]);
  });

  it.each([
    ['light', { colorScheme: 'light', viewport: { width: 1200, height: 800 } }],
    ['dark', { colorScheme: 'dark', viewport: { width: 1200, height: 800 } }],
    ['on a phone', { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
    ['on a small phone, dark', { colorScheme: 'dark', viewport: { width: 320, height: 600 } }],
  ] as const)('puts no barrier in anyone’s way: %s', async (_, options) => {
    const last = gate();
    model.respond(
      streams(
        text(
          '# Title\n\nSome `code`, [a link](https://fine.example/).\n\n```js\nlet a = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
        ),
        after(last.opened),
        finish(),
        done,
      ),
    );
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    await loaded(page);
    expect(await findBarriers(page)).toEqual([]);
    await say(page, 'Show me');
    await shows(page, 'Title');
    expect(await findBarriers(page)).toEqual([]);
    last.open();
    await idle(page);
    if (options.viewport.width < 760) {
      await button(page, 'Menu').click();
      await page.getByRole('complementary', { name: 'Side panel' }).waitFor();
      await expect.poll(() => findBarriers(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await expect
        .poll(() => button(page, 'Menu').evaluate((node) => node === document.activeElement))
        .toBe(true);
    }
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(options.viewport.width);
    expect(here.complaints).toEqual([]);
  });

  it('can be used by keyboard alone', async () => {
    model.respond(answers('Yes.'));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await loaded(page);
    await expect.poll(() => box(page).evaluate((node) => node === document.activeElement)).toBe(true);
    await page.keyboard.type('Typed');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('on two lines');
    await page.keyboard.press('Enter');
    await shows(page, 'Yes.');
    expect(await articles(page).first().innerText()).toContain('Typed\non two lines');
  });
});
