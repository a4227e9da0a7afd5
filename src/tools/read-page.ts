/** The tool `read_page`: reads a page of the web whose address the model did not compose. */
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { en } from '../core/sentences/en.ts';
import {
  PAGE_FAILURES_PROMPT,
  PAGE_PROMPT,
  pageStatus,
  partLine,
  sourceLine,
} from '../core/sentences/prompts/web.ts';
import { seenName } from '../core/text/unseen.ts';
import type { Documents } from '../core/turn/asking/documents.ts';
import { barred, quotedName } from '../core/turn/speech.ts';
import { pageAddress } from '../core/turn/tools/known-addresses.ts';
import {
  MOST_OUTPUT,
  type Tool,
  type ToolContext,
  ToolError,
  type ToolResult,
} from '../core/turn/tools/tool.ts';
import { createFetchPage, type FetchPage, PageFailure } from './page/fetch-page.ts';
import { type PageText, textOfPage } from './page/page-text.ts';
import { partsOf } from './page/parts.ts';
import { ANY_REACH, PUBLIC_REACH, type Reach } from './page/reach.ts';

export interface ReadPageOptions {
  /** The setting READ_PAGES. */
  pages: 'public' | 'any';
  documents: Documents;
  /** For a page with all its redirects, ms. */
  deadlineMs?: number;
  /** Absent: as `pages` says. */
  reach?: Reach;
}

const DEADLINE_MS = 15_000;
/** For the text of a fetched page, ms. A page of 1 MB takes some two seconds. */
const READING_MS = 20_000;
/** Most unpacked bytes of a page. */
const MOST_BYTES = 3 * 2 ** 20;
/** Characters of a part, so that the lines above it fit into the output, too. */
const PART = MOST_OUTPUT - 3_500;
const MOST_TITLE = 200;
/** A page is kept for its other parts. Its server is not asked again for so long (ms). */
const KEPT_MS = 10 * 60_000;
/** Characters of all pages that are kept. */
const MOST_KEPT = 8_000_000;

const input = z.object({
  url: z.string().trim().min(1).describe(PAGE_PROMPT.url),
  part: z.number().nullish().describe(PAGE_PROMPT.part),
});
type Input = z.infer<typeof input>;

export function createReadPage(options: ReadPageOptions): Tool<Input> {
  const { pages, documents, deadlineMs = DEADLINE_MS } = options;
  const reach = options.reach ?? (pages === 'any' ? ANY_REACH : PUBLIC_REACH);
  const fetchPage = createFetchPage({ reach, deadlineMs, mostBytes: MOST_BYTES });
  const kept = new LRUCache<string, PageText>({
    maxSize: MOST_KEPT,
    sizeCalculation: ({ text }) => text.length + 1,
    ttl: KEPT_MS,
  });
  return {
    name: 'read_page',
    family: 'pages',
    description: PAGE_PROMPT.purpose,
    input,
    effect: 'read',
    says: ({ url }) => en.tools.web.reading(hostOf(url)),
    async run({ url, part }, context, signal) {
      const address = pageAddress(url);
      if (address === undefined) throw new ToolError(PAGE_FAILURES_PROMPT.address);
      if (!context.isKnown(url)) throw new ToolError(PAGE_FAILURES_PROMPT.unknown);
      const page = kept.get(address) ?? (await readPage(address, fetchPage, documents, signal));
      kept.set(address, page);
      return shown(page, part ?? 1, context);
    },
  };
}

async function readPage(
  address: string,
  fetchPage: FetchPage,
  documents: Documents,
  signal: AbortSignal,
): Promise<PageText> {
  try {
    const page = await fetchPage(address, signal);
    const reading = AbortSignal.any([signal, AbortSignal.timeout(READING_MS)]);
    const read = await textOfPage(page, documents, reading);
    signal.throwIfAborted();
    if ('none' in read) throw new ToolError(PAGE_FAILURES_PROMPT[read.none]);
    return read;
  } catch (error) {
    if (!(error instanceof PageFailure)) throw error;
    const { why, status = 0 } = error;
    throw new ToolError(why === 'status' ? pageStatus(status) : PAGE_FAILURES_PROMPT[why]);
  }
}

function shown({ url, title, text }: PageText, given: number, context: ToolContext): ToolResult {
  const parts = partsOf(text, PART);
  const part = Math.trunc(given);
  const content = parts[part - 1];
  if (content === undefined) throw new ToolError(PAGE_FAILURES_PROMPT.noPart);
  const page = { url, title: seenName(title, MOST_TITLE) };
  const number = context.cite(page);
  const lines = [
    PAGE_PROMPT.read,
    '',
    sourceLine(number, page.title && quotedName(page.title, MOST_TITLE), url),
    ...(parts.length > 1 ? [partLine(part, parts.length)] : []),
    barred(content.trimEnd()),
  ];
  return { text: lines.join('\n'), sources: [{ ...page, number }] };
}

/** The host of a page, for people; empty where there is none. */
function hostOf(url: string): string {
  const address = pageAddress(url);
  return address === undefined ? '' : new URL(address).hostname;
}
