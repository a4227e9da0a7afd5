/** Bodies that the page may send: their forms, their limits, and the sentences for what is wrong. */
import type { Context } from 'hono';
import { z } from 'zod';
import { apiKey, modelName, persona, problemOf, text } from '../../../core/settings-fields.ts';
import type { Limits } from '../api.ts';
import { Refusal } from './refusal.ts';

export const limits: Limits = { messageCharacters: 64_000, attachmentBytes: 10 * 2 ** 20, attachments: 10 };

const TITLE_CHARACTERS = 120;
const CONVERSATION_ID = 'A conversation needs a UUID as its id.';
const FORM = 'The body is not of the form expected.';

export const newMessage = z
  .object(
    {
      id: z.uuid('The message needs a UUID as its id.'),
      text: text(limits.messageCharacters, 'A message'),
      attachments: z
        .array(z.uuid('An attachment is named by its id.'), FORM)
        .max(limits.attachments, `A message can have ${limits.attachments} files at most.`)
        .default([]),
      begins: z.boolean(FORM).default(false),
    },
    FORM,
  )
  .refine((message) => message.text.trim() !== '' || message.attachments.length > 0, 'The message is empty.');

export const newConversation = z.object({ id: z.uuid(CONVERSATION_ID).optional() }, FORM);

export const conversationId = z.uuid(CONVERSATION_ID);

export const conversationChange = z.object(
  { title: text(TITLE_CHARACTERS, 'A title').trim().min(1, 'A title needs at least one character.') },
  FORM,
);

/** The entries of core's list read the other settings (settings/settings-change.ts). */
export const settingsChange = z.looseObject({ model: modelName.nullish(), persona: persona.nullish() }, FORM);

export const newKey = z.object({ key: apiKey }, FORM);

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
  throw new Refusal(400, 'invalid', problemOf(result.error));
}
