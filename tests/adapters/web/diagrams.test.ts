/** Diagrams of Mermaid in answers: drawn in a frame that can do nothing else, and shown as images. */
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
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
import { sizeOfHarmless } from '../../../src/adapters/web/page/diagrams/harmless-svg.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { articles, button, idle, loaded, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'diagrams'
  : 'diagrams (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const FLOW = 'flowchart TD\n  A[Start] --> B{Ready?}\n  B -->|Yes| C[Go]\n  style C fill:#ff9';
const fenced = (source: string) => `\`\`\`mermaid\n${source}\n\`\`\``;

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    // As browsers do by default, and the headless shell does not: a frame without an origin has its own process.
    browser = await launch(executable ?? '', ['--site-per-process']);
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  async function answered(answer: string, options = {}): Promise<{ page: Page; prose: Locator }> {
    model.respond(answers(`${answer}\n\nThe end.`));
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    await loaded(page);
    await say(page, 'Draw it');
    await shows(page, 'The end.');
    await idle(page);
    return { page, prose: articles(page).last().locator('.prose') };
  }
  /** Resolves when every diagram is drawn in both themes, or is known not to be. */
  const settled = (prose: Locator) =>
    expect
      .poll(() =>
        prose
          .locator('.diagram-block')
          .evaluateAll((all) =>
            all.every((one) => one.querySelector('.diagram[data-has="light dark"], .not-drawn')),
          ),
      )
      .toBe(true);
  const drawings = (prose: Locator) => prose.getByRole('img');

  it('are drawn as images that have a name, and turn into their code and back by keyboard', async () => {
    const { page, prose } = await answered(
      `${fenced(`---\ntitle: To work\n---\n${FLOW}`)}\n\n${fenced('pie title Pets\n "Dogs" : 3')}`,
    );
    await settled(prose);
    expect(await drawings(prose).evaluateAll((all) => all.map((one) => one.getAttribute('alt')))).toEqual([
      'Flowchart: To work',
      'Pie chart: Pets',
    ]);
    const size = await drawings(prose)
      .first()
      .evaluate((one) => (one as HTMLImageElement).naturalWidth);
    expect(size).toBeGreaterThan(50);
    const toCode = button(page, 'Show code').first();
    await toCode.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => prose.locator('pre').innerText()).toContain('A[Start]');
    await page.keyboard.press('Enter');
    await expect.poll(() => drawings(prose).count()).toBe(2);
    const saved = page.waitForEvent('download');
    await button(page, 'Download diagram').first().click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe('diagram.svg');
    expect(sizeOfHarmless(await readFile(await file.path(), 'utf8'))).not.toBeNull();
    expect(await findBarriers(page)).toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it('load their library when the first one is shown, and never for other answers', async () => {
    const asked: string[] = [];
    const { page } = await answered('```js\nlet a;\n```');
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    expect(await page.locator('iframe').count()).toBe(0);
    model.respond(answers(`${fenced(FLOW)}\n\nDrawn.`));
    await say(page, 'Draw it');
    await shows(page, 'Drawn.');
    await expect.poll(() => articles(page).last().getByRole('img').count()).toBe(1);
    expect(asked.filter((path) => path.endsWith('.html'))).toEqual([
      expect.stringMatching(/^\/assets\/diagrams-[\da-f]{8}\.html$/),
    ]);
    expect(here.complaints).toEqual([]);
  });

  it('are drawn as soon as they are written, while the answer goes on', async () => {
    let goOn = () => {};
    const more = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    model.respond(
      streams(text(`${fenced(FLOW)}\n\nAnd then`), after(more), text(' the end.'), finish(), done),
    );
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await loaded(page);
    await say(page, 'Draw it');
    await expect.poll(() => articles(page).last().getByRole('img').count()).toBe(1);
    goOn();
    await shows(page, 'And then the end.');
    await idle(page);
    expect(await articles(page).last().getByRole('img').count()).toBe(1);
  });

  it('are dark on a dark page and light on paper, no wider than a phone, with words that can be read', async () => {
    const wide = `flowchart LR\n${Array.from({ length: 20 }, (_, at) => `N${at}[Step ${at}] --> N${at + 1}`).join('\n')}`;
    const { page, prose } = await answered(`${fenced(FLOW)}\n\n${fenced(wide)}`, {
      colorScheme: 'dark',
      viewport: { width: 320, height: 700 },
    });
    await settled(prose);
    const theme = () =>
      prose.locator('.diagram img:visible').evaluateAll((all) => all.map((one) => one.className));
    expect(await theme()).toEqual(['dark', 'dark']);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320);
    const scale = await prose
      .locator('.dark')
      .last()
      .evaluate((one) => one.clientWidth / (one as HTMLImageElement).naturalWidth);
    expect(scale).toBeGreaterThan(0.5);
    expect(await findBarriers(page)).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    await expect.poll(theme).toEqual(['light', 'light']);
    expect(await button(page, 'Show code').count()).toBe(0);
  });

  it('that cannot be drawn stay code, with the reason', async () => {
    const long = `flowchart TD\n${'A --> B\n'.repeat(2_000)}`;
    const { prose } = await answered(
      ['flowchart TD\n  A[[[ -->', 'mindmap\n  root', 'x', long].map(fenced).join('\n\n'),
      { viewport: { width: 800, height: 2_000 } },
    );
    await settled(prose);
    expect(await prose.locator('.not-drawn').allInnerTexts()).toEqual([
      'The diagram has a mistake.',
      'This kind of diagram can’t be drawn here.',
      'This kind of diagram can’t be drawn here.',
      'The diagram is too long to draw.',
    ]);
    expect(await prose.locator('pre').count()).toBe(4);
    expect(here.complaints).toEqual([]);
  });

  it('that never come to an end are given up, and the page and later ones go on', async () => {
    const { page, prose } = await answered(fenced(FLOW));
    await settled(prose);
    const frame = page.frames().find((one) => one !== page.mainFrame());
    await frame?.evaluate('setTimeout(() => { for (;;); })');
    model.respond(answers(`${fenced('flowchart TD\n  X --> Y')}\n\nLate.`));
    await say(page, 'Again');
    await shows(page, 'Late.');
    const last = articles(page).last();
    await expect
      .poll(() => last.locator('.not-drawn').allInnerTexts())
      .toEqual(['The diagram takes too long to draw.']);
    model.respond(answers(`${fenced('flowchart TD\n  Y --> Z')}\n\nLater.`));
    await say(page, 'Once more');
    await shows(page, 'Later.');
    await expect.poll(() => last.getByRole('img').count()).toBe(1);
    expect(here.complaints).toEqual([]);
  });

  it('are there where the page asks for a token, and for strangers behind a share link', async () => {
    await using closed = await startParley({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-operator',
      HOST: '0.0.0.0',
      WEB_TOKEN: 'correct horse battery',
    });
    const { origin } = new URL(closed.app.url);
    model.respond(answers(`${fenced(FLOW)}\n\nThe end.`));
    here = await visit(browser, `${origin}/access?token=correct+horse+battery`);
    const { page } = here;
    await loaded(page);
    await say(page, 'Draw it');
    await expect.poll(() => page.getByRole('img', { name: 'Flowchart' }).count()).toBe(1);
    await idle(page);
    await button(page, 'Share').click();
    await button(page, 'Create link').click();
    const url = await page.getByRole('textbox', { name: 'Link', exact: true }).inputValue();
    expect(here.complaints).toEqual([]);
    await here.context.close();
    const { pathname } = new URL(url);
    here = await visit(browser, `${origin}${pathname}`);
    await expect.poll(() => here.page.getByRole('img', { name: 'Flowchart' }).count()).toBe(1);
    expect(await here.page.locator('iframe').getAttribute('src')).toContain(`${pathname}/assets/diagrams-`);
    expect(here.complaints).toEqual([]);
  });

  it('have a frame in which nothing runs, loads or leads anywhere, whoever writes in it', async () => {
    const { page, prose } = await answered(fenced(FLOW));
    await settled(prose);
    const frame = page.frames().find((one) => one !== page.mainFrame());
    const tried = await frame?.evaluate<Record<string, string>>(`(async () => {
      const refused = [];
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.push(effectiveDirective));
      const name = async (act) => { try { return String(await act()); } catch (error) { return error.name; } };
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      const image = new Image();
      image.src = '/assets/x.png';
      await new Promise((resolve) => { image.onerror = image.onload = resolve; });
      return {
        origin: self.origin,
        eval: await name(() => eval('1')),
        fetch: await name(() => fetch('/api/state')),
        top: await name(() => top.location.assign('/new')),
        page: await name(() => parent.document.title),
        storage: await name(() => localStorage.length),
        open: String(open('/')),
        ran: String(window.ran),
        refused: refused.join(),
      };
    })()`);
    expect(tried).toMatchObject({
      origin: 'null',
      eval: 'EvalError',
      fetch: 'TypeError',
      top: 'SecurityError',
      page: 'SecurityError',
      storage: 'SecurityError',
      open: 'null',
      ran: 'undefined',
    });
    expect(tried?.refused).toMatch(/script-src.*img-src|img-src.*script-src/);
  });
});
