/** The main text of a page of the web as Markdown, below its title. Nothing in the page is run or fetched. */
import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { type DocumentText, Unread } from '../document-text.ts';
import { oneLine } from '../markdown.ts';
import { openPageBytes, TITLE } from './page-bytes.ts';
import { pageText } from './page-charset.ts';
import { pageMarkdown } from './page-markdown.ts';

/** Tags, above which the main text is not looked for: that takes seconds, and the whole page is read instead. */
const MOST_TAGS = 50_000;
/** Characters of a main text, below which it may be only a part of the page. */
const SHORT = 500;
/** Share of the page's text that a short main text must have. */
const MAIN_SHARE = 0.5;
/** Elements that stand around a page's text. */
const AROUND =
  'script, style, noscript, template, nav, footer, aside, form, dialog, [hidden], [aria-hidden="true"], [role="navigation"], [role="search"], [role="banner"], [role="contentinfo"], body > header';
const HAS_ROOT = /<html[\s>]/i;
/** Characters of a page in which its root is looked for. */
const ROOT_WITHIN = 20_000;
const MOST_TITLE = 300;

/** The first line of the text is `TITLE` and the page's title. @throws Unread */
export function readPage(given: Uint8Array, text: DocumentText): void {
  const { url, type, bytes } = openPageBytes(given);
  const html = pageText(bytes, type);
  const whole = parsed(html);
  const base = baseOf(whole, url);
  // Readability shortens titles, and takes a site's name for some.
  const title = whole.title?.trim() || whole.querySelector('h1')?.textContent || '';
  const main = isTooLarge(html) ? null : mainOf(html);
  const article = main?.content ? pageMarkdown(contentOf(main.content), base) : '';
  const body = isWhole(article, whole) ? article : longer(article, bodyText(whole, base));
  if (body.trim() === '') throw new Unread('empty');
  text.add(`${TITLE}${title.replace(/\s+/g, ' ').trim().slice(0, MOST_TITLE)}\n`);
  const from = [main?.byline && oneLine(main.byline), main?.publishedTime].filter(Boolean).join(', ');
  if (from !== '' && body === article) text.add(`\n${from}\n`);
  text.add(`\n${body}`);
}

function parsed(html: string): Document {
  const isDocument = HAS_ROOT.test(html.slice(0, ROOT_WITHIN));
  return parseHTML(isDocument ? html : `<!doctype html><html><body>${html}</body></html>`).document;
}

/** Counts the tags in the text: the library takes as long to count its elements as to read them. */
function isTooLarge(html: string): boolean {
  let tags = 0;
  for (let at = html.indexOf('<'); at >= 0 && tags <= MOST_TAGS; at = html.indexOf('<', at + 1)) tags++;
  return tags > MOST_TAGS;
}

/** Help that mdBook shows when somebody presses a key. Its style hides it, which Readability does not read. */
const HELP = '#mdbook-help-container';

/** Readability changes the document, so it has one of its own. */
function mainOf(html: string) {
  try {
    const options = { keepClasses: true, charThreshold: 200 };
    const page = parsed(html);
    page.querySelector(HELP)?.remove();
    return new Readability(page, options).parse();
  } catch {
    // The page has a form that Readability does not expect.
    return null;
  }
}

const contentOf = (content: string) => parsed(content).body;

/** Whether the main text is long, or most of the page. */
function isWhole(article: string, page: Document): boolean {
  if (article.length >= SHORT) return true;
  const all = page.body?.textContent?.replace(/\s+/g, ' ').length ?? 0;
  return article.length > all * MAIN_SHARE;
}

/** All text of the page but what stands around it. */
function bodyText(page: Document, base: string): string {
  for (const element of page.querySelectorAll(AROUND)) element.remove();
  const main = page.querySelector('main, [role="main"]');
  // A page without a `body` has its text beside the one that the library makes.
  const root = [main, page.body, page.documentElement].find((one) => one?.textContent?.trim());
  return root ? pageMarkdown(root, base) : '';
}

const longer = (one: string, other: string) => (one.length > other.length ? one : other);

/** The address that the page's links are relative to. */
function baseOf(page: Document, url: string): string {
  const href = page.querySelector('base[href]')?.getAttribute('href') ?? '';
  return href !== '' && URL.canParse(href, url) ? new URL(href, url).href : url;
}
