/** Code, tables and alerts of an answer, and their tools. */
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { orderOf, toCsv } from '../../../src/adapters/web/page/markdown/elements/csv.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { articles, box, button, idle, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the elements of an answer'
  : 'the elements of an answer (skipped: no Chromium on this machine; set CHROMIUM to its path)';

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

  async function answered(answer: string, options = {}): Promise<{ page: Page; prose: Locator }> {
    model.respond(answers(`${answer}\n\nThe end.`));
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    await say(page, 'Tell me');
    await shows(page, 'The end.');
    await idle(page);
    return { page, prose: articles(page).last().locator('.prose') };
  }

  it('long code has the colours of the whole, although it is highlighted in pieces', async () => {
    const lines = Array.from({ length: 60 }, (_, line) => `const a${line} = 'text'; // ${'note '.repeat(5)}`);
    const comment = ['/*', ...Array.from({ length: 120 }, (_, line) => `const in${line} = 1;`), '*/'];
    const code = [...lines, ...comment, ...lines].join('\n');
    const { prose } = await answered(`\`\`\`ts\n${code}\n\`\`\``);
    expect(await prose.locator('pre').evaluate(({ textContent }) => textContent)).toBe(code);
    const texts = (kind: string) => prose.locator(`.hljs-${kind}`).allTextContents();
    expect(await texts('comment')).toContain(comment.join('\n'));
    expect(await texts('string')).toHaveLength(120);
    expect(await texts('keyword')).toHaveLength(120);
  });

  it('code of many lines is folded, wraps, and is saved under a right name', async () => {
    const code = Array.from({ length: 60 }, (_, line) => `print(${line})${' # long'.repeat(40)}`).join('\n');
    const { page, prose } = await answered(`\`\`\`python\n${code}\n\`\`\`\n\n\`\`\`\nshort\n\`\`\``);
    const pre = prose.locator('pre').first();
    const size = () => pre.evaluate(({ clientHeight, scrollHeight }) => [clientHeight, scrollHeight]);
    const [folded = 0, whole = 0] = await size();
    expect(folded).toBeLessThan(whole);
    await button(page, 'Show all 60 lines').click();
    await expect.poll(async () => (await size())[0]).toBe(whole);
    await button(page, 'Show fewer lines').click();
    await expect.poll(async () => (await size())[0]).toBe(folded);
    expect(await prose.getByRole('button', { name: /^Show all/ }).count()).toBe(1);
    const wrap = prose.getByRole('button', { name: 'Wrap lines' }).first();
    const isWide = () => pre.evaluate(({ clientWidth, scrollWidth }) => scrollWidth > clientWidth);
    expect(await isWide()).toBe(true);
    await wrap.click();
    await expect.poll(isWide).toBe(false);
    expect(await wrap.getAttribute('aria-pressed')).toBe('true');
    const saved = page.waitForEvent('download');
    await prose.getByRole('button', { name: 'Download code' }).first().click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe('code.py');
    expect(await readFile(await file.path(), 'utf8')).toBe(code);
    expect(await findBarriers(page)).toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it('a table is sorted by its numbers and words, and copied as it is seen', async () => {
    const { page, prose } = await answered(
      ['| Town | People |', '|---|---|', '| *Ulm* | 1,200 |', '| Aachen | 90 |', '| =1+1 | |'].join('\n'),
    );
    const column = (index: number) => prose.locator(`tbody td:nth-child(${index})`).allInnerTexts();
    await page.getByRole('columnheader', { name: 'People', exact: true }).waitFor();
    await button(page, 'Sort by People').click();
    await expect.poll(() => column(2)).toEqual(['90', '1,200', '']);
    expect(await prose.getByRole('columnheader').nth(1).getAttribute('aria-sort')).toBe('ascending');
    await button(page, 'Sort by People').click();
    await expect.poll(() => column(1)).toEqual(['Ulm', 'Aachen', '=1+1']);
    await button(page, 'Sort by People').click();
    await expect.poll(() => column(1)).toEqual(['Ulm', 'Aachen', '=1+1']);
    await button(page, 'Sort by Town').click();
    await expect.poll(() => column(1)).toEqual(['=1+1', 'Aachen', 'Ulm']);
    expect(await button(page, 'Copy as CSV').count()).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it('a footnote leads to its note and back, within its own answer and without a new address', async () => {
    const notes = 'First[^1], again[^1], [none[^1]](https://a.example) and nothing[^2].\n\n[^1]: The *note*.';
    const { page, prose } = await answered(notes);
    model.respond(answers(`${notes}\n\n[^1]: Another.\n\nThe very end.`));
    await say(page, 'Again');
    await shows(page, 'The very end.');
    await idle(page);
    const address = page.url();
    const length = () => page.evaluate<number>('history.length');
    const entries = await length();
    expect(await prose.locator('p').first().innerText()).toContain('nothing[^2].');
    const references = prose.getByRole('link', { name: 'Note 1', exact: true });
    await expect.poll(() => references.count()).toBe(2);
    await references.nth(1).focus();
    await page.keyboard.press('Enter');
    const note = prose.getByRole('note', { name: 'Note 1' });
    const isFocused = (element: Locator) => element.evaluate((one) => one === document.activeElement);
    await expect.poll(() => isFocused(note)).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => isFocused(references.nth(1))).toBe(true);
    expect([page.url(), await length()]).toEqual([address, entries]);
    const ids = await page.locator('.prose [id]').evaluateAll((all) => all.map(({ id }) => id));
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
    expect(await findBarriers(page)).toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it('a footnote within a list or a quote leads to its note, too, and no two have one id', async () => {
    const { page, prose } = await answered(
      '- One[^a] and two[^b].\n\n  [^a]: In a list.\n\n> [!NOTE]\n> Three[^c].\n>\n> [^b]: In an alert.\n\n<details>\n\n1. x\n2. y\n\n   [^c]: Folded.\n   [^a]: Another.\n\n</details>',
    );
    await expect.poll(() => prose.getByRole('link', { name: /^Note/ }).count()).toBe(3);
    for (const [label, words] of [
      ['a', 'In a list.'],
      ['b', 'In an alert.'],
      ['c', 'Folded.'],
    ] as const) {
      await prose.getByRole('link', { name: `Note ${label}`, exact: true }).press('Enter');
      const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
      await expect.poll(focused).toContain(words);
    }
    const ids = await page.locator('.prose [id]').evaluateAll((all) => all.map(({ id }) => id));
    expect(new Set(ids).size).toBe(3);
    expect(here.complaints).toEqual([]);
  });

  it('a message and its answer have their times, in the words of the browser, with the whole date as title', async () => {
    const { page } = await answered('Yes.', { viewport: { width: 320, height: 700 }, locale: 'de-DE' });
    const times = page.locator('time');
    await expect.poll(() => times.count()).toBe(2);
    const [sent, ended] = await times.evaluateAll((all) =>
      all.map((one) => Date.parse(one.getAttribute('datetime') ?? '')),
    );
    expect(ended).toBeGreaterThanOrEqual(sent ?? Number.NaN);
    await page.reload();
    await expect.poll(() => articles(page).last().locator('time').count()).toBe(1);
    const time = times.first();
    const at = new Date((await time.getAttribute('datetime')) ?? '');
    expect(Math.abs(Date.now() - at.getTime())).toBeLessThan(600_000);
    expect(await time.innerText()).toMatch(/^\d\d:\d\d$/);
    expect(await time.getAttribute('title')).toMatch(/[a-z]+tag, .*\d{4}/);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320);
    expect(await findBarriers(page)).toEqual([]);
  });

  it('a selected passage is quoted before what is in the box, by mouse and by keyboard', async () => {
    const { page, prose } = await answered('One **two** three.\n\nFour.', {
      viewport: { width: 320, height: 700 },
    });
    const message = box(page);
    await message.fill('Why?');
    const select = (index: number) => prose.locator('p').nth(index).selectText();
    await select(0);
    await button(page, 'Quote').click();
    await expect.poll(() => message.inputValue()).toBe('> One two three.\n\nWhy?');
    await expect.poll(() => message.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.getByRole('log').focus();
    await select(1);
    await button(page, 'Quote').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => message.inputValue()).toBe('> Four.\n\n> One two three.\n\nWhy?');
    await select(1);
    await button(page, 'Quote').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => button(page, 'Quote').count()).toBe(0);
    expect(here.complaints).toEqual([]);
  });

  it('an alert has its title, and any other quote is one', async () => {
    const { page, prose } = await answered(
      '> [!WARNING]\n> Mind **this**.\n\n> [!note]\n\n> [!OTHER]\n> A quote.\n\n> said [!TIP]',
      { viewport: { width: 320, height: 700 }, colorScheme: 'dark' },
    );
    expect(await prose.locator('.alert').allInnerTexts()).toEqual([
      expect.stringMatching(/^Warning\s+Mind this\.$/),
      'Note',
    ]);
    expect(await prose.locator('blockquote').count()).toBe(2);
    expect(await findBarriers(page)).toEqual([]);
  });
});

describe('a table as CSV', () => {
  it('gives each cell back, and no cell that a spreadsheet would run', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { minLength: 1 }), { minLength: 1 }), (rows) => {
        const csv = toCsv(rows);
        const read = parse(csv);
        expect(read.map(({ length }) => length)).toEqual(rows.map(({ length }) => length));
        const cells = rows.flat();
        for (const [at, cell] of read.flat().entries()) expect([cells[at], `'${cells[at]}`]).toContain(cell);
        for (const cell of read.flat())
          expect(cell).not.toMatch(/^(?:[\t\r\n\0]|[\s\0]*(?:[=@＝＋－＠]|[+-](?![\d.,\s]+%?$)))/);
      }),
    );
  });

  it('keeps numbers as they are', () => {
    expect(toCsv([['-5', '+3.5 %', '-5+cmd', '=A1', 'a,b', 'say "x"']])).toBe(
      `-5,+3.5 %,'-5+cmd,'=A1,"a,b","say ""x"""\r\n`,
    );
  });

  it('marks a cell whose sign is hidden from the eye, and no other', () => {
    const hidden = [
      '\u0000=1',
      '\n=1',
      ' =1',
      '\u00a0@x',
      '\uff1d1',
      '\uff0b1',
      '\uff0d1',
      '\uff20x',
      '\ufeff=1',
      '\0x',
    ];
    for (const cell of hidden) expect(toCsv([[cell]]).replace(/^"/, '')).toMatch(/^'/);
    expect(toCsv([[' x', 'a=b', '-5']])).toBe(' x,a=b,-5\r\n');
  });
});

