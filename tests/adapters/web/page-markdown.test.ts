/** Answers on the page: marks, direction and growth. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  done,
  finish,
  type ModelServer,
  pause,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { articles, box, idle, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'an answer on the page'
  : 'an answer on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

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

  /** Opens the page as a new visitor who says `words` and gets this answer. */
  async function answered(
    answer: string,
    words = 'Tell me',
    options = {},
  ): Promise<{ page: Page; prose: Locator }> {
    model.respond(answers(`${answer}\n\nThe end.`));
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    await say(page, words);
    await shows(page, 'The end.');
    await idle(page);
    return { page, prose: articles(page).last().locator('.prose') };
  }
  const texts = (all: Locator) => all.allInnerTexts();

  it('makes no link of half an address, whose rest are letters that look like others', async () => {
    const { prose } = await answered(
      [
        'https://b\u0430nk.example/x',
        'https://bank.co\u217f/x',
        'www.b\u0430nk.example',
        'ann@bank.co\u217f',
        'https://bank.example\u3067\u3059',
      ].join('\n\n'),
    );
    expect(await texts(prose.locator('p'))).toEqual([
      'https://b\u0430nk.example/x (xn--bnk-6cd.example)',
      'https://bank.co\u217f/x',
      'www.b\u0430nk.example (www.xn--bnk-6cd.example)',
      'ann@bank.co\u217f',
      'https://bank.example\u3067\u3059',
      'The end.',
    ]);
    expect(await texts(prose.locator('a'))).toEqual([
      'https://b\u0430nk.example/x',
      'https://bank.co\u217f/x',
      'www.b\u0430nk.example',
      'https://bank.example',
    ]);
  });

  it('shows where a link leads that looks like another address', async () => {
    const { prose } = await answered(
      [
        '[https://bank.example](https://evil.example/a)',
        '[**bank**.example](https://evil.example/b)',
        '[bank&#46;example][1]',
        '[b\u0430nk.example](https://b\u0430nk.example)',
        'https://bank.example@evil.example/c',
        '[evil.example](https://evil.example/d) [Node.js](https://nodejs.org)',
        '[1]: https://evil.example/e',
      ].join('\n\n'),
    );
    expect(await texts(prose.locator('p'))).toEqual([
      'https://bank.example (evil.example)',
      'bank.example (evil.example)',
      'bank.example (evil.example)',
      'b\u0430nk.example (xn--bnk-6cd.example)',
      'https://bank.example@evil.example/c (evil.example)',
      'evil.example Node.js',
      'The end.',
    ]);
  });

  it('shows that host from the moment on when there is the link, without a flash', async () => {
    const pieces =
      'Go to [bank.example](https://evil.example/a) now, or never. **It** ends.'.match(/.{1,3}/g) ?? [];
    model.respond(streams(...pieces.flatMap((piece) => [text(piece), pause(40)]), finish(), done));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => {
        const prose = document.querySelector('.prose')?.textContent ?? '';
        if (seen.at(-1) !== prose) seen.push(prose);
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await say(page, 'Where?');
    await shows(page, 'It ends.');
    await idle(page);
    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
    const since = seen.findIndex((one) => one.includes('(evil.example)'));
    expect(since).toBeGreaterThan(0);
    expect(seen.slice(since).every((one) => one.includes('bank.example (evil.example)'))).toBe(true);
    expect(seen.slice(0, since).some((one) => one.includes('evil'))).toBe(false);
  });

  it('has no code that looks different from what it is, and no notice that a model wrote', async () => {
    const { page, prose } = await answered(
      'x `a\u202eb\u2066c\u2069` \u202edrow\u202c\n\n```js\nif (a) {\u202e } \u2066// x\u2069\u200b\n```\n\n' +
        '<p class="notice" role="note">Stopped.</p>\n\n<mark class="notice">Stopped.</mark>',
    );
    expect(await texts(prose.locator('code'))).toEqual(['abc', 'if (a) { } // x']);
    expect(await prose.locator('p').first().innerText()).toBe('x abc drow');
    expect(await page.locator('.notice, [role="note"]').count()).toBe(0);
    const [mark, notice] = await page.evaluate(() => {
      const made = document.createElement('p');
      made.className = 'notice';
      document.querySelector('.answer-body')?.append(made);
      return [document.querySelector('.prose mark'), made].map(
        (one) => one && getComputedStyle(one).backgroundColor,
      );
    });
    expect(mark).not.toBe(notice);
  });

  it('shows marks, lines, formulas and tags as they are meant', async () => {
    const { prose } = await answered(
      [
        '~5 to ~10 minutes, ~~gone~~',
        '**「重要」**です。**重要。**次',
        'first line\nsecond line',
        'As Windows\r\nwrites:\r\n\r\n- [here](https://docs.example/a)\r\n- **how**\r\n\r\n| h |\r\n|---|\r\n| w |',
        'so \\(a_1 * b_1 * c\\) and $x_1^2$; $5 and $10',
        '\\[\n\\frac{a}{b} * c * d\n= e\n\\]',
        'H<sub>2</sub>O <kbd>Esc</kbd> &copy; a<br>b <!-- hidden -->',
        '<details>\n<summary>More</summary>\n\n**inside**\n\n</details>',
        'said[^1], see [docs]',
        '[^1]: The note.\n\n[docs]: https://docs.example/a',
        '- [x] done\n\n- [ ] to do',
        `${'- '.repeat(40)}`,
        `${' '.repeat(120)}- odd`,
        `${'**long** paragraph. '.repeat(900)}`,
      ].join('\n\n'),
    );
    expect(await texts(prose.locator('del'))).toEqual(['gone']);
    expect(await texts(prose.locator('p > strong'))).toEqual(
      expect.arrayContaining(['「重要」', '重要。', 'long']),
    );
    expect(await prose.locator('p', { hasText: 'first line' }).innerText()).toBe('first line\nsecond line');
    await expect.poll(() => prose.locator('.formula math').count()).toBe(3);
    expect(await prose.locator('.math, mtext').count()).toBe(0);
    expect(await texts(prose.locator('.task'))).toEqual(['done', 'to do']);
    expect(await prose.getByText('$5 and $10').count()).toBe(1);
    expect(await prose.locator('p', { hasText: '©' }).innerText()).toBe('H2O Esc © a\nb');
    expect(await prose.locator('details strong').textContent()).toBe('inside');
    expect(await prose.locator('p', { hasText: 'Windows' }).innerText()).toBe('As Windows\nwrites:');
    expect(await texts(prose.locator('ul:not(:has(.task)) li'))).toEqual(
      expect.arrayContaining(['here', 'how']),
    );
    expect(await texts(prose.locator('th, td'))).toEqual(['h', 'w']);
    expect(await prose.getByText('docs').getAttribute('href')).toBe('https://docs.example/a');
    expect(await prose.innerText()).not.toMatch(/<|\*\*|\[\^/);
    expect(here.complaints).toEqual([]);
  });

  it('reads from the right where the writing does', async () => {
    const arabic = 'مرحبا بالعالم';
    const { page, prose } = await answered(
      [
        `${arabic} و \`npm install\` ثم Node.js.`,
        `## ${arabic}`,
        `- ${arabic}\n- Node.js أولا`,
        `1. שלום עולם\n\n2. עוד אחד`,
        `> ${arabic}`,
        `| ${arabic} | 1 |\n|---|---|\n| שלום | 2 |`,
        'An English paragraph with שלום in it.',
        `- English\n- ${arabic}`,
        `\`\`\`\n${arabic}\n\`\`\``,
      ].join('\n\n'),
      `${arabic}?\nAnd in English.`,
    );
    const direction = (of: Locator) => of.evaluate((element) => getComputedStyle(element).direction);
    for (const selector of [
      'h3',
      'ul',
      'li',
      'ol',
      'ol p',
      'blockquote',
      'blockquote p',
      'table',
      'th',
      'td',
    ]) {
      expect(await direction(prose.locator(selector).first()), selector).toBe('rtl');
    }
    expect(await direction(prose.locator('p').first())).toBe('rtl');
    expect(await direction(prose.getByText('An English paragraph'))).toBe('ltr');
    expect(await direction(prose.locator('li', { hasText: 'English' }))).toBe('ltr');
    expect(await direction(prose.locator('ul').last().locator('li').last())).toBe('rtl');
    expect(await direction(prose.locator('p code'))).toBe('ltr');
    expect(await direction(prose.locator('pre'))).toBe('ltr');
    expect(await direction(page.getByRole('heading', { level: 1 }))).toBe('rtl');
    expect(await direction(page.getByRole('navigation').locator('a span'))).toBe('rtl');
    const bubble = articles(page).first().locator('.bubble');
    expect(await direction(bubble)).toBe('rtl');
    expect(await box(page).getAttribute('dir')).toBe('auto');
    const quote = prose.locator('blockquote');
    expect(await quote.evaluate((element) => getComputedStyle(element).borderRightWidth)).toBe('3px');
    expect(await misfits(page)).toEqual([]);
  });

  it('never shows half a mark while it is written', async () => {
    const answer =
      'Intro with **bold words** and [a link](https://a.example/path).\n\nText\n- one\n- two\n\n| name | value |\n|------|-------|\n| a | 1 |\n\n```js\nlet a = 1;\n```\n\nSo \\(a_1 * b\\).\n\nThe end.';
    const steps = answer.match(/[\s\S]{1,3}/g) ?? [];
    model.respond(streams(...steps.flatMap((step) => [text(step), pause(45)]), finish(), done));
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => {
        for (const each of document.querySelectorAll<HTMLElement>('.prose')) {
          if (each.innerHTML !== seen.at(-1)) seen.push(each.innerHTML);
        }
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await say(page, 'Tell me');
    await shows(page, 'The end.');
    await idle(page);
    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
    expect(seen.length).toBeGreaterThan(8);
    for (const each of seen) {
      const shown = each.replace(/<[^>]*>/g, '');
      expect(shown, each).not.toMatch(/\*\*|\||\]\(|```|^-/m);
      expect(each).not.toMatch(/<h\d/);
    }
    expect(await articles(page).last().locator('table td').count()).toBe(2);
  });

  it('draws a very long answer piece by piece, so that the page stays usable', async () => {
    const paragraph = 'A paragraph with **bold**, `code` and [a link](https://a.example/). ';
    const long = `${`${paragraph.repeat(8)}\n\n`.repeat(200)}${paragraph.repeat(1500)}\n\n${'- an item\n'.repeat(3000)}`;
    const { page, prose } = await answered(long);
    await page.addInitScript(() => {
      const counts: number[] = [];
      Object.assign(window, { counts });
      new MutationObserver(() => {
        const count = document.querySelector('.prose')?.childElementCount ?? 0;
        if (count > 0) counts.push(count);
      }).observe(document, { childList: true, subtree: true });
    });
    await page.reload();
    await shows(page, 'The end.');
    const counts = await page.evaluate(() => (window as unknown as { counts: number[] }).counts);
    expect(counts.length).toBeGreaterThan(5);
    expect(counts[0]).toBeLessThan(100);
    expect(await prose.locator('li').count()).toBe(3000);
    expect(await prose.locator('strong').count()).toBe(200 * 8 + 1500);
    expect(await prose.locator('.plain').count()).toBe(0);
    expect(here.complaints).toEqual([]);
  });
});
