/** Answers on the page: actions on those that broke off, and thoughts. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  fails,
  finish,
  type ModelServer,
  reset,
  sentMessages,
  stall,
  startModelServer,
  streams,
  text,
  thinking,
} from '../../../lab/counterparts/model-server.ts';
import { CONTINUE_PROMPT } from '../../../src/core/sentences/prompts.ts';
import { gate } from '../../harness/gate.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { articles, button, idle, loaded, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'an answer on the page'
  : 'an answer on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const buttons = (page: Page, article: number) =>
  articles(page)
    .nth(article)
    .getByRole('button')
    .evaluateAll((all) =>
      all.map((each) => each.getAttribute('aria-label') ?? (each.textContent ?? '').trim()),
    );

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
  });
  beforeEach(async () => {
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    here = await visit(browser, parley.app.url);
    await loaded(here.page);
  });
  afterEach(async () => {
    await here.context.close();
    await parley.app.stop();
    await model.stop();
  });
  afterAll(() => browser?.close());

  it('that was cut for its length goes on where it was cut, without a question of its own', async () => {
    model.respond(streams(text('Once upon a'), finish('length'), done), answers(' time.'));
    const { page } = here;
    await say(page, 'A tale');
    await shows(page, 'reached the longest');
    expect(await buttons(page, 1)).toEqual([
      'Copy',
      'Read aloud',
      'Regenerate',
      'Continue',
      'Delete message',
    ]);
    await page.reload();
    await shows(page, 'reached the longest');
    expect(await buttons(page, 1)).toEqual([
      'Copy',
      'Read aloud',
      'Regenerate',
      'Continue',
      'Delete message',
    ]);
    await button(page, 'Continue').click();
    await shows(page, 'time.');
    await idle(page);
    expect(await articles(page).nth(2).innerText()).toBe('Continue');
    expect(await page.content()).not.toContain(CONTINUE_PROMPT);
    expect(sentMessages(model.requests.at(-1)).at(-1)).toMatchObject({
      role: 'user',
      content: CONTINUE_PROMPT,
    });
    // Only the last answer can be continued.
    expect(await buttons(page, 1)).toEqual(['Copy', 'Read aloud', 'Regenerate', 'Delete message']);
    expect(here.complaints).toEqual([]);
  });

  it('is continued once, however many windows ask for it', async () => {
    model.respond(streams(text('Half'), reset), answers('The rest.'));
    const { page, context } = here;
    await say(page, 'Go');
    await shows(page, 'broke off');
    const other = await context.newPage();
    // This window does not hear that the answer was continued already.
    let asked = 0;
    await other.route('**/events?*', (route) => (asked++ === 0 ? undefined : route.continue()));
    await other.goto(page.url());
    await shows(other, 'broke off');
    await button(page, 'Continue').click();
    await shows(page, 'The rest.');
    await button(other, 'Continue').click();
    for (const each of [page, other]) {
      await shows(each, 'The rest.');
      await idle(each);
      expect(await articles(each).count()).toBe(4);
    }
    expect(model.requests).toHaveLength(2);
  });

  it('that broke off has the same buttons wherever it stands: stopped, broken, failed', async () => {
    model.respond(
      streams(text('Stop me'), stall),
      streams(text('Break me'), reset),
      fails(401),
      answers('Whole.'),
      answers('Stop me no more.'),
    );
    const { page } = here;
    await say(page, 'One');
    await shows(page, 'Stop me');
    await button(page, 'Stop').click();
    await shows(page, 'Stopped.');
    expect(await buttons(page, 1)).toEqual(['Copy', 'Read aloud', 'Try again', 'Continue', 'Delete message']);
    await say(page, 'Two');
    await shows(page, 'broke off');
    expect(await buttons(page, 3)).toEqual(['Copy', 'Read aloud', 'Try again', 'Continue', 'Delete message']);
    await say(page, 'Three');
    await shows(page, 'does not accept');
    expect(await buttons(page, 5)).toEqual(['Try again', 'Delete message']);
    await say(page, 'Four');
    await shows(page, 'Whole.');
    await idle(page);
    const all = async () => [
      await buttons(page, 1),
      await buttons(page, 3),
      await buttons(page, 5),
      await buttons(page, 7),
    ];
    const expected = [
      ['Copy', 'Read aloud', 'Try again', 'Delete message'],
      ['Copy', 'Read aloud', 'Try again', 'Delete message'],
      ['Try again', 'Delete message'],
      ['Copy', 'Read aloud', 'Regenerate', 'Delete message'],
    ];
    expect(await all()).toEqual(expected);
    await page.reload();
    await shows(page, 'Whole.');
    expect(await all()).toEqual(expected);
    await articles(page).nth(1).getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => articles(page).nth(1).innerText()).toContain('Stop me no more.');
    await idle(page);
    expect(await buttons(page, 1)).toEqual(['Copy', 'Read aloud', 'Regenerate', 'Delete message']);
    expect(await articles(page).count()).toBe(8);
  });

  it('is deleted with its question once that is confirmed, and with the last one the conversation', async () => {
    model.respond(answers('First.'), answers('Second.'));
    const { page } = here;
    await say(page, 'One');
    await shows(page, 'First.');
    await idle(page);
    await say(page, 'Two');
    await shows(page, 'Second.');
    await idle(page);
    const remove = async (article: number, choice: 'Delete' | 'Keep') => {
      await articles(page).nth(article).getByRole('button', { name: 'Delete message' }).click();
      await articles(page).nth(article).getByRole('button', { name: choice, exact: true }).click();
    };
    await remove(1, 'Keep');
    await articles(page).nth(1).getByRole('button', { name: 'Delete message' }).click();
    await page.keyboard.press('Escape');
    expect(await articles(page).count()).toBe(4);
    await remove(1, 'Delete');
    await expect.poll(() => articles(page).count()).toBe(2);
    await page.reload();
    await shows(page, 'Second.');
    expect(await articles(page).first().innerText()).toBe('Two');
    model.respond(answers('Third.'));
    await say(page, 'Three');
    await shows(page, 'Third.');
    await idle(page);
    expect(JSON.stringify(sentMessages(model.requests.at(-1)))).not.toContain('First.');
    await remove(1, 'Delete');
    await expect.poll(() => articles(page).count()).toBe(2);
    await remove(1, 'Delete');
    await expect.poll(() => page.url()).toMatch(/\/new$/);
    expect(await page.getByRole('navigation').getByRole('listitem').count()).toBe(0);
    expect(here.complaints).toEqual([]);
  });

  it('and what went wrong fit a small phone, and stand in nobody’s way', async () => {
    model.respond(streams(thinking('Hm.'), text('Half'), stall));
    const { page } = here;
    await page.setViewportSize({ width: 320, height: 640 });
    await say(page, 'Go');
    await shows(page, 'Half');
    await page.keyboard.press('Escape');
    await shows(page, 'Stopped.');
    const message = `There are too many messages here, ${'x'.repeat(60)}.`;
    await page.route('**/messages', (route) =>
      route.fulfill({ status: 429, json: { error: { code: 'too-many', message } } }),
    );
    await say(page, 'Refused');
    await page.getByRole('alert').waitFor();
    expect(await misfits(page)).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
    await button(page, 'Delete message').click();
    await expect
      .poll(() => button(page, 'Delete').evaluate((node) => node === document.activeElement))
      .toBe(true);
    expect(await misfits(page)).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect
      .poll(() => button(page, 'Delete message').evaluate((node) => node === document.activeElement))
      .toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('offers the thoughts that led to it, also after a reload, and never as the answer', async () => {
    model.respond(streams(thinking('Six times seven.'), text('42'), finish(), done));
    const { page } = here;
    await say(page, 'What is it?');
    await shows(page, '42');
    await idle(page);
    expect(await page.content()).not.toContain('Six times seven.');
    const unfold = () => articles(page).last().getByText('Show thinking').click();
    await unfold();
    await shows(page, 'Six times seven.');
    await page.reload();
    await shows(page, '42');
    await unfold();
    await shows(page, 'Six times seven.');
    const turns = await page.evaluate(
      `fetch('/api/conversations/' + location.pathname.split('/').pop(), { headers: { 'parley-window': 'a-window' } }).then((r) => r.text())`,
    );
    expect(turns).not.toContain('Six times seven.');
  });

  it('takes back at once what turns out to have been thoughts, though it was longer', async () => {
    const [closing, end] = [gate(), gate()];
    model.respond(
      streams(
        text('They ask for six times seven, which I know by heart.'),
        after(closing.opened),
        text('</think>\n\n'),
        text('It is'),
        after(end.opened),
        text(' 42.'),
        finish(),
        done,
      ),
    );
    const { page } = here;
    await say(page, 'What is it?');
    await shows(page, 'by heart');
    closing.open();
    await expect.poll(() => articles(page).last().innerText()).toMatch(/^It is/);
    await button(page, 'Stop').waitFor();
    end.open();
    await shows(page, 'It is 42.');
    await idle(page);
    expect(await articles(page).last().innerText()).not.toMatch(/^They/);
  });

  it('says after half a minute without a word that it is still being thought about', async () => {
    const first = gate();
    model.respond(streams(thinking('Hm.'), after(first.opened), text('Now.'), finish(), done));
    const { page } = here;
    await page.clock.install();
    const begun = await page.evaluate(() => Date.now());
    await say(page, 'Hard one');
    await shows(page, 'Thinking…');
    await model.received(1);
    await page.clock.pauseAt(begun + 29_000);
    expect(await articles(page).last().innerText()).not.toContain('Still thinking…');
    await page.clock.resume();
    await page.clock.fastForward(30_000);
    await shows(page, 'Still thinking…');
    first.open();
    await page.clock.fastForward(1_000);
    await shows(page, 'Now.');
  });
});
