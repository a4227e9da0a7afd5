/** The model that an answer is asked of, where earlier answers may be given again, and the note of an answer for later. */
import type { Logger } from 'pino';
import type { Choice } from '../models/catalog/choose.ts';
import type { Model } from '../models/model.ts';
import { whereFrom } from '../reports/where-from.ts';
import type { TenantSettings } from '../settings.ts';
import type { Transcripts } from '../storage.ts';
import type { Message, Turn } from '../types.ts';
import { type ResponseCache, repeating } from './response-cache.ts';

export interface AskedModelOptions {
  /** Absent: no answer is given again. */
  responses?: ResponseCache;
  transcripts: Pick<Transcripts, 'find'>;
  log: Logger;
}

/** The model, which gives earlier answers again where the tenant chose that. */
export function askedModel(
  model: Model,
  { message, settings, choice }: { message: Message; settings: TenantSettings; choice: Choice },
  { responses, transcripts }: AskedModelOptions,
): Model {
  const { cachedHours: hours } = settings;
  if (!responses || hours === undefined || !choice.provider) return model;
  const { tenant, conversation, id } = message;
  const isAnswered = async () => (await transcripts.find(conversation, id))?.answer !== '';
  return repeating(model, { tenant, choice, hours, isAnswered, cache: responses });
}

/** Lets a kept answer be given again to the same request, unless it has files, which belong to one conversation. */
export async function noteResponse(
  { digest, files, message: { conversation, id } }: Turn,
  { responses, log }: AskedModelOptions,
): Promise<void> {
  if (digest === undefined || files) return;
  await responses?.note(digest, { conversation, id }).catch((error: unknown) => {
    log.warn({ conversation, turn: id, error: whereFrom(error) }, 'answer not noted for later');
  });
}
