/** The request to a model for an answer. */
import { createHash } from 'node:crypto';
import type { Chosen } from '../../models/catalog/choose.ts';
import type { ModelRequest } from '../../models/model.ts';
import type { OfferedTools } from '../../models/tool.ts';
import { UTC } from '../../money/periods.ts';
import { persistently } from '../../persistently.ts';
import { INSTRUCTIONS, TOOLS_INSTRUCTIONS } from '../../sentences/prompts.ts';
import type { TenantSettings } from '../../settings.ts';
import type { Message } from '../../types.ts';
import { type BuiltContext, buildContext, type ContextOptions } from '../context.ts';
import type { AnsweredTurn } from '../past/note-maker.ts';

/** The parts of a turn that the next note is made from. */
export type Summarised = Omit<AnsweredTurn, 'message' | 'answerBytes'>;

/**
 * The request for an answer with what it was made of, and what the next note is made from; absent: no note is made.
 * @throws StoreError
 */
export async function requestFor(
  message: Message,
  {
    model,
    persona,
    choice,
    settings,
    tools,
  }: Pick<Chosen, 'model' | 'persona' | 'choice'> & {
    settings: TenantSettings;
    tools: OfferedTools | undefined;
  },
  options: ContextOptions,
): Promise<Omit<BuiltContext, 'messages' | 'window'> & { request: ModelRequest; summarised?: Summarised }> {
  const { conversation, tenant, author } = message;
  const timeZone = settings.timeZone ?? options.timeZone ?? UTC;
  const { summaries, ...unsummarised } = { ...options, timeZone };
  const isSummarised = summaries && choice.provider && settings.summaries !== 'off';
  const { messages, window, ...built } = await persistently(() =>
    buildContext(message, isSummarised ? { ...unsummarised, summaries } : unsummarised),
  );
  const request = {
    instructions: [INSTRUCTIONS, tools ? TOOLS_INSTRUCTIONS : '', persona].filter(Boolean).join('\n\n'),
    messages,
    cacheKey: opaque(conversation),
    user: opaque(`${tenant} ${author.id}`),
    ...(tools && { tools }),
  };
  if (!isSummarised) return { ...built, request };
  // The tools stand at the beginning of the prompt, so that a note has them, too; it uses none.
  const noted = { ...request, ...(tools && { tools: { ...tools, choice: 'none' as const } }) };
  return { ...built, request, summarised: { window, model, choice, settings, timeZone, request: noted } };
}

function opaque(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
