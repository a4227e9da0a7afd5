/** Formulas in answers: typeset where they can be read, and as they were written where not. */
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
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { articles, idle, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'formulas'
  : 'formulas (skipped: no Chromium on this machine; set CHROMIUM to its path)';

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
    model.respond(answers(`${answer}\n\nThe end. $x$`));
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    await say(page, 'Tell me');
    await shows(page, 'The end.');
    await idle(page);
    const prose = articles(page).last().locator('.prose');
    // The last one is typeset once the typesetter is there.
    await prose.locator('p').last().locator('math').waitFor();
    return { page, prose };
  }
  const typeset = (prose: Locator) => prose.locator('math');
  const written = (prose: Locator) => prose.locator('.math').allInnerTexts();

  it('are typeset between each of the four delimiters, and prices are none', async () => {
    const { page, prose } = await answered(
      'So \\(a_1\\) and $x^2$ for $5 and $6.\n\n\\[\n\\frac{a}{b} = \\sqrt{c}\n\\]\n\n$$\\sum_{i=1}^n i$$',
    );
    await expect.poll(() => typeset(prose).count()).toBe(5);
    for (const part of ['msub', 'msup', 'mfrac', 'msqrt', 'munderover'])
      expect([part, await prose.locator(part).count()]).toEqual([part, 1]);
    expect(await prose.locator('p').first().innerText()).toContain('for $5 and $6.');
    expect(await written(prose)).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it('stay as they were written while they grow, and where they cannot be read', async () => {
    const { promise: rest, resolve: goOn } = Promise.withResolvers<void>();
    model.respond(
      streams(
        text('A fraction:\n\n\\[\\frac{a}'),
        after(rest),
        text('{b}\\]\n\nand $\\frac{$'),
        finish(),
        done,
      ),
    );
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await say(page, 'Tell me');
    const prose = articles(page).last().locator('.prose');
    await expect.poll(() => written(prose)).toEqual(['\\[\\frac{a}']);
    goOn();
    await idle(page);
    await expect.poll(() => typeset(prose).count()).toBe(1);
    expect(await written(prose)).toEqual(['$\\frac{$']);
    expect(here.complaints).toEqual([]);
  });

  it('run, load and grow into nothing', async () => {
    const hostile = [
      '\\href{javascript:alert(1)}{x}',
      '\\includegraphics{https://evil.example/i.png}',
      '\\def\\a{\\b\\b\\b}\\def\\b{\\c\\c\\c}\\def\\c{xxx}\\a',
      '\\newcommand{\\a}{xx}\\a',
      `${'{'.repeat(1_000)}x${'}'.repeat(1_000)}`,
      `${'\\frac{1}{'.repeat(200)}x${'}'.repeat(200)}`,
      // Each of these takes longer than a frame.
      `x_${'{y}'.repeat(900)}`,
      `x_${'{y}'.repeat(400)}`,
      `\\begin{matrix}${'&'.repeat(1_400)}\\end{matrix}`,
      `\\begin{matrix}${'a\\\\'.repeat(400)}\\end{matrix}`,
      'x^y'.repeat(450),
    ];
    const { prose } = await answered(hostile.map((tex) => `\\[${tex}\\]`).join('\n\n'));
    await expect.poll(() => typeset(prose).count()).toBe(1);
    expect(await written(prose)).toHaveLength(hostile.length);
    expect(here.complaints).toEqual([]);
  });

  it('of a working day are typeset: a long derivation and a large matrix', async () => {
    const line = '\\frac{\\partial f_{1}}{\\partial x_{2}} &= \\sum_{i=1}^{n} a_i x^{2}';
    const derivation = `\\begin{aligned}${Array(15).fill(line).join(' \\\\ ')}\\end{aligned}`;
    const matrix = `\\begin{pmatrix}${Array(15).fill(Array(15).fill('1').join('&')).join('\\\\')}\\end{pmatrix}`;
    const { prose } = await answered(`\\[${derivation}\\]\n\n\\[${matrix}\\]`);
    await expect.poll(() => typeset(prose).count()).toBe(3);
    expect(await written(prose)).toEqual([]);
  });

  it('of one answer are typeset a few at a time', async () => {
    const many = Array.from({ length: 400 }, (_, at) => `$\\frac{x_{${at}}}{\\sqrt{y}}$`).join(', ');
    const { page } = await answered('None yet.');
    await page.evaluate(() => {
      const counts: number[] = [];
      Object.assign(window, { counts });
      new MutationObserver(() => counts.push(document.querySelectorAll('math').length)).observe(document, {
        childList: true,
        subtree: true,
      });
    });
    model.respond(answers(`${many}\n\nThat is all.`));
    await say(page, 'Many');
    await shows(page, 'That is all.');
    const last = articles(page).last().locator('.prose');
    await expect.poll(() => typeset(last).count()).toBe(400);
    const counts = await page.evaluate(() => (window as unknown as { counts: number[] }).counts);
    const steps = counts.map((count, at) => count - (counts[at - 1] ?? count));
    expect(Math.max(...steps)).toBeLessThan(200);
    expect(await written(last)).toEqual([]);
  });

  it('make no page wider than a phone', async () => {
    const wide = `x = ${Array.from({ length: 60 }, (_, i) => `a_{${i}}`).join(' + ')}`;
    const { page, prose } = await answered(`\\[${wide}\\]\n\nAnd \\(${wide}\\), \\(\\rule{900em}{900em}\\)`, {
      viewport: { width: 320, height: 600 },
    });
    await expect.poll(() => typeset(prose).count()).toBe(4);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320);
    // A wide one is moved within its place, by keyboard too.
    await expect.poll(() => prose.locator('.formula[tabindex="0"]').count()).toBeGreaterThan(1);
    const boxes = await prose.locator('.formula').evaluateAll((all) => all.map((one) => one.clientWidth));
    expect(Math.max(...boxes)).toBeLessThanOrEqual(320);
  });
});
