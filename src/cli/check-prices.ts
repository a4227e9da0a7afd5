/** Finds models in use whose price Parley does not know. */
import type { Config } from '../config.ts';
import { OPENAI_BASE_URL } from '../core/models/base-url.ts';
import { createPrices } from '../core/money/prices.ts';
import type { Finding } from '../core/platform.ts';
import { en } from '../core/sentences/en.ts';
import { limitsSet } from './check-limits.ts';

/** A warning where the operator limits money, else a note: the limits of admins need prices too. */
export async function checkPrices(config: Config): Promise<Finding[]> {
  const baseUrl = config.OPENAI_BASE_URL ?? OPENAI_BASE_URL;
  // The built-in demo costs nothing.
  if (config.OPENAI_API_KEY === undefined && baseUrl === OPENAI_BASE_URL) return [];
  const prices = await createPrices(config.PRICES);
  const unknown = modelsIn(config).filter(
    (model) => prices.mostOf({ baseUrl, model }, { input: 1, output: 1 }, Date.now()) === undefined,
  );
  const what = 'prices';
  if (unknown.length === 0) return [{ what, state: 'ok', says: en.checks.pricesKnown }];
  const limits = limitsSet(config);
  const says = en.checks.pricesUnknown(unknown, limits, config.PRICES !== undefined);
  return [{ what, state: limits.length > 0 ? 'warning' : 'note', says }];
}

function modelsIn(config: Config): string[] {
  const { OPENAI_MODEL, OPERATOR_MODELS = [], OPENAI_TRANSCRIPTION_MODEL, OPENAI_TITLE_MODEL } = config;
  const listed = OPERATOR_MODELS === 'all' ? [] : OPERATOR_MODELS;
  return [
    ...new Set([OPENAI_MODEL, ...listed, OPENAI_TRANSCRIPTION_MODEL, OPENAI_TITLE_MODEL ?? OPENAI_MODEL]),
  ];
}