describe('the order of a column', () => {
  const sorted = (cells: string[], isDown = false) => orderOf(cells, isDown, 'en').map((row) => cells[row]);

  it('is by numbers where each cell has one, and by words where one has none', () => {
    expect(sorted(['10', '', '$9', '1,000', '−3'])).toEqual(['−3', '$9', '10', '1,000', '']);
    expect(sorted(['10', '', '$9', '1,000', '−3'], true)).toEqual(['1,000', '10', '$9', '−3', '']);
    expect(sorted(['b', '10', '', '9', 'a'])).toEqual(['9', '10', 'a', 'b', '']);
  });

  it('has every cell once and empty ones last, and sorting again changes nothing', () => {
    const cell = fc.oneof(fc.constantFrom('', ' ', '7', '$3', '1e3', 'b', '−2'), fc.string());
    fc.assert(
      fc.property(fc.array(cell), fc.boolean(), (cells, isDown) => {
        const order = orderOf(cells, isDown, 'en');
        expect(order.toSorted((a, b) => a - b)).toEqual(cells.map((_, row) => row));
        const empty = order.map((row) => cells[row]?.trim() === '');
        expect(empty).toEqual(empty.toSorted());
        const again = order.map((row) => cells[row] ?? '');
        expect(orderOf(again, isDown, 'en')).toEqual(again.map((_, row) => row));
      }),
    );
  });
});

/** Reads CSV by RFC 4180. */
function parse(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
