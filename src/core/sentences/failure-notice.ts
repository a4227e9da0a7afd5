/** Turns a failure into what a person reads: the catalogue's notice for it, with the facts that the reader needs. */

import type { Choice } from '../models/catalog/choose.ts';
import type { Failure } from '../models/model.ts';
import { shownDollars } from '../money/amounts.ts';
import type { Limit } from '../money/limits.ts';
import { renewalOf } from '../money/renewal.ts';
import type { Reader } from '../types.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { ReachedLimit } from './en/failures.ts';
import { en } from './en.ts';

/** The person who reads a sentence, and the words of their platform. */
export interface Told {
  reader: Reader;
  words: Vocabulary;
}

/**
 * Never holds anything the provider wrote.
 * @param choice who was asked, undefined when it did not come to that
 */
export function failureNotice(failure: Failure, choice: Choice | undefined, told: Told): string {
  const { source } = choice ?? {};
  return en.failures[failure.kind]({
    host: choice?.provider ? new URL(choice.provider.baseUrl).host : undefined,
    model: choice?.model,
    source: source === 'own' || source === 'operator' ? source : 'other',
    hasKey: choice?.provider?.key !== undefined,
    choices: choicesOf(choice),
    retryAfterMs: failure.retryAfterMs,
    limit: failure.limit && reachedLimit(failure.limit),
    ...told,
  });
}

function reachedLimit(limit: Limit): ReachedLimit {
  const { of, period, setBy, most } = limit;
  return { of, period, setBy, amount: shownDollars(most), isZero: most === 0, renewal: renewalOf(limit) };
}

/** The operator may offer one model only. */
function choicesOf({ offer }: Partial<Choice> = {}): { model: boolean; effort: boolean } {
  const { models, effort } = offer ?? { models: 'all', effort: true };
  return { model: models === 'all' || models.length > 1, effort };
}
