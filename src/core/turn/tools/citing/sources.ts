/** The pages that an answer can cite, with their numbers, and the addresses by which they are known again. */
import type { FoundPage } from '../../../models/tool.ts';
import type { Source } from '../step.ts';

/** The numbered pages of one turn. */
export interface SourceBook {
  /** The number of a page. A page that is known keeps its number, and gets the title that it lacked. */
  cite(page: FoundPage): number;
  withNumber(number: number): Source | undefined;
  withAddress(url: string): Source | undefined;
  /** In the order of their numbers. */
  all(): Source[];
  isEmpty(): boolean;
}

/** @param known the sources of a journal, after a crash */
export function createSources(known: readonly Source[] = []): SourceBook {
  const byNumber = new Map<number, Source>();
  const byAddress = new Map<string, Source>();
  let last = 0;

  function add(source: Source): void {
    byNumber.set(source.number, source);
    const key = addressKey(source.url);
    if (!byAddress.has(key)) byAddress.set(key, source);
    last = Math.max(last, source.number);
  }
  for (const source of known) add({ ...source });

  return {
    cite({ url, title }) {
      const source = byAddress.get(addressKey(url));
      if (source) {
        source.title ||= title;
        return source.number;
      }
      add({ number: last + 1, url: withoutTracking(url), title });
      return last;
    },
    withNumber: (number) => byNumber.get(number),
    withAddress: (url) => byAddress.get(addressKey(url)),
    isEmpty: () => byNumber.size === 0,
    all: () => [...byNumber.values()].sort((a, b) => a.number - b.number),
  };
}

/** OpenAI's search adds these to addresses (openai-openapi: `utm_source=chatgpt.com`; its streams: `utm_source=openai`). */
const TRACKING = /([?&])utm_source=(?:openai|chatgpt\.com)(?=&|#|$)&?/;

const withoutTracking = (url: string) => url.replace(TRACKING, '$1').replace(/[?&](?=#|$)/, '');

/** Equal for two addresses of one page: without tracking, fragment, final slash, and with entities decoded. */
function addressKey(url: string): string {
  const plain = withoutTracking(url.replaceAll('&amp;', '&'));
  if (!URL.canParse(plain)) return plain;
  const { protocol, host, pathname, search } = new URL(plain);
  const path = encodedAlike(pathname + search).replace(/\/$/, '');
  return `${protocol === 'http:' ? 'https:' : protocol}//${host}${path}`;
}

/** Models and servers differ in whether they encode letters and parentheses. */
function encodedAlike(path: string): string {
  try {
    return encodeURI(decodeURI(path)).replace(/%2[89]/gi, (code) => (code.endsWith('8') ? '(' : ')'));
  } catch {
    return path;
  }
}

/** Characters of an address that a reader of Markdown may take for a mark. */
const MARKS = /[()[\]<>|`$*\\"'{}^]/g;
/** Longer addresses are not linked, since no platform's message has room for many. */
const LONGEST_ADDRESS = 1_500;

/** Addresses as they are linked: an answer may cite a source thousands of times. */
const linked = new WeakMap<Source, { address: string | undefined }>();

/** The address of a source for a Markdown link. Undefined: it is none that a person should open by a click. */
export function linkAddress(source: Source): string | undefined {
  const known = linked.get(source) ?? { address: readAddress(source.url) };
  linked.set(source, known);
  return known.address;
}

function readAddress(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined;
  // A name before the host imitates a host: https://bank.example@evil.example.
  parsed.username = '';
  parsed.password = '';
  const address = parsed.href.replace(MARKS, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return address.length > LONGEST_ADDRESS ? undefined : address;
}
