/** What a tenant may enter for its settings: forms with the sentence for what is wrong, for every platform. */
import { z } from 'zod';

/** C0 and C1 control characters other than tab and line ends: nobody types them, and terminals and logs act on them. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** Line ends and characters without a look: a name with them would be shown as something else. */
const NOT_IN_NAMES = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

export const PERSONA_CHARACTERS = 8_000;
export const KEY_CHARACTERS = 500;
export const MODEL_CHARACTERS = 200;
export const BASE_URL_CHARACTERS = 2_048;
export const MOST_PARTS = 20;

/** Text of a person, as a store, a terminal and a model can take it. */
export const text = (most: number, what: string) =>
  z
    .string(`${what} must be text.`)
    .max(most, `${what} can have ${most} characters at most.`)
    .refine(
      (value) => !CONTROL.test(value),
      `${what} holds control characters. Remove them, or attach it as a file.`,
    )
    .refine((value) => value.isWellFormed(), `${what} holds broken characters.`);

export const modelName = text(MODEL_CHARACTERS, 'A model name')
  .trim()
  .min(1, 'A model needs a name.')
  .refine((value) => !NOT_IN_NAMES.test(value), 'A model name is one line, without invisible characters.');

export const baseUrl = text(BASE_URL_CHARACTERS, 'A base URL').trim();

export const persona = text(PERSONA_CHARACTERS, 'The persona');

export const apiKey = text(KEY_CHARACTERS, 'An API key')
  .trim()
  .min(8, 'That is too short for an API key.')
  .regex(/^[\x21-\x7e]+$/, 'An API key has no spaces and only plain characters.');

const TEMPERATURE = 'A temperature is a number from 0 to 2, such as 0.7.';

/** Typed: with a point or a comma. */
export const temperature = z
  .string(TEMPERATURE)
  .trim()
  .regex(/^\d{1,2}(?:[.,]\d{1,3})?$/, TEMPERATURE)
  .transform((typed) => Number(typed.replace(',', '.')))
  .refine((value) => value <= 2, TEMPERATURE);

const PARTS = `That is a whole number from 1 to ${MOST_PARTS}.`;

export const mostParts = z
  .string(PARTS)
  .trim()
  .regex(/^\d{1,2}$/, PARTS)
  .transform(Number)
  .refine((value) => value >= 1 && value <= MOST_PARTS, PARTS);

export const MOST_HISTORY_DAYS = 3_650;
const DAYS = `That is a whole number of days, from 1 to ${MOST_HISTORY_DAYS}.`;

export const historyDays = z
  .string(DAYS)
  .trim()
  .regex(/^\d{1,4}$/, DAYS)
  .transform(Number)
  .refine((value) => value >= 1 && value <= MOST_HISTORY_DAYS, DAYS);

/** Ids that a platform gave. */
export const ids = z
  .array(z.string().regex(/^[\w-]{1,64}$/, 'Ids have letters, digits and dashes only.'))
  .max(25, 'That is more than 25.');

/** The first thing that is wrong, as a sentence. */
export function problemOf(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'That is not of the form expected.';
}
