/** What the page may send: its forms, its limits, and the sentence for what is over them. */
import type { Context } from 'hono';
import { z } from 'zod';
import type { Limits } from './api.ts';
import { Refusal } from './refusal.ts';

export const limits: Limits = { messageCharacters: 64_000, attachmentBytes: 10 * 2 ** 20, attachments: 10 };

const PERSONA_CHARACTERS = 8_000;
const TITLE_CHARACTERS = 120;
const KEY_CHARACTERS = 500;
/** C0 and C1 control characters other than tab and line ends: nobody types them, and terminals and logs act on them. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

const FORM = 'The body is not of the form expected.';

const text = (most: number, what: string) =>
  z
    .string(`${what} must be text.`)
    .max(most, `${what} can have ${most} characters at most.`)
    .refine(
      (value) => !CONTROL.test(value),
      `${what} holds control characters. Remove them, or attach it as a file.`,
    )
    .refine((value) => value.isWellFormed(), `${what} holds broken characters.`);

export const newMessage = z
  .object(
    {
      id: z.uuid('The message needs a UUID as its id.'),
      text: text(limits.messageCharacters, 'A message'),
      attachments: z
        .array(z.uuid('An attachment is named by its id.'), FORM)
        .max(limits.attachments, `A message can have ${limits.attachments} files at most.`)
        .default([]),
    },
    FORM,
  )
  .refine((message) => message.text.trim() !== '' || message.attachments.length > 0, 'The message is empty.');

export const conversationChange = z.object(
  { title: text(TITLE_CHARACTERS, 'A title').trim().min(1, 'A title needs at least one character.') },
  FORM,
);

export const settingsChange = z.object(
  {
    model: text(200, 'A model name').trim().min(1, 'A model needs a name.').nullish(),
    baseUrl: text(2_048, 'A base URL').trim().nullish(),
    persona: text(PERSONA_CHARACTERS, 'The persona').nullish(),
  },
  FORM,
);

export const newKey = z.object(
  {
    key: text(KEY_CHARACTERS, 'An API key')
      .trim()
      .min(8, 'That is too short for an API key.')
      .regex(/^[\x21-\x7e]+$/, 'An API key has no spaces and only plain characters.'),
  },
  FORM,
);

/**
 * The body of a request as JSON of that form.
 * @throws Refusal 415, 400 with the first thing that is wrong
 */
export async function readJson<T>(c: Context, form: z.ZodType<T>): Promise<T> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new Refusal(415, 'not-json', 'This wants JSON, with the content type application/json.');
  }
  let body: unknown;
  try {
    body = await c.req.json();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, 'malformed', 'The body is not valid JSON.');
  }
  const result = form.safeParse(body);
  if (result.success) return result.data;
  throw new Refusal(400, 'invalid', result.error.issues[0]?.message ?? FORM);
}
