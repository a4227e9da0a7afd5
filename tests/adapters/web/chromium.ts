/** A real browser for tests: the machine's Chromium, driven by playwright-core. */
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { HANGS_MS } from '../../../lab/counterparts/wait-for.ts';

/** The headless shell is the same engine without a browser's own windows, at about half the CPU. */
const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** Flags for a closed network: the browser itself makes no look-ups and downloads. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The path of Chromium; undefined if there is none. Throws if `REQUIRE_BROWSER` is set. */
export function findChromium(): string | undefined {
  const path = PLACES.find((place) => {
    try {
      accessSync(place ?? '', constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!path && process.env.REQUIRE_BROWSER)
    throw new Error('REQUIRE_BROWSER is set, but there is no Chromium.');
  return path;
}

export async function launch(executablePath: string, args: string[] = []): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args: [...FLAGS, ...args], timeout: HANGS_MS });
  browser.on('context', (context) => context.setDefaultTimeout(HANGS_MS));
  return browser;
}

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** Complaints, which must stay empty: console errors, violations of the policy, requests to other hosts. */
  complaints: string[];
}

export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console: ${message.text()} ${message.location().url}`);
  });
  const { origin } = new URL(url);
  context.on('request', (request) => {
    const to = request.url();
    if (!to.startsWith(origin) && !to.startsWith('data:') && !to.startsWith('blob:'))
      complaints.push(`request: ${to}`);
  });
  await page.goto(url);
  return { context, page, complaints };
}

/** Problems on the current page that axe calls serious or critical. */
export async function findBarriers(page: Page): Promise<string[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  const found = await page.evaluate<{ id: string; impact: string; nodes: string[] }[]>(
    `axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map((node) => node.html) })))`,
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.join(' ')}`);
}
