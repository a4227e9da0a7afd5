/** The forms of settings in the environment. Each has its default, and its meaning for the documents. */
import { z } from 'zod';
import { type IdForm, readId } from './core/access/access-lists.ts';
import { normalAddress } from './core/models/base-url.ts';
import { MOST_DOLLARS } from './core/money/limits.ts';
import { findTimeZone } from './core/money/periods.ts';

/** The problems of the environment: one sentence each, which names the variable and the way out. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: string[];
  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export interface Meta {
  /** The default as `.env.example` and the README show it; '' where there is none. */
  shown: string;
  meaning: string;
  /** The setting can also be read from a file. */
  isSecret?: true;
}

export const seconds = (fallback: number, meaning: string) =>
  z.coerce
    .number('must be a number of seconds')
    .positive('must be more than 0 seconds')
    .max(3_600, 'must be at most 3600 seconds')
    .default(fallback)
    .meta({ shown: String(fallback), meaning });

export const count = (fallback: number, what: string, meaning: string) =>
  z.coerce
    .number(`must be a number of ${what}`)
    .int(`must be a whole number of ${what}`)
    .min(1, 'must be at least 1')
    .max(10_000, 'must be at most 10000')
    .default(fallback)
    .meta({ shown: String(fallback), meaning });

/** @param what in the plural */
export const amount = (fallback: number, what: string, meaning: string) =>
  z.coerce
    .number(`must be a number of ${what}`)
    .min(0, `must be a number of ${what}, 0 or more`)
    .max(1_000_000, `must be at most 1000000 ${what}`)
    .default(fallback)
    .meta({ shown: String(fallback), meaning });

/** A limit in dollars. 0 lets nothing be spent; without it there is no limit. */
export const dollars = (meaning: string) =>
  z
    .string()
    .trim()
    .regex(/^\d+(?:\.\d+)?$/, 'must be a number of dollars, such as 5 or 0.50; 0 lets nothing be spent')
    .transform(Number)
    .refine((value) => value <= MOST_DOLLARS, `must be at most ${MOST_DOLLARS} dollars`)
    .optional()
    .meta({ shown: '', meaning });

export const timeZone = (fallback: string, meaning: string) =>
  z
    .string()
    .transform((text, context) => {
      const zone = findTimeZone(text);
      if (zone === undefined)
        context.addIssue(
          `must be a time zone such as Europe/Berlin; ${JSON.stringify(text.slice(0, 60))} is none`,
        );
      return zone ?? fallback;
    })
    .default(fallback)
    .meta({ shown: fallback, meaning });

export const oneOf = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  fallback: Values[number],
  meaning: string,
) =>
  z
    .enum(values, `must be one of ${values.join(', ')}`)
    .default(fallback as never)
    .meta({ shown: fallback, meaning });

export const address = (example: string) =>
  z.string().transform((text, context) => {
    const url = normalAddress(text);
    if (url === undefined) context.addIssue(`must be an http or https address such as ${example}`);
    return url ?? '';
  });

/** @param prefix the beginning that a value must have, with what to say of other values */
export const token = (meaning: string, prefix = { text: '', otherwise: '' }) =>
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, {
      error: 'must have plain characters only; copy it again, whole',
      abort: true,
    })
    .startsWith(prefix.text, `must begin with ${prefix.text}; ${prefix.otherwise}`)
    .optional()
    .meta({ shown: '', meaning, isSecret: true });

export const port = () =>
  z.coerce
    .number('must be a port number')
    .int('must be a port number')
    .min(0, 'must be a port number')
    .max(65_535, 'must be at most 65535');

/** Ids separated by commas. @param forms the forms in which an id may be written */
export const idsOf = (forms: readonly IdForm[], meaning: string) =>
  z
    .string()
    .transform((text, context) => {
      const given = text.split(',').flatMap((id) => id.trim() || []);
      // Commas alone would make an empty list, which lets everybody in.
      const read = (given.length > 0 ? given : ['']).map((id) => readId(forms, id));
      for (const [i, one] of read.entries())
        if ('wanted' in one)
          context.addIssue(
            `must hold ids separated by commas, each ${one.wanted}; ${JSON.stringify(given[i] ?? '')} is none`,
          );
      return read.flatMap((one) => ('id' in one ? one.id : []));
    })
    .default([])
    .meta({ shown: '', meaning });

/** Fewest characters of a token, since everybody who reaches Parley may try to guess it. */
export const SHORTEST_TOKEN = 20;
