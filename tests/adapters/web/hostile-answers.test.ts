/** Hostile content in every renderer of the page: nothing runs, loads, frames or leads elsewhere. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { sizeOfHarmless } from '../../../src/adapters/web/page/diagrams/harmless-svg.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findChromium, launch, type Visit, visit } from './chromium.ts';
import { HOSTILE_DIAGRAMS, hostileDocuments } from './hostile-documents.ts';
import { articles, button, idle, loaded, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'hostile answers'
  : 'hostile answers (skipped: no Chromium on this machine; set CHROMIUM to its path)';

/** Answers of the thousand documents. Each document begins with a heading. */
const ANSWERS = 4;
const DOCUMENTS = hostileDocuments(1_000);

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  const visits: Visit[] = [];

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterEach(async () => {
    for (const { context } of visits.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  /** A visit with a list of what must not happen. */
  async function open(url: string): Promise<{ page: Page; events: string[] }> {
    const opened = await visit(browser, url);
    visits.push(opened);
    const { page, context, complaints } = opened;
    page.on('dialog', async (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    context.on('page', () => complaints.push('a new window'));
    page.on('framenavigated', (frame) => {
      const { pathname } = new URL(frame.url());
      const isExpected = frame === page.mainFrame() ? /^\/(?:c|share)\// : /\/assets\/diagrams-/;
      if (!isExpected.test(pathname)) complaints.push(`navigation: ${frame.url()}`);
    });
    return { page, events: complaints };
  }
  /** Elements that an answer cannot have. */
  const intruders = (page: Page) =>
    page
      .locator('.prose')
      .locator(
        'script, style, iframe, object, embed, form, base, meta, link, svg:not(.icon), [onerror], [onload], [onclick], [ontoggle], a[href^="javascript" i], a[href^="data" i], img:not(.diagram img)',
      )
      .count();

  async function checked({ page, events }: { page: Page; events: string[] }): Promise<void> {
    expect(await intruders(page)).toBe(0);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(events).toEqual([]);
  }

  it('of a thousand made-up documents draw without a complaint of the policy, also behind a share link', async () => {
    const here = await open(parley.app.url);
    const { page } = here;
    await loaded(page);
    const size = DOCUMENTS.length / ANSWERS;
    for (let first = 0; first < DOCUMENTS.length; first += size) {
      const all = DOCUMENTS.slice(first, first + size).map((text) => `\n\n# .\n\n${text}`);
      model.respond(answers(`${all.join('')}\n\n`, `# End ${first}`));
      await say(page, `Documents from ${first}`);
      await page
        .getByRole('heading', { name: `End ${first}` })
        .or(articles(page).last())
        .last()
        .waitFor();
      await idle(page);
      await shows(page, `End ${first}`);
      // Elements that unfold, and links, do nothing else either.
      await page.evaluate(() => {
        for (const one of document.querySelectorAll('details')) one.open = true;
      });
      await checked(here);
    }
    await button(page, 'Share').click();
    await button(page, 'Create link').click();
    const url = await page.getByRole('textbox', { name: 'Link', exact: true }).inputValue();
    const there = await open(url);
    await there.page
      .getByText(`End ${DOCUMENTS.length - size}`)
      .last()
      .waitFor();
    await checked(there);
  });

  it('with diagrams draw what is harmless of them, and load and run nothing', async () => {
    const here = await open(parley.app.url);
    const { page } = here;
    await loaded(page);
    const trap = await startTrap();
    const sources = HOSTILE_DIAGRAMS.map((source) => source.replaceAll('https://evil.example', trap.url));
    const all = sources.map((source) => `\`\`\`mermaid\n${source}\n\`\`\``).join('\n\n');
    model.respond(answers(`${all}\n\nThe end.`));
    await say(page, 'Draw');
    await shows(page, 'The end.');
    await idle(page);
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    const blocks = page.locator('.diagram-block');
    const left = () =>
      blocks.evaluateAll(
        (all) =>
          all.filter((one) => !one.querySelector('.diagram[data-has="light dark"], .not-drawn')).length,
      );
    await expect.poll(left).toBe(0);
    const drawn = await page
      .locator('.diagram img')
      .evaluateAll((all) => all.map((one) => decodeURIComponent(one.getAttribute('src') ?? '')));
    expect(drawn.length).toBeGreaterThan(HOSTILE_DIAGRAMS.length);
    for (const url of drawn) {
      const svg = url.slice(url.indexOf(',') + 1);
      expect(sizeOfHarmless(svg)).not.toBeNull();
      expect(svg).not.toMatch(/<(?:script|foreignObject|image|a)\b/i);
    }
    expect(await page.locator('iframe').count()).toBe(1);
    // The browser also tells of a picture that the frame's policy refused.
    const others = here.events.filter((one) => !one.includes('/assets/diagrams-') && !one.includes(trap.url));
    expect(others).toEqual([]);
    expect(await trap.stop()).toEqual([]);
  });
});

/** A server that nothing may ask. `stop` tells what was asked of it. */
async function startTrap() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*').end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.close();
      return asked;
    },
  };
}

describe('a drawing that the frame sends', () => {
  const wrap = (inside: string, root = '') =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"${root}>${inside}</svg>`;

  it('is shown with its size if it is harmless', () => {
    const harmless = wrap(
      '<style>.a{fill:url(#b);animation:x 1s} @keyframes x{from{opacity:0}}</style><defs><linearGradient id="b"/></defs><g class="a\\b"><text data-id="a@b" style="fill: red;">onclick=alert(1) url(x) @import C:\\d</text><use href="#b"/></g>',
    );
    expect(sizeOfHarmless(harmless)).toEqual({ width: 10, height: 10 });
  });

  it.each([
    '<script>alert(1)</script>',
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
    '<image href="https://evil.example/i.png"/>',
    '<a href="https://evil.example"><text>x</text></a>',
    '<use href="https://evil.example/x.svg#a"/>',
    '<use xlink:href="data:image/svg+xml,x"/>',
    '<rect onload="alert(1)"/>',
    '<rect ONLOAD="alert(1)"/>',
    '<rect onload=alert(1) />',
    "<rect style='fill:url(//evil.example)'/>",
    '<rect fill="url(https://evil.example)"/>',
    '<rect style="fill:u\\72l(//evil.example)"/>',
    '<rect style="fill:&#117;rl(//evil.example)"/>',
    '<style>@import "//evil.example";</style>',
    '<style>@font-face{src:url(//evil.example)}</style>',
    '<style>a{background:image-set("//evil.example" 1x)}</style>',
    '<animate attributeName="href" values="javascript:alert(1)"/>',
    '<set attributeName="onload" to="alert(1)"/>',
    '<!-- x -->',
    '<![CDATA[x]]>',
    '<?xml-stylesheet href="//evil.example"?>',
    '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    '<g xml:base="https://evil.example/"/>',
    '<g',
    'a > b',
  ])('is dropped with %s', (inside) => {
    expect(sizeOfHarmless(wrap(inside))).toBeNull();
  });

  it('is dropped without a size, as anything but text, and where it is too large', () => {
    expect(sizeOfHarmless('<svg xmlns="http://www.w3.org/2000/svg"></svg>')).toBeNull();
    expect(sizeOfHarmless(wrap('', ' onload="x"'))).toBeNull();
    for (const other of [null, undefined, 1, {}, [], '', 'x', '<html></html>'])
      expect(sizeOfHarmless(other)).toBeNull();
    expect(sizeOfHarmless(wrap('x'.repeat(2_000_000)))).toBeNull();
    expect(sizeOfHarmless('<svg width="99999" height="1"></svg>')).toBeNull();
  });
});
