/** Windows of browsers on one running Parley, for tests of several windows or contexts. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { browserOf, type Parley, startParley } from '../../harness/web.ts';
import { launch } from './chromium.ts';
import { articles, idle, list, loaded, say, shows } from './on-page.ts';

export interface Windows {
  readonly model: ModelServer;
  readonly parley: Parley;
  /** A browser's context, closed after the test. */
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>;
  open(context: BrowserContext, url?: string): Promise<Page>;
}

/**
 * Starts Parley, its model server and a browser before the tests of this `describe`, and stops them after.
 * @param settings further ones, asked for when Parley starts
 */
export function startWindows(
  executable: string | undefined,
  settings: () => Record<string, string> = () => ({}),
): Windows {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator', ...settings() });
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  return {
    get model() {
      return model;
    },
    get parley() {
      return parley;
    },
    async newContext(options = {}) {
      const context = await browser.newContext(options);
      contexts.push(context);
      return context;
    },
    async open(context, url = parley.app.url) {
      const page = await context.newPage();
      await page.goto(url);
      await loaded(page);
      return page;
    },
  };
}

/** Opens two windows on one conversation in which something was said. */
export async function openTwo({
  model,
  newContext,
  open,
}: Windows): Promise<{ a: Page; b: Page; context: BrowserContext }> {
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

/** Begins a conversation of these words, and waits for its answer. */
export async function begin({ model }: Windows, page: Page, words: string): Promise<void> {
  model.respond(answers(`To ${words}.`));
  await page.getByRole('button', { name: 'New conversation' }).click();
  await say(page, words);
  await shows(page, `To ${words}.`);
  await idle(page);
}

/** Sends messages and has each answered, as a third window of the session would. */
export async function sendAll(url: string, context: BrowserContext, texts: string[]): Promise<void> {
  const { origin, pathname } = new URL(url);
  const id = pathname.split('/').at(-1) ?? '';
  const cookies = new Map((await context.cookies()).map(({ name, value }) => [name, value]));
  const browser = browserOf(origin, cookies);
  for (const each of texts) await browser.follow(id, (await browser.send(id, each)).id);
}

/** The text of each article, without Parley's own words about it. */
export async function said(page: Page): Promise<(string | undefined)[]> {
  const all = await articles(page).allInnerTexts();
  return all.map((each) => each.split('\n')[0]);
}

export const titles = (page: Page) => list(page).getByRole('link').allInnerTexts();

/** Records every order of bubbles that a person could see from now on. */
export async function record(page: Page): Promise<() => Promise<string[][]>> {
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
