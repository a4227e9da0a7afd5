/** A long conversation on the page: all of it is reached by scrolling, and little of it is drawn. */
import type { Browser, Page } from 'playwright-core';
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
import { browserOf, type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { importTurns } from './import/import-turns.ts';
import { articles, button, idle, list, loaded, log, say } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'a long conversation on the page'
  : 'a long conversation on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const TURNS = 600;
/** Articles that may be drawn: fewer than of two hundred turns. */
const MOST_ARTICLES = 400;

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let here: Visit;
  let cookies: Awaited<ReturnType<Visit['context']['cookies']>>;
  let id: string;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
    const first = await visit(browser, parley.app.url);
    await loaded(first.page);
    cookies = await first.context.cookies();
    id = await importTurns(
      browserOf(parley.app.url, new Map(cookies.map(({ name, value }) => [name, value]))),
      TURNS,
    );
    await first.context.close();
  });
  afterEach(async () => {
    expect(here.complaints).toEqual([]);
    await here.context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  /** Opens the page as the person of the long conversation. */
  async function open(path = `/c/${id}`, options = {}): Promise<Page> {
    here = await visit(browser, `${parley.app.url}/healthz`, options);
    await here.context.addCookies(cookies);
    await here.page.goto(parley.app.url + path);
    await loaded(here.page);
    return here.page;
  }
  const shown = (page: Page, words: string) => log(page).getByText(words, { exact: true });
  const isInView = (page: Page, words: string) =>
    expect
      .poll(async () => {
        if ((await shown(page, words).count()) === 0) return 'not drawn';
        const [at, frame] = [await shown(page, words).boundingBox(), await log(page).boundingBox()];
        if (!at || !frame) return 'gone';
        return at.y + at.height > frame.y && at.y < frame.y + frame.height ? 'in view' : 'elsewhere';
      })
      .toBe('in view');
  /** As the scroll bar does, at a part of the whole. */
  const scrollTo = (page: Page, part: number) =>
    log(page).evaluate((box, at) => box.scrollTo({ top: at * box.scrollHeight }), part);

  it('begins at its end, and reaches the first message when the bar is held at the top', async () => {
    const page = await open();
    await isInView(page, `Question ${TURNS - 1}?`);
    await scrollTo(page, 0);
    await isInView(page, 'Question 0?');
    expect(await articles(page).first().innerText()).toContain('Question 0?');
    expect(await articles(page).count()).toBeLessThan(MOST_ARTICLES);
    await scrollTo(page, 1);
    await isInView(page, `Question ${TURNS - 1}?`);
    expect(await findBarriers(page)).toEqual([]);
  });

  it('has a bar as long as the whole, from the beginning on', async () => {
    const page = await open();
    await isInView(page, `Question ${TURNS - 1}?`);
    await expect.poll(() => articles(page).count()).toBeGreaterThan(90);
    const height = () => log(page).evaluate((box) => box.scrollHeight);
    const before = await height();
    for (const part of [0.2, 0.4, 0.6, 0.8]) {
      await scrollTo(page, part);
      await expect
        .poll(async () => {
          const [from, to] = await seen(page);
          return from !== undefined && to !== undefined && Math.abs(from / TURNS - part) < 0.1;
        })
        .toBe(true);
      expect(await articles(page).count()).toBeLessThan(MOST_ARTICLES);
    }
    expect((await height()) / before).toBeCloseTo(1, 0);
  });

  it('goes to its beginning and its end by keys alone', async () => {
    const page = await open(undefined, { reducedMotion: 'reduce' });
    await isInView(page, `Question ${TURNS - 1}?`);
    await log(page).press('Home');
    await isInView(page, 'Question 0?');
    await page.keyboard.press('PageDown');
    await expect.poll(() => log(page).evaluate((box) => box.scrollTop)).toBeGreaterThan(0);
    await page.keyboard.press('End');
    await isInView(page, `Question ${TURNS - 1}?`);
  });

  it('leaves what is read where it is while turns are drawn above it', async () => {
    const page = await open();
    await expect.poll(() => articles(page).count()).toBeGreaterThan(90);
    await scrollTo(page, 0.5);
    await expect.poll(async () => (await seen(page))[0]).toBeGreaterThan(0);
    const read = articles(page).filter({ hasText: `Question ${(await seen(page))[1]}?` });
    const top = async () => Math.round((await read.boundingBox())?.y ?? 0);
    const before = await top();
    await expect.poll(() => articles(page).count()).toBeGreaterThan(90);
    expect(await top()).toBe(before);
    // Two screens up, in steps that load what is above.
    const scrolled = await log(page).evaluate(async (box) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      for (let step = 0; step < 20; step++) {
        box.scrollTop -= box.clientHeight / 10;
        await frame();
      }
      return 2 * box.clientHeight;
    });
    await expect.poll(async () => Math.abs((await top()) - before - scrolled) < 20).toBe(true);
  });

  it('draws what is chosen in the list, long or not', async () => {
    const page = await open();
    model.respond(answers('A short one.'));
    await button(page, 'New conversation').click();
    await say(page, 'Another');
    await isInView(page, 'A short one.');
    await list(page).getByRole('link', { name: 'Question 0?' }).click();
    await isInView(page, `Answer ${TURNS - 1}.`);
  });

  it('keeps a reader where they are while an answer grows, and leads to it', async () => {
    const page = await open();
    const rest = gate();
    const lines = (from: number) => Array.from({ length: 40 }, (_, line) => `Line ${from + line}.\n\n`);
    model.respond(streams(...lines(0).map(text), after(rest.opened), ...lines(40).map(text), finish(), done));
    await say(page, 'Go on');
    await isInView(page, 'Line 39.');
    await scrollTo(page, 0.1);
    await expect.poll(async () => ((await seen(page))[0] ?? TURNS) < TURNS / 2).toBe(true);
    const before = await seen(page);
    rest.open();
    await idle(page);
    expect(await seen(page)).toEqual(before);
    await button(page, 'Jump to latest').click();
    await isInView(page, 'Line 79.');
  });

  /** The numbers of the questions that are seen, the first and the last one. */
  async function seen(page: Page): Promise<(number | undefined)[]> {
    const numbers = await log(page).evaluate((box) => {
      const frame = box.getBoundingClientRect();
      return [...box.querySelectorAll('article')]
        .filter((each) => {
          const { top, bottom } = each.getBoundingClientRect();
          return bottom > frame.top && top < frame.bottom;
        })
        .map((each) => Number(/\d+/.exec(each.textContent ?? '')?.[0]));
    });
    return [numbers[0], numbers.at(-1)];
  }
});
