/** Answers on the page while they grow: stopped, broken off, and with messages that come meanwhile. */
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
import { gate } from '../../harness/gate.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findChromium, launch, type Visit, visit } from './chromium.ts';
import { articles, box, button, closeSettings, idle, openSettings, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the page in a browser'
  : 'the page in a browser (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
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
    await openSettings(page);
    await page.getByRole('radio', { name: 'Gathered' }).click();
    await closeSettings(page);
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
    await openSettings(page);
    await page.getByRole('radio', { name: 'Interrupts' }).click();
    await closeSettings(page);
    await say(page, 'First');
    await shows(page, 'Endless');
    await say(page, 'Second');
    await shows(page, 'To the point.');
    await idle(page);
    expect(await articles(page).nth(1).innerText()).toMatch(/Endless\s+Interrupted by a newer message/);
    expect(here.complaints).toEqual([]);
  });
});
