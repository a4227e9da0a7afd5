/** Two windows of one session, in one browser and in two: each shows what is said in the other. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  type ModelServer,
  stall,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { startPostgres } from '../../../lab/counterparts/postgres.ts';
import { browserOf, type Parley, startParley } from '../../harness/web.ts';
import { findChromium, launch } from './chromium.ts';
import { articles, box, button, idle, log, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'two windows of the page'
  : 'two windows of the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

vi.setConfig({ testTimeout: 90_000 });

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** The text of each article, without Parley's own words about it. */
const said = async (page: Page) => {
  const all = await articles(page).allInnerTexts();
  return all.map((each) => each.split('\n')[0]);
};
const list = (page: Page) => page.getByRole('navigation', { name: 'Conversations' });
const titles = (page: Page) => list(page).getByRole('link').allInnerTexts();

/** Sends messages and has each answered, as a third window of the session would. */
async function sendAll(url: string, context: BrowserContext, texts: string[]): Promise<void> {
  const { origin, pathname } = new URL(url);
  const id = pathname.split('/').at(-1) ?? '';
  const cookies = new Map((await context.cookies()).map(({ name, value }) => [name, value]));
  const browser = browserOf(origin, cookies);
  for (const each of texts) await browser.follow(id, (await browser.send(id, each)).id);
}

/** Records every order of bubbles that a person could see from now on. */
async function record(page: Page): Promise<() => Promise<string[][]>> {
  await page.evaluate(`
    window.seen = [];
    const look = () => {
      const now = [...document.querySelectorAll('.bubble')].map((bubble) => bubble.textContent);
      if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now);
    };
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  `);
  return () => page.evaluate<string[][]>('seen');
}

