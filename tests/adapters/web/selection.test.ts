/** A person's selection in an answer stays while the answer grows. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  after,
  done,
  finish,
  type ModelServer,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { gate } from '../../harness/gate.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findChromium, launch, type Visit, visit } from './chromium.ts';
import { articles, box, idle, loaded, say, shows } from './on-page.ts';

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
  beforeEach(async () => {
    here = await visit(browser, parley.app.url);
    await loaded(here.page);
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  it.each([
    [
      'in an earlier paragraph',
      'The first paragraph.\n\nThe second',
      'first',
      [' one', ' grows', '.\n\nAnd a third.'],
    ],
    [
      'in the line that grows',
      'This line is **long** and',
      'long',
      [' longer', ' and **longer', '** still.'],
    ],
    ['across marks, in a list', '- one\n- two *three* four', 'two three', [' five', '\n- six', '\n- seven']],
    [
      'in code that is highlighted',
      '```js\nconst a = 1;\nlet b',
      'const',
      [' = 2;', '\nlet c = 3;', '\n```\n\nThat is all.'],
    ],
  ])('keeps what a person has selected %s while it grows', async (_, begins, wanted, rest) => {
    const gates = rest.map(gate);
    model.respond(
      streams(
        text(begins),
        ...rest.flatMap((more, i) => [after(gates[i]?.opened ?? Promise.resolve()), text(more)]),
        finish(),
        done,
      ),
    );
    const { page } = here;
    await say(page, 'Write');
    await shows(page, wanted);
    await page.evaluate((words) => {
      const answer = [...document.querySelectorAll('article')].at(-1);
      if (!answer) throw new Error('no answer');
      const texts = document.createTreeWalker(answer.querySelector('.prose') ?? answer, NodeFilter.SHOW_TEXT);
      const nodes: Node[] = [];
      while (texts.nextNode()) nodes.push(texts.currentNode);
      const whole = nodes.map((node) => node.textContent).join('');
      const place = (characters: number, isEnd: boolean): [Node, number] => {
        let left = characters;
        for (const node of nodes) {
          const length = node.textContent?.length ?? 0;
          if (isEnd ? left <= length : left < length) return [node, left];
          left -= length;
        }
        throw new Error('not there');
      };
      const from = whole.indexOf(words);
      const [start, end] = [place(from, false), place(from + words.length, true)];
      document.getSelection()?.setBaseAndExtent(...start, ...end);
    }, wanted);
    const selected = () => page.evaluate(() => document.getSelection()?.toString());
    expect(await selected()).toBe(wanted);
    for (const [i, more] of rest.entries()) {
      gates[i]?.open();
      await shows(
        page,
        more
          .replace(/[*`\n-]/g, ' ')
          .trim()
          .split(/\s+/)
          .at(-1) ?? '',
      );
      expect(await selected()).toBe(wanted);
    }
    await idle(page);
    expect(await selected()).toBe(wanted);
    await box(page).focus();
  });

  it('keeps a selection that is dragged with the mouse while it grows', async () => {
    const gates = [gate(), gate(), gate()];
    model.respond(
      streams(
        text('Select these words while'),
        ...gates.flatMap(({ opened }, i) => [after(opened), text(` more${i} comes`)]),
        finish(),
        done,
      ),
    );
    const { page } = here;
    await say(page, 'Write');
    await shows(page, 'while');
    const area = await articles(page).last().locator('p').first().boundingBox();
    if (!area) throw new Error('no paragraph');
    const y = area.y + area.height / 2;
    await page.mouse.move(area.x + 1, y);
    await page.mouse.down();
    await page.mouse.move(area.x + 60, y, { steps: 4 });
    gates[0]?.open();
    await shows(page, 'more0');
    await page.mouse.move(area.x + 100, y, { steps: 4 });
    gates[1]?.open();
    await shows(page, 'more1');
    await page.mouse.up();
    const selected = () => page.evaluate(() => document.getSelection()?.toString() ?? '');
    const before = await selected();
    expect('Select these words while').toContain(before);
    expect(before.length).toBeGreaterThan(5);
    gates[2]?.open();
    await shows(page, 'more2');
    await idle(page);
    expect(await selected()).toBe(before);
  });
});
