import DOMPurify from 'dompurify';

/** Under Trusted Types the browser takes this object, and nothing else, as HTML. Its policy is `dompurify`. */
export type SafeHtml = ReturnType<typeof sanitizeHighlighted>;

/** Keeps only spans with classes from highlight.js's HTML. They carry its colours. */
export function sanitizeHighlighted(html: string) {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: ['span'],
    ALLOWED_ATTR: ['class'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_TRUSTED_TYPE: true,
  });
}

const REFERENCE = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/gi;

/** Decoded entities. An answer may repeat an entity thousands of times, so each is decoded once. */
const decoded = new Map<string, string>();
const MOST_DECODED = 500;

/** Replaces character references (`&amp;`, `&#8211;`) by the characters they stand for. */
export function decodeReferences(text: string): string {
  return text.includes('&') ? text.replace(REFERENCE, decode) : text;
}

function decode(reference: string): string {
  const before = decoded.get(reference);
  if (before !== undefined) return before;
  const parsed = DOMPurify.sanitize(reference, { ALLOWED_TAGS: [], RETURN_DOM_FRAGMENT: true });
  if (decoded.size >= MOST_DECODED) decoded.clear();
  decoded.set(reference, parsed.textContent);
  return parsed.textContent;
}