/** Whether `part` is `whole` with some elements left out. */
function isPartOf(part: string[], whole: string[]): boolean {
  let place = -1;
  return part.every((each) => {
    place = whole.indexOf(each, place + 1);
    return place >= 0;
  });
}

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  async function newContext(): Promise<BrowserContext> {
    const context = await browser.newContext();
    contexts.push(context);
    return context;
  }
  async function open(context: BrowserContext, url = parley.app.url): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    await log(page).waitFor();
    return page;
  }
  /** Two windows on one conversation in which something was said. */
  async function two(): Promise<{ a: Page; b: Page; context: BrowserContext }> {
    model.respond(answers('Hello.'));
    const context = await newContext();
    const a = await open(context);
    await say(a, 'Hi');
    await shows(a, 'Hello.');
    await idle(a);
    const b = await open(context, a.url());
    await shows(b, 'Hello.');
    return { a, b, context };
  }

  it('show what is said in the other at once, while it grows, and in order', async () => {
    const { a, b } = await two();
    const rest = gate();
    model.respond(
      streams(text('So far'), after(rest.opened), text(', so good.'), finish(), done),
      answers('Two.'),
    );
    await say(a, 'One?');
    await shows(b, 'So far');
    await button(b, 'Stop').waitFor();
    await say(b, 'Two?');
    await expect.poll(() => said(a)).toEqual(['Hi', 'Hello.', 'One?', 'So far', 'Two?', expect.anything()]);
    rest.open();
    for (const page of [a, b]) {
      await shows(page, 'Two.');
      await idle(page);
      expect(await said(page)).toEqual(['Hi', 'Hello.', 'One?', 'So far, so good.', 'Two?', 'Two.']);
    }
  });

  it('are as one in two browsers with the same session', async () => {
    const { a, context } = await two();
    const other = await newContext();
    await other.addCookies(await context.cookies());
    const b = await open(other);
    await shows(b, 'Hello.');
    model.respond(answers('To both.'));
    await say(a, 'For both');
    await shows(b, 'To both.');
    model.respond(answers('And back.'));
    await say(b, 'From there');
    for (const page of [a, b]) await shows(page, 'And back.');
    expect(await said(a)).toEqual(await said(b));
  });

  it('never show a conversation that never was, though one hears of nothing and answers are slow', async () => {
    const { a, b } = await two();
    model.respond(answers('Heard.'));
    // B's connection is silent from now on, so B does not know what is said in A.
    await b.route('**/events?*', () => {});
    await b.reload();
    await shows(b, 'Hello.');
    const seen = await record(b);
    await say(a, 'Said first');
    await shows(a, 'Heard.');
    expect(await said(b)).not.toContain('Said first');
    await say(b, 'Said second');
    await expect.poll(() => said(b)).toContain('Said second');
    await expect.poll(() => said(b)).toContain('Said first');
    await shows(a, 'Heard.');
    const whole = ['Hi', 'Said first', 'Said second'];
    for (const each of await seen()) {
      expect(isPartOf(each, whole)).toBe(true);
      expect(new Set(each).size).toBe(each.length);
    }
  });

  it('that send at once show both messages in one order, each once', async () => {
    const { a, b } = await two();
    model.respond(answers('Yes.'));
    const orders = [await record(a), await record(b)];
    // A's message is accepted, but A hears of it late.
    await a.route('**/messages', async (route) => {
      const response = await route.fetch();
      await new Promise((resolve) => setTimeout(resolve, 800));
      await route.fulfill({ response });
    });
    await Promise.all([say(a, 'From A'), say(b, 'From B')]);
    for (const page of [a, b]) await expect.poll(() => articles(page).count()).toBe(6);
    for (const page of [a, b]) await idle(page);
    await expect.poll(async () => (await said(a)).join()).toBe((await said(b)).join());
    const whole = (await orders[0]?.())?.at(-1) ?? [];
    expect(whole).toHaveLength(3);
    for (const order of orders) {
      for (const each of await order()) {
        // A message that is still being sent is shown last, wherever it ends up.
        expect(isPartOf(each, whole) || isPartOf(each.slice(0, -1), whole)).toBe(true);
        expect(new Set(each).size).toBe(each.length);
      }
    }
  });

  it('see an answer made again, from its beginning', async () => {
    const { a, b } = await two();
    const rest = gate();
    model.respond(streams(text('New'), after(rest.opened), text(' words.'), finish(), done));
    await button(a, 'Regenerate').click();
    await expect.poll(() => said(b)).toEqual(['Hi', 'New']);
    rest.open();
    await expect.poll(() => said(b)).toEqual(['Hi', 'New words.']);
    await idle(b);
    expect(await said(a)).toEqual(['Hi', 'New words.']);
  });

  it('see a turn go that is deleted in the other, and what is said next stays in order', async () => {
    const { a, b } = await two();
    model.respond(answers('Second.'));
    await say(a, 'Again');
    await shows(b, 'Second.');
    await idle(b);
    await articles(a).nth(1).getByRole('button', { name: 'Delete message' }).click();
    await articles(a).nth(1).getByRole('button', { name: 'Delete', exact: true }).click();
    await expect.poll(() => said(b)).toEqual(['Again', 'Second.']);
    model.respond(answers('Third.'));
    await say(b, 'Once more');
    await shows(a, 'Third.');
    expect(await said(a)).toEqual(['Again', 'Second.', 'Once more', 'Third.']);
  });

  it('see a turn go that stands far above', async () => {
    const { a, b, context } = await two();
    model.respond(answers('Aye.'));
    const url = a.url();
    // Windows that are shown would draw every answer.
    for (const page of [a, b]) await page.goto('about:blank');
    await sendAll(
      url,
      context,
      Array.from({ length: 55 }, (_, i) => `Number ${i}`),
    );
    for (const page of [a, b]) {
      await page.goto(url);
      await button(page, 'Show earlier messages').click();
      await expect.poll(() => articles(page).count()).toBe(112);
    }
    await articles(a).nth(1).getByRole('button', { name: 'Delete message' }).click();
    await articles(a).nth(1).getByRole('button', { name: 'Delete', exact: true }).click();
    for (const page of [a, b]) {
      await expect.poll(() => articles(page).count()).toBe(110);
      expect(await articles(page).first().innerText()).toBe('Number 0');
    }
    await articles(a).nth(1).getByRole('button', { name: 'Delete message' }).waitFor();
    expect(await said(a)).toEqual(await said(b));
  });

  it('on the start page open what is begun in the other, unless something is written there', async () => {
    const context = await newContext();
    const [a, b, c] = [await open(context), await open(context), await open(context)];
    await box(c).fill('My own');
    model.respond(answers('Begun.'));
    await say(a, 'Begin');
    await shows(b, 'Begun.');
    expect(b.url()).toBe(a.url());
    await expect.poll(() => titles(c)).toEqual(['Begin']);
    expect(await box(c).inputValue()).toBe('My own');
    expect(await articles(c).count()).toBe(0);
  });

  it('stop each other’s answers, and offer the same buttons under what is left', async () => {
    const { a, b } = await two();
    model.respond(streams(text('Half'), stall));
    await say(a, 'Go');
    await shows(b, 'Half');
    await button(b, 'Stop').click();
    const actions = (page: Page) => articles(page).last().getByRole('button').allInnerTexts();
    for (const page of [a, b]) {
      await shows(page, 'Stopped.');
      await expect.poll(() => actions(page)).toEqual(['', 'Try again', 'Continue', '']);
    }
    await a.reload();
    await shows(a, 'Stopped.');
    expect(await actions(a)).toEqual(await actions(b));
  });

  it('have one list: begun, renamed, moved up and deleted in one, seen in the other', async () => {
    const { a, b } = await two();
    model.respond(answers('Sure.'));
    await a.getByRole('button', { name: 'New conversation' }).click();
    await say(a, 'Another one');
    await shows(a, 'Sure.');
    await expect.poll(() => titles(b)).toEqual(['Another one', 'Hi']);
    await say(b, 'On top again');
    await expect.poll(() => titles(a)).toEqual(['Hi', 'Another one']);
    await button(b, 'Rename Hi').click();
    await b.keyboard.type('Greetings');
    await b.keyboard.press('Enter');
    await expect.poll(() => titles(a)).toEqual(['Greetings', 'Another one']);
    await list(a).getByText('Greetings').click();
    await expect.poll(() => a.getByRole('heading', { level: 1 }).innerText()).toBe('Greetings');
    await box(a).fill('Half a thought');
    await button(b, 'Delete Greetings').click();
    await list(b).getByRole('button', { name: 'Delete', exact: true }).click();
    await a.getByText('That conversation is not here any more').waitFor();
    expect(await box(a).inputValue()).toBe('Half a thought');
    expect(await titles(a)).toEqual(['Another one']);
    expect(await articles(a).count()).toBe(0);
    await button(a, 'Dismiss').click();
    expect(await a.getByText('That conversation is not here any more').count()).toBe(0);
  });

  it('catch up when one was away, also with more than a page of turns', async () => {
    const { b, context } = await two();
    model.respond(answers('Aye.'));
    await context.setOffline(true);
    await b.evaluate('document.dispatchEvent(new Event("freeze"))');
    await sendAll(
      b.url(),
      context,
      Array.from({ length: 55 }, (_, i) => `Number ${i}`),
    );
    const seen = await record(b);
    await context.setOffline(false);
    // Simulates that the person looks at the window again.
    await b.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await expect.poll(async () => (await said(b)).at(-2), { timeout: 20_000 }).toBe('Number 54');
    const [last] = (await seen()).slice(-1);
    // There is no gap between the shown messages.
    const numbers = (last ?? []).flatMap((each) => (each === 'Hi' ? -1 : Number(each.split(' ')[1])));
    const [first = 0] = numbers;
    expect(numbers).toEqual(numbers.map((_, i) => first + i));
  });

  it('may be as many as a browser opens connections, and more', async () => {
    const { a, b, context } = await two();
    const all = [a, b];
    while (all.length < 8) all.push(await open(context, a.url()));
    model.respond(answers('All ears.'));
    const last = all.at(-1) ?? a;
    await say(last, 'Who is there?');
    for (const page of all) await shows(page, 'All ears.');
    model.respond(answers('Me too.'));
    // A window that closes leaves its connection to another.
    for (const page of all.splice(0, 4)) await page.close();
    await say(all[0] ?? last, 'And now?');
    for (const page of all) {
      await shows(page, 'Me too.');
      await idle(page);
    }
  });

  it('hear of each other through two processes', async () => {
    await using postgres = await startPostgres();
    const env = {
      OPENAI_BASE_URL: model.url,
      STORE_URL: await postgres.database(),
      MASTER_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    };
    await using here = await startParley(env);
    await using there = await startParley(env);
    model.respond(answers('Across.'));
    const context = await newContext();
    const a = await open(context, here.app.url);
    // A cookie belongs to a host, whatever the port.
    const b = await open(context, there.app.url);
    await say(a, 'Over there?');
    await shows(a, 'Across.');
    await expect.poll(() => titles(b)).toEqual(['Over there?']);
    await list(b).getByText('Over there?').click();
    await shows(b, 'Across.');
    model.respond(answers('And back.'));
    await say(b, 'Over here?');
    // Either process may answer; the other one reads along.
    for (const page of [a, b]) await shows(page, 'And back.');
    expect(await said(a)).toEqual(await said(b));
  });
});
