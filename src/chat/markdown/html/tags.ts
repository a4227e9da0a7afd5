/** Known HTML tags that models mix into Markdown. Others may be code, such as `List<String>`, and stay text. */
import { decodeEntities } from './entities.ts';

export interface HtmlTag {
  start: number;
  end: number;
  /** In lower case. */
  name: string;
  isClosing: boolean;
  /** The tag that closes this one, or that this one closes. */
  mate: HtmlTag | null;
}

const INLINE =
  'b strong i em cite var dfn u ins s del strike mark small big q abbr span font sub sup a label';
const BLOCKS =
  'details summary p div section article aside header footer main figure figcaption ul ol li dl dt dd table thead tbody tfoot tr td th caption blockquote h1 h2 h3 h4 h5 h6 center';
const VOID = 'br hr img wbr';
/** Tags whose content is code. */
const CODE = 'code kbd samp tt pre';

const setOf = (names: string) => new Set(names.split(' '));
const blocks = setOf(BLOCKS);
const voids = setOf(VOID);
const codes = setOf(CODE);
const known = setOf(`${INLINE} ${BLOCKS} ${VOID} ${CODE}`);

/** Whether the tag puts its content on a line of its own. */
export const isBlockTag = (name: string) => blocks.has(name);
export const isVoidTag = (name: string) => voids.has(name);
export const isCodeTag = (name: string) => codes.has(name);

const TAG = /<(\/?)([a-z][a-z\d]{0,10})(?=[\s/>])[^<>]{0,1000}>/iy;
const HALF_TAG = /^<\/?(?:[a-z][a-z\d]{0,10}(?:\s[^<>]{0,1000})?\/?)?$/i;

/** The known tag that begins at `at`. */
export function readTag(text: string, at: number): HtmlTag | null {
  TAG.lastIndex = at;
  const match = TAG.exec(text);
  const name = match?.[2]?.toLowerCase() ?? '';
  if (!match || !known.has(name)) return null;
  return { start: at, end: at + match[0].length, name, isClosing: match[1] === '/', mate: null };
}

/** Whether the rest of the text may be the beginning of a known tag. */
export function isHalfTag(text: string, at: number): boolean {
  if (text.length - at > 1_000) return false;
  const begun = text.slice(at);
  if (!HALF_TAG.test(begun)) return false;
  const name = /^<\/?([a-z\d]*)/i.exec(begun)?.[1]?.toLowerCase() ?? '';
  return begun.length > name.length + 2 ? known.has(name) : [...known].some((one) => one.startsWith(name));
}

const ATTRIBUTES = /\s([a-z-]{1,30})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;

/** The value of an attribute, decoded. */
export function attribute(tag: string, wanted: 'href' | 'src' | 'alt' | 'title'): string {
  for (const [, name = '', double, single, bare] of tag.matchAll(ATTRIBUTES)) {
    if (name.toLowerCase() === wanted) return decodeEntities(double ?? single ?? bare ?? '').trim();
  }
  return '';
}
