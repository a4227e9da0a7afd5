/** Forms of the values that a tenant may enter, each with the sentence for a wrong one, for every platform. */
import { z } from 'zod';
import { MOST_DOLLARS } from './money/limits.ts';
import { findTimeZone } from './money/periods.ts';
import { en } from './sentences/en.ts';

const { names, problems } = en.settings;

/** C0 and C1 control characters other than tab and line ends: nobody types them, and terminals and logs obey them. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** Line ends and invisible characters: a name with them would look like another one. */
const NOT_IN_NAMES = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

export const PERSONA_CHARACTERS = 8_000;
export const KEY_CHARACTERS = 500;
export const MODEL_CHARACTERS = 200;
export const BASE_URL_CHARACTERS = 2_048;
export const MOST_PARTS = 20;

/** Text of a person that a store, a terminal and a model can take. */
export const text = (most: number, what: string) =>
  z
    .string(problems.notText(what))
    .max(most, problems.tooLong(what, most))
    .refine((value) => !CONTROL.test(value), problems.control(what))
    .refine((value) => value.isWellFormed(), problems.broken(what));

export const modelName = text(MODEL_CHARACTERS, names.model)
  .trim()
  .min(1, problems.noModel)
  .refine((value) => !NOT_IN_NAMES.test(value), problems.modelOfLines);

export const baseUrl = text(BASE_URL_CHARACTERS, names.baseUrl).trim();

export const persona = text(PERSONA_CHARACTERS, names.persona);

export const PERSONA_NAME_CHARACTERS = 32;
/** One word of letters, digits, `-` and `_`, in any script. */
export const personaName = text(PERSONA_NAME_CHARACTERS, names.personaName)
  .trim()
  .transform((name) => name.normalize('NFC'))
  .refine((name) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*$/u.test(name), problems.personaName);

export const apiKey = text(KEY_CHARACTERS, names.key)
  .trim()
  .min(8, problems.shortKey)
  .regex(/^[\x21-\x7e]+$/, problems.keyCharacters);

const TEMPERATURE = problems.temperature;

/** As typed, with a point or a comma. */
export const temperature = z
  .string(TEMPERATURE)
  .trim()
  .regex(/^\d{1,2}(?:[.,]\d{1,3})?$/, TEMPERATURE)
  .transform((typed) => Number(typed.replace(',', '.')))
  .refine((value) => value <= 2, TEMPERATURE);

/** A whole number from 1 to `most`, as typed. */
const wholeNumber = (most: number, problem: string) =>
  z
    .string(problem)
    .trim()
    .regex(/^\d{1,5}$/, problem)
    .transform(Number)
    .refine((value) => value >= 1 && value <= most, problem);

export const mostParts = wholeNumber(MOST_PARTS, problems.mostParts(MOST_PARTS));

export const MOST_HISTORY_DAYS = 3_650;
export const historyDays = wholeNumber(MOST_HISTORY_DAYS, problems.historyDays(MOST_HISTORY_DAYS));

const DOLLARS = en.limits.problems.dollars(MOST_DOLLARS);

/** As typed, also with a sign. With a comma there are two decimals at most, since `1,000` may mean a thousand. */
export const dollarLimit = z
  .string(DOLLARS)
  .trim()
  .regex(/^\$?\s?\d{1,7}(?:\.\d{1,9}|,\d{1,2})?$/, DOLLARS)
  .transform((typed) => Number(typed.replace(/^\$\s?/, '').replace(',', '.')))
  .refine((value) => value <= MOST_DOLLARS, DOLLARS);

export const MOST_PER_MINUTE = 10_000;
export const perMinute = wholeNumber(MOST_PER_MINUTE, en.limits.problems.perMinute(MOST_PER_MINUTE));

export const ZONE_CHARACTERS = 64;

export const timeZone = z
  .string(en.limits.problems.timeZone)
  .max(ZONE_CHARACTERS, en.limits.problems.timeZone)
  .transform((typed, context) => {
    const zone = findTimeZone(typed);
    if (zone === undefined) context.addIssue(en.limits.problems.timeZone);
    return zone ?? '';
  });

export const MOST_CACHED_HOURS = 168;
export const cachedHours = wholeNumber(MOST_CACHED_HOURS, problems.cachedHours(MOST_CACHED_HOURS));

/** Discord: a menu takes 25. */
const MOST_IDS = 25;

/** Ids that a platform gave. */
export const ids = z
  .array(z.string().regex(/^[\w-]{1,64}$/, problems.ids))
  .max(MOST_IDS, problems.tooManyIds(MOST_IDS));

/** The first mistake, as a sentence. */
export function problemOf(error: z.ZodError): string {
  return error.issues[0]?.message ?? problems.other;
}
