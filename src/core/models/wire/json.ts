/** Reads JSON that servers send, which may have any form. */
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

/**
 * The parsed value; undefined where the text is not JSON.
 * @throws ModelError `too-large` where parsing would hold up all else
 */
export function parseJson(text: string, mostCharacters = MOST_JSON): unknown {
  if (text.length > mostCharacters || hasTooManyValues(text)) throw new ModelError({ kind: 'too-large' });
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
