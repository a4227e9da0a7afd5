/** The form of an import request. Anybody can send one, so nothing in it is believed. */
import { z } from 'zod';
import { IMPORT_LIMITS, IMPORT_SOURCES } from '../../api/import.ts';
import { fromServer } from '../../sentences/en.ts';

const FORM = fromServer.refusals.body.wrongForm;
const { answerCharacters, keyCharacters, nameCharacters, textCharacters, titleCharacters } = IMPORT_LIMITS;
const ENDS = ['stop', 'length', 'stopped', 'refused', 'interrupted', 'error'] as const;
/** Control characters other than tab and line ends. */
const CONTROL = /(?![\t\n\r])\p{Cc}/gu;

/** A text without characters that a store cannot keep, or a terminal obeys. */
const said = (most: number) =>
  z
    .string(FORM)
    .max(most, FORM)
    .transform((text) => text.toWellFormed().replace(CONTROL, ''));
const line = (most: number) => said(most).transform((text) => text.replaceAll(/\s+/g, ' ').trim());
const key = z
  .string(FORM)
  .min(1, FORM)
  .max(keyCharacters, FORM)
  .transform((text) => text.toWellFormed());
/** No clock is before 1970, and nothing was said in the future. */
const time = z.number(FORM).transform((at) => Math.min(Math.max(0, Math.trunc(at)), Date.now()));

const file = {
  name: line(nameCharacters).transform((name) => name || 'file'),
  type: z
    .string(FORM)
    .max(nameCharacters, FORM)
    .transform((type) => (/^[\w.+-]{1,80}\/[\w.+-]{1,80}$/.test(type) ? type : 'application/octet-stream')),
  size: z.number(FORM).transform((size) => Math.min(Math.max(0, Math.trunc(size)), Number.MAX_SAFE_INTEGER)),
};

const turn = z.object(
  {
    key,
    text: said(textCharacters),
    files: z.array(z.object(file, FORM), FORM),
    answer: said(answerCharacters),
    made: z.array(z.object({ ...file, alt: line(nameCharacters) }, FORM), FORM),
    model: line(nameCharacters),
    thoughts: said(textCharacters),
    end: z.enum(ENDS, FORM),
    at: time,
  },
  FORM,
);

const slice = z.object(
  {
    source: z.enum(IMPORT_SOURCES, FORM),
    key,
    title: line(titleCharacters),
    at: time,
    after: key.nullable(),
    turns: z.array(turn, FORM).min(1, FORM),
  },
  FORM,
);

/** Counts before anything is looked at: each wrong item of a long list would cost a sentence. */
function isBounded(given: unknown): boolean {
  const listIn = (value: unknown, name: string): unknown[] => {
    const found = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
    return Array.isArray(found) ? found : [];
  };
  const slices = listIn(given, 'conversations');
  const { conversations, turns, files } = IMPORT_LIMITS;
  const areFew = (turn: unknown) =>
    listIn(turn, 'files').length <= files && listIn(turn, 'made').length <= files;
  return (
    slices.length <= conversations &&
    slices.every((one) => listIn(one, 'turns').length <= turns && listIn(one, 'turns').every(areFew))
  );
}

export const importBatch = z
  .unknown()
  .refine(isBounded, FORM)
  .pipe(z.object({ conversations: z.array(slice, FORM), isLast: z.boolean(FORM) }, FORM));

export type ReadSlice = z.infer<typeof slice>;
export type ReadTurn = z.infer<typeof turn>;
