/**
 * The addresses that a model may open: those that stand, as they are, in texts that it did not write. An address that a
 * model composed could carry what it knows to somebody else's server.
 */
import { endsDomain } from '../../text/domain-endings.ts';
import { trimEndOf } from '../../text/trim-end.ts';
import type { Step } from './step.ts';

export interface KnownAddresses {
  /** @param url as the model wrote it */
  has(url: string): boolean;
}

/** Characters of an address, at most. */
const MOST_CHARACTERS = 2_048;
/** Most addresses that are taken of all texts: reading them takes some 30 ms. */
const MOST_ADDRESSES = 4_000;
/** An address with a scheme. */
const WITH_SCHEME = /https?:\/\/[^\s<>"\u0000-\u001f]{1,2048}/gi;
/** Words that may be addresses without a scheme, such as `example.com/docs`. */
const BARE =
  /(?<![\p{L}\p{N}@/:._%-])[\p{L}\p{N}][\p{L}\p{N}-]{0,62}(?:\.[\p{L}\p{N}][\p{L}\p{N}-]{0,62}){1,8}(?::\d{1,5})?(?:[/?][^\s<>"]{0,2048})?/gu;
/** A Markdown link's address ends its label, and a table's cell or Slack's label ends an address. */
const ENDS_EARLY = /\]\(|\||`|\\n/;
const NOT_ASCII = /[^\0-\x7f]/;
const NOT_ASCII_MARK = /[^\0-\x7f\p{L}\p{N}\p{M}]/u;
/** Marks behind an address that may belong to the sentence. */
const MARK = /[.,;:!?'"*_~|()[\]{}`…]/;
/** Marks at an end, as many as are tried. */
const MOST_MARKS = 6;
const ENCODED = /%([\da-f]{2})/gi;
/** Characters that mean the same encoded (RFC 3986, 2.3). */
const UNRESERVED = /[a-z\d._~-]/i;
const HAS_SCHEME = /^[a-z][a-z\d+.-]*:/i;
const BARE_PORT = /^[^/?#]*:\d+(?:[/?#]|$)/;

/** Tools whose outputs are pages and files of others: each address in them is known. A search knows its results. */
const READING: ReadonlySet<string> = new Set(['read_page', 'read_file']);

/**
 * Reads everything at once, so make it when a tool first asks.
 * @param texts by people, and of files; never by a model. The newest first, as also the steps
 * @param steps of this turn and of earlier ones
 */
export function knownAddresses(texts: Iterable<string>, steps: Iterable<Step>): KnownAddresses {
  const known = new Set<string>();
  for (const url of addressesOf(texts, steps)) {
    known.add(url);
    if (known.size === MOST_ADDRESSES) break;
  }
  return {
    has(url) {
      const page = pageAddress(url);
      return page !== undefined && known.has(page);
    },
  };
}

function* addressesOf(texts: Iterable<string>, steps: Iterable<Step>): Generator<string> {
  for (const { state, tool, output = '', sources = [] } of steps) {
    if (state !== 'done') continue;
    for (const { url } of sources) {
      const page = pageAddress(url);
      if (page !== undefined) yield page;
    }
    if (READING.has(tool)) yield* addressesIn(output);
  }
  for (const text of texts) yield* addressesIn(text);
}

/**
 * The one form of an address that is compared and opened: without its fragment, its host in ASCII, its encoding
 * normalised. Undefined: it is no http or https address, or has a password. Without a scheme it is taken for https.
 */
export function pageAddress(text: string): string | undefined {
  const given = text.trim();
  if (given === '' || given.length > MOST_CHARACTERS) return undefined;
  const whole = HAS_SCHEME.test(given) && !BARE_PORT.test(given) ? given : `https://${given}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  if (url.username !== '' || url.password !== '' || url.hostname === '') return undefined;
  url.hash = '';
  return url.href.replace(ENCODED, (code, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : code.toUpperCase();
  });
}

/** The http and https addresses in a text, in the form of `pageAddress`. Where an end is unclear, with each end. */
export function* addressesIn(text: string): Generator<string> {
  for (const [found] of text.matchAll(WITH_SCHEME)) yield* addressesAt(found);
  for (const [found] of text.matchAll(BARE)) {
    const [host = ''] = found.split(/[:/?]/, 1);
    if (!endsDomain(host.slice(host.lastIndexOf('.') + 1))) continue;
    yield* addressesAt(`https://${found}`);
    yield* addressesAt(`http://${found}`);
  }
}

function* addressesAt(found: string): Generator<string> {
  for (const ended of new Set(withoutMarkup(found).flatMap(ends))) {
    const page = pageAddress(ended);
    if (page !== undefined) yield page;
  }
}

/** The address as it stands, and as Markdown and HTML would read it. */
function withoutMarkup(found: string): string[] {
  const early = ENDS_EARLY.exec(found)?.index;
  const forms = early === undefined ? [found] : [found, found.slice(0, early)];
  return forms.flatMap((form) => {
    const read = form.replace(/\\([_*~()[\]#&.!-])/g, '$1').replace(/&amp;/gi, '&');
    return read === form ? [form] : [form, read];
  });
}

/** The address with each end that it may have: other scripts and marks may belong to the sentence. */
function ends(found: string): string[] {
  const whole = [found];
  for (const mark of [NOT_ASCII_MARK, NOT_ASCII]) {
    const at = found.slice(HOST_AT).search(mark);
    if (at > 0) whole.push(found.slice(0, HOST_AT + at));
  }
  return whole.flatMap((one) => {
    const forms = [one];
    let form = one;
    while (forms.length <= MOST_MARKS && MARK.test(form.slice(-1))) {
      form = form.slice(0, -1);
      forms.push(form);
    }
    const bare = trimEndOf(form, MARK);
    return bare === form ? forms : [...forms, bare];
  });
}
/** Where a host begins at the latest, in `https://`. */
const HOST_AT = 8;
