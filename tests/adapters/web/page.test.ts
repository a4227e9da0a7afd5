/** The page in a real browser, against a whole Parley. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  fails,
  finish,
  type ModelServer,
  reset,
  stall,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { articles, box, button, idle, log, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the page in a browser'
  : 'the page in a browser (skipped: no Chromium on this machine; set CHROMIUM to its path)';

/** A promise, and the function that resolves it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

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

  it('thinks visibly, shows text while the model still writes, and comes back to it after a reload', async () => {
    const [begin, second, last] = [gate(), gate(), gate()];
    model.respond(
      streams(
        after(begin.opened),
        text('The **first'),
        after(second.opened),
        text('** part'),
        after(last.opened),
        text(' and the end.'),
        finish(),
        done,
      ),
    );
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await say(page, 'Tell me');
    await expect.poll(() => articles(page).last().innerText()).toMatch(/thinking/i);
    await button(page, 'Stop').waitFor();
    begin.open();
    await shows(page, 'The first');
    await page.reload();
    await shows(page, 'The first');
    second.open();
    await shows(page, 'The first part');
    last.open();
    await shows(page, 'The first part and the end.');
    await idle(page);
    const address = page.url();
    await page.goto(parley.app.url);
    await shows(page, 'The first part and the end.');
    expect(page.url()).toBe(address);
    expect(here.complaints).toEqual([]);
  });

  it('stops when asked to, keeps what came, and answers the next message', async () => {
    model.respond(streams(text('As far as this'), stall), answers('And on.'));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await say(page, 'Go');
    await shows(page, 'As far as this');
    await button(page, 'Stop').click();
    await idle(page);
    await shows(page, 'Stopped.');
    await say(page, 'Go on');
    await shows(page, 'And on.');
    await page.reload();
    await expect.poll(() => articles(page).count()).toBe(4);
    expect(await articles(page).nth(1).innerText()).toContain('As far as this');
    expect(here.complaints).toEqual([]);
  });

  it('says in a sentence what failed beside what came, and tries again', async () => {
    model.respond(streams(text('Half of'), reset), fails(401), answers('All of it.'));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await say(page, 'One');
    await shows(page, 'broke off');
    await shows(page, 'Half of');
    await button(page, 'Try again').click();
    await shows(page, 'does not accept');
    await button(page, 'Try again').click();
    await shows(page, 'All of it.');
    expect(await articles(page).count()).toBe(2);
    expect(here.complaints).toEqual([]);
  });

  it('keeps a message that was refused, and says why', async () => {
    here = await visit(browser, parley.app.url);
    const { page } = here;
    const error = { code: 'busy', message: 'There are too many messages here.' };
    await page.route('**/messages', (route) => route.fulfill({ status: 429, json: { error } }));
    await say(page, 'Do not lose me');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toBe(error.message);
    expect(await box(page).inputValue()).toBe('Do not lose me');
    expect(await articles(page).count()).toBe(0);
  });

  it('answers messages sent while one is being answered, in order', async () => {
    const first = gate();
    model.respond(streams(text('one'), after(first.opened), finish(), done), answers('two'));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await say(page, 'First');
    await shows(page, 'one');
    await box(page).fill('Second');
    await box(page).press('Enter');
    await expect.poll(() => articles(page).count()).toBe(4);
    first.open();
    await shows(page, 'two');
    const said = await articles(page).allInnerTexts();
    expect(said.map((each) => /First|one|Second|two/.exec(each)?.[0])).toEqual([
      'First',
      'one',
      'Second',
      'two',
    ]);
  });

  it('shows messages that are answered together as the one they became', async () => {
    const first = gate();
    model.respond(streams(text('one'), after(first.opened), finish(), done), answers('both'));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await page.getByRole('radio', { name: 'Gathered' }).click();
    await say(page, 'First');
    await shows(page, 'one');
    await say(page, 'Second');
    await say(page, 'Third');
    await expect.poll(() => articles(page).count()).toBe(6);
    first.open();
    await shows(page, 'both');
    await idle(page);
    expect(await articles(page).count()).toBe(4);
    expect(await articles(page).nth(2).innerText()).toMatch(/^Second\s+Third$/);
    expect(here.complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
  });

  it('interrupts an answer by the next message where that is wanted', async () => {
    model.respond(streams(text('Endless'), stall), answers('To the point.'));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await page.getByRole('radio', { name: 'Interrupts' }).click();
    await say(page, 'First');
    await shows(page, 'Endless');
    await say(page, 'Second');
    await shows(page, 'To the point.');
    await idle(page);
    expect(await articles(page).nth(1).innerText()).toMatch(/Endless\s+Interrupted by a newer message/);
    expect(here.complaints).toEqual([]);
  });

  it('takes a key and a model in the side panel, uses them for this browser alone, and never shows the key again', async () => {
    model.respond(answers('Yes.'));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await page.getByLabel('API key', { exact: true }).fill('sk-canary-in-the-panel-wxyz');
    await button(page, 'Save key').click();
    await page.getByText('Key ending in wxyz').waitFor();
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
    await log(page).waitFor();
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
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('About wolves');
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
    expect(await list.getByText('About cats').count()).toBe(1);
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
    await log(page).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await say(page, 'Show me');
    await shows(page, 'Title');
    expect(await findBarriers(page)).toEqual([]);
    last.open();
    await idle(page);
    if (options.viewport.width < 760) {
      expect(await page.getByLabel('API key', { exact: true }).isVisible()).toBe(false);
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
    await log(page).waitFor();
    await expect.poll(() => box(page).evaluate((node) => node === document.activeElement)).toBe(true);
    await page.keyboard.type('Typed');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('on two lines');
    await page.keyboard.press('Enter');
    await shows(page, 'Yes.');
    expect(await articles(page).first().innerText()).toContain('Typed\non two lines');
  });
});
