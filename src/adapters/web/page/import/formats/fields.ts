/** Reads fields of values that can be anything. */

export type JsonFields = Record<string, unknown>;

export const fieldsOf = (value: unknown): JsonFields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonFields) : undefined;

/** The value at the end of a path of own fields; undefined: there is none. */
export function at(value: unknown, ...path: string[]): unknown {
  let found = value;
  for (const name of path) {
    const fields = fieldsOf(found);
    found = fields && Object.hasOwn(fields, name) ? fields[name] : undefined;
  }
  return found;
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const numberOf = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : 0;

/** The first text that is not empty. */
export const firstText = (...values: unknown[]): string =>
  values.map(textOf).find((text) => text !== '') ?? '';

/** Numbers below this are seconds since 1970, others milliseconds: it is the year 5138, or March 1973. */
const MOST_SECONDS = 1e11;

/** The first of these that is a time, in milliseconds since 1970. It may be given as ISO 8601, in seconds or in milliseconds. */
export function timeOf(...values: unknown[]): number | undefined {
  for (const value of values) {
    const time =
      typeof value === 'number' ? (value < MOST_SECONDS ? value * 1_000 : value) : Date.parse(textOf(value));
    if (Number.isFinite(time) && time > 0 && time <= Date.now()) return Math.trunc(time);
  }
  return undefined;
}
