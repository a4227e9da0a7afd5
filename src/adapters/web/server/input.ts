/** Bodies that the page may send: their forms and their limits. */
import type { Context } from 'hono';
import { z } from 'zod';
import type { ConversationChoices } from '../../../core/choices/conversation-choices.ts';
import { apiKey, modelName, persona, problemOf, temperature, text } from '../../../core/settings-fields.ts';
import type { Limits } from '../api.ts';
import { fromServer } from '../sentences/en.ts';
import { Refusal } from './refusal.ts';

const { body, conversations, files, messages } = fromServer.refusals;

export const limits: Limits = { messageCharacters: 64_000, attachmentBytes: 10 * 2 ** 20, attachments: 10 };

const TITLE_CHARACTERS = 120;
const FORM = body.wrongForm;

const EFFORTS = ['minimal', 'low', 'medium', 'high'] as const;

export const conversationChoices = z
  .strictObject(
    {
      model: modelName.optional(),
      temperature: z.number(FORM).transform(String).pipe(temperature).optional(),
      effort: z.enum(EFFORTS, FORM).optional(),
      persona: z.uuid(FORM).optional(),
    },
    FORM,
  )
  .transform(
    ({ model, temperature, effort, persona }): ConversationChoices => ({
      ...(model !== undefined && { model }),
      ...(temperature !== undefined && { temperature }),
      ...(effort !== undefined && { effort }),
      ...(persona !== undefined && { persona }),
    }),
  );

export const newMessage = z
  .object(
    {
      id: z.uuid(messages.needsId),
      text: text(limits.messageCharacters, messages.text),
      attachments: z
        .array(z.uuid(files.needId), FORM)
        .max(limits.attachments, files.tooMany(limits.attachments))
        .default([]),
      chosen: conversationChoices.optional(),
      begins: z.boolean(FORM).default(false),
    },
    FORM,
  )
  .refine((message) => message.text.trim() !== '' || message.attachments.length > 0, messages.empty);

export const otherAnswer = z.object({ id: z.uuid(messages.needsId), model: modelName.optional() }, FORM);

export const shownBranchForm = z.object({ branch: z.uuid(FORM) }, FORM);

export const newConversation = z.object({ id: z.uuid(conversations.needsId).optional() }, FORM);

export const conversationId = z.uuid(conversations.needsId);

export const conversationChange = z
  .object(
    {
      title: text(TITLE_CHARACTERS, conversations.title).trim().min(1, conversations.emptyTitle).optional(),
      pinned: z.boolean(FORM).optional(),
      archived: z.boolean(FORM).optional(),
      unread: z.boolean(FORM).optional(),
    },
    FORM,
  )
  .refine((change) => Object.values(change).some((value) => value !== undefined), FORM);

/** The entries of core's list read the other settings (settings/settings-change.ts). */
export const settingsChange = z.looseObject({ model: modelName.nullish(), persona: persona.nullish() }, FORM);

export const newKey = z.object({ key: apiKey }, FORM);

/**
 * The body of a request as JSON of that form.
 * @throws Refusal 415, 400 with the first thing that is wrong
 */
export async function readJson<T>(c: Context, form: z.ZodType<T>): Promise<T> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new Refusal(415, 'not-json', body.notJson);
  }
  let given: unknown;
  try {
    given = await c.req.json();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, 'malformed', body.malformed);
  }
  const result = form.safeParse(given);
  if (result.success) return result.data;
  throw new Refusal(400, 'invalid', problemOf(result.error));
}
