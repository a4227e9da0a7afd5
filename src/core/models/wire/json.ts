/** Reads JSON that servers send, which may have any form. */
import { randomBytes } from 'node:crypto';
import { ModelError } from '../model.ts';

/**
 * Most characters of one JSON text. The largest that is honest holds a whole answer: alone, or once more in the last
 * event of the Responses API.
 */
export const MOST_JSON = 2 ** 22;
/** Most characters where pictures come: each in an event of its own, and all of them once more in the last one. */
export const MOST_PICTURES = 2 ** 24;
/** Most values in a JSON text. This many, all of different shapes, are parsed in less than 50 ms. */
const MOST_VALUES = 80_000;
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, OPEN_OBJECT] = [0x5b, 0x7b];

/** Length from which a string is taken out of a JSON text before it is parsed, such as a picture's bytes. */
const LONG_STRING = 65_536;
/** Stands in place of a string that was taken out. No server knows it. */
const PLACE = randomBytes(12).toString('base64url');

/**
 * The parsed value; undefined where the text is not JSON.
 * @throws ModelError `too-large` where parsing would hold up all else
 */
export function parseJson(text: string, mostCharacters = MOST_JSON): unknown {
  if (text.length > mostCharacters) throw new ModelError({ kind: 'too-large' });
  // Nearly every event is short.
  return text.length < LONG_STRING ? parsed(text) : parseLong(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseLong(text: string): unknown {
  const { rest, strings } = withoutLongStrings(text);
  if (hasTooManyValues(rest)) throw new ModelError({ kind: 'too-large' });
  const value = parsed(rest);
  return strings.length === 0 ? value : putBack(value, strings);
}

/**
 * Takes long strings without escapes out of a JSON text. A picture has millions of characters, and looking at each of them
 * takes time in which all else waits.
 */
function withoutLongStrings(text: string): { rest: string; strings: string[] } {
  const strings: string[] = [];
  const kept: string[] = [];
  let keptTo = 0;
  let slash = text.indexOf('\\');
  for (let open = text.indexOf('"'); open >= 0; ) {
    const close = text.indexOf('"', open + 1);
    if (close < 0) break;
    while (slash >= 0 && slash < open) slash = text.indexOf('\\', slash + 1);
    const hasEscape = slash >= 0 && slash < close;
    if (!hasEscape && close - open > LONG_STRING) {
      kept.push(text.slice(keptTo, open), `"${PLACE}${strings.length}"`);
      strings.push(text.slice(open + 1, close));
      keptTo = close + 1;
    }
    // An escaped quote does not end its string.
    open = text.indexOf('"', hasEscape ? endOfString(text, open) : close + 1);
  }
  return strings.length === 0
    ? { rest: text, strings }
    : { rest: kept.join('') + text.slice(keptTo), strings };
}

/** Index behind the string that opens here. */
function endOfString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return text.length;
}

function putBack(value: unknown, strings: string[]): unknown {
  const whole: Record<string, unknown> = { value };
  const open = [whole];
  for (let one = open.pop(); one; one = open.pop()) {
    for (const [key, part] of Object.entries(one)) {
      if (typeof part === 'object' && part !== null) open.push(part as Record<string, unknown>);
      else if (typeof part === 'string' && part.startsWith(PLACE))
        one[key] = strings[Number(part.slice(PLACE.length))] ?? part;
    }
  }
  return whole.value;
}

/**
 * The JSON of a response.
 * @throws ModelError `cut` where it broke off, `not-an-api` where it says itself that it is something else
 */
export async function readJson(response: Response): Promise<unknown> {
  const value = parseJson(await response.text());
  if (value !== undefined) return value;
  const isJson = /\bjson\b/i.test(response.headers.get('content-type') ?? '');
  throw new ModelError({ kind: isJson ? 'cut' : 'not-an-api' });
}

function hasTooManyValues(text: string): boolean {
  // A value takes at least one character.
  if (text.length <= MOST_VALUES) return false;
  let count = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isInString = !isInString;
    else if (isInString) at += code === BACKSLASH ? 1 : 0;
    else if (code === COMMA || code === OPEN_LIST || code === OPEN_OBJECT) count++;
  }
  return count > MOST_VALUES;
}

/** The fields of an object; none where the value is something else. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
