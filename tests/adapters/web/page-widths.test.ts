/** Every view of the page at the widths people have, with words, names and titles that do not break. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  done,
  finish,
  type ModelServer,
  stall,
  startModelServer,
  streams,
  text,
  thinking,
} from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { box, button, idle, loaded, openSettings, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the page fits its window'
  : 'the page fits its window (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const SIZES = [
  ['a small phone', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }],
  ['a phone', { viewport: { width: 412, height: 915 }, hasTouch: true, isMobile: true }],
  ['a tablet', { viewport: { width: 768, height: 1024 } }],
  ['a desktop', { viewport: { width: 1280, height: 800 } }],
  // WCAG 2.2, 1.4.10 Reflow: 1,280 × 1,024 at 400 % is 320 × 256 CSS pixels.
  ['a desktop at 400 %', { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }],
] as const;

const WORD = 'W'.repeat(90);
const TITLES = [
  'W'.repeat(36),
  `https://example.com/${'a-long-path/'.repeat(8)}`.slice(0, 110),
  'ドキュメントの要約と次の会議までに決めることの一覧について長い題名',
  'عنوان طويل جدا لمحادثة عن تخطيط المشروع والخطوات التالية كلها',
];
const FILE = `${'quarterly_report_final_version_'.repeat(5)}.csv`;

const ANSWER = [
  `# ${WORD}`,
  `Some \`${'code'.repeat(30)}\`, **${WORD}** and https://example.com/${'path'.repeat(30)}`,
  `- one\n- ${WORD}\n  - ${WORD}\n    1. ${WORD}\n- [ ] ${WORD}`,
  `> ${WORD}\n>\n> > ${WORD}`,
  `\`\`\`ts\nconst ${WORD} = '${WORD}';\n\`\`\``,
  `\`\`\`${'language'.repeat(4)}\nshort\n\`\`\``,
  `| ${WORD} | b | c | d | e | f |\n|---|---|---|---|---|---|\n| 1 | ${WORD} | 3 | 4 | 5 | 6 |`,
  `![${WORD}](https://example.com/${WORD}.png)`,
  `これは長い日本語の文章です。${'改行のない文章が続きます'.repeat(10)}`,
  `هذا نص عربي طويل ${'كلمة'.repeat(30)}`,
  `नमस्ते ${'दुनिया'.repeat(30)} สวัสดี${'ครับ'.repeat(30)} ${'👩‍👩‍👧‍👦'.repeat(30)}`,
  `<details>\n<summary>${WORD}</summary>\n\n${WORD}\n\n</details>`,
  `[^1]: ${WORD}`,
  `$$\\int_0^1 ${'x^2 + '.repeat(40)} 1$$`,
].join('\n\n');

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

  /** On a narrow window the panel lies over the page until it is opened. */
  const openPanel = async (page: Page) => {
    if (await button(page, 'Menu').isVisible()) await button(page, 'Menu').click();
    await button(page, 'New conversation').waitFor();
    // The panel slides in.
    await page.evaluate(async () => {
      const slides = document.getElementById('panel')?.getAnimations() ?? [];
      await Promise.all(slides.map(({ finished }) => finished));
    });
  };

  it.each(SIZES)('on %s: what is said, in every form', async (_, options) => {
    model.respond(
      streams(thinking(`${WORD} `.repeat(9)), text(ANSWER), finish(), done),
      streams(text(`${WORD}\n\n${ANSWER}\n\n| ${WORD} | b`), stall),
    );
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    await loaded(page);
    expect(await misfits(page), 'welcome').toEqual([]);
    await page.locator('input[type=file]').setInputFiles([
      { name: FILE, mimeType: 'text/csv', buffer: Buffer.from('a,b') },
      { name: `${WORD}.png`, mimeType: 'image/png', buffer: PIXEL },
      ...['1', '2', '3'].map((each) => ({
        name: `${each}${FILE}`,
        mimeType: 'text/csv',
        buffer: Buffer.from('a'),
      })),
    ]);
    await expect.poll(() => page.getByRole('button', { name: /^Remove / }).count()).toBe(5);
    await box(page).fill(`${TITLES[0]}\n${WORD}\n${'many words '.repeat(200)}`);
    expect(await misfits(page), 'files waiting').toEqual([]);
    await button(page, 'Send').click();
    await shows(page, 'const');
    await idle(page);
    await page.locator('.answer details summary').first().click();
    await page.getByText('Show thinking').click();
    await expect.poll(() => page.locator('.thoughts .prose').count()).toBe(1);
    expect(await misfits(page), 'a conversation').toEqual([]);
    await button(page, 'Delete message').click();
    expect(await misfits(page), 'the question before it is deleted').toEqual([]);
    await button(page, 'Keep').click();
    expect(await findBarriers(page)).toEqual([]);
    await say(page, WORD);
    await shows(page, 'const');
    expect(await misfits(page), 'a live answer').toEqual([]);
    await button(page, 'Stop').click();
    await shows(page, 'Stopped');
    expect(await misfits(page), 'a stopped answer').toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it.each(SIZES)('on %s: the panel with long titles, its forms and the settings', async (_, options) => {
    model.respond(answers('Yes.'));
    model.respondToList(({ response }) => void response.writeHead(500).end());
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    for (const each of TITLES) {
      await say(page, each);
      await shows(page, 'Yes.');
      await idle(page);
      await openPanel(page);
      await button(page, 'New conversation').click();
    }
    await openPanel(page);
    const list = page.getByRole('navigation');
    await expect.poll(() => list.getByRole('listitem').count()).toBe(TITLES.length);
    expect(await misfits(page), 'panel').toEqual([]);
    await list.getByRole('button', { name: /^Rename W/ }).click();
    await list
      .getByRole('button', { name: /^Delete https/ })
      .first()
      .click();
    expect(await misfits(page), 'forms in the panel').toEqual([]);
    await page.keyboard.press('Escape');
    await openSettings(page);
    await page.getByLabel('API key', { exact: true }).fill(`sk-${WORD}`);
    await button(page, 'Save key').click();
    await page.getByText('Key ending in').waitFor();
    await page.getByLabel('Model', { exact: true }).fill(WORD);
    await button(page, 'Save model').click();
    await page.getByText(`${WORD} at`).waitFor();
    await page.getByLabel('Persona', { exact: true }).fill(`${WORD}\n${WORD}`);
    await page.getByLabel('Base URL', { exact: true }).fill(`ftp://${WORD}`);
    await button(page, 'Save base URL').click();
    await page.getByRole('alert').first().waitFor();
    for (const size of ['Small', 'Large']) {
      await page.getByRole('radio', { name: size }).click();
      expect(await misfits(page), `settings, ${size}`).toEqual([]);
    }
  });

  it.each(SIZES)('on %s: what went wrong, in a long sentence', async (_, options) => {
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    await loaded(page);
    const refusal = {
      status: 500,
      json: { error: { code: 'x', message: `No room for ${WORD}. `.repeat(9) } },
    };
    await page.route('**/messages', (route) => route.fulfill(refusal));
    await say(page, WORD);
    await page.getByRole('alert').waitFor();
    expect(await misfits(page), 'a refused message').toEqual([]);
    await page.route('**/api/state', (route) => route.fulfill(refusal));
    await page.reload();
    await button(page, 'Try again').waitFor();
    expect(await misfits(page), 'a page that could not begin').toEqual([]);
  });

  it.each(SIZES)('on %s: the page that asks for the access token', async (_, options) => {
    await using remote = await startParley({ HOST: '0.0.0.0', WEB_TOKEN: 'a token for the test' });
    here = await visit(browser, remote.app.url, options);
    const { page } = here;
    await page.getByLabel('Access token').fill(WORD);
    await button(page, 'Open').click();
    await page.getByText('That is not the access token.').waitFor();
    expect(await misfits(page)).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
  });
});

/** One transparent pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
