/** The findings of `doctor` about the model: whether it answers, and whether it calls tools. */
import { OPERATOR_WORDS } from '../adapters/all.ts';
import type { Config } from '../config.ts';
import { isOpenAI, OPENAI_BASE_URL } from '../core/models/base-url.ts';
import { listModels } from '../core/models/catalog/catalog.ts';
import { askOneWord, CONCLUSIVE } from '../core/models/catalog/trial.ts';
import { type ToolTrial, tryTools } from '../core/models/catalog/try-tools.ts';
import { failureOf } from '../core/models/failures/failures.ts';
import type { Failure, Model } from '../core/models/model.ts';
import { createOpenAIModel } from '../core/models/openai.ts';
import type { Provider } from '../core/models/provider.ts';
import type { Finding } from '../core/platform.ts';
import { en } from '../core/sentences/en.ts';
import { failureNotice } from '../core/sentences/failure-notice.ts';

/** Longest wait for the model's first word, ms. */
const WORD_MS = 20_000;

/** A model that does not answer is not asked to call a tool. */
export async function checkModel(config: Config): Promise<Finding[]> {
  const answers = await checkAnswers(config);
  if (answers.state !== 'ok') return [answers];
  const trial = await tryTools(modelAt(config, providerOf(config)), WORD_MS);
  return [answers, ...(trial ? [toolsFinding(trial, config.OPENAI_MODEL)] : [])];
}

function toolsFinding(trial: ToolTrial, model: string): Finding {
  const { toolsCalled, toolsRefused, toolsUncalled, toolsWritten } = en.checks;
  const what = 'tools';
  switch (trial) {
    case 'called':
      return { what, state: 'ok', says: toolsCalled(model) };
    case 'refused':
      return { what, state: 'warning', says: toolsRefused(model) };
    case 'written':
      return { what, state: 'warning', says: toolsWritten(model) };
    case 'uncalled':
      return { what, state: 'note', says: toolsUncalled(model) };
  }
}

function providerOf({ OPENAI_BASE_URL: baseUrl = OPENAI_BASE_URL, OPENAI_API_KEY: key }: Config): Provider {
  return { baseUrl, ...(key !== undefined && { key }) };
}

async function checkAnswers(config: Config): Promise<Finding> {
  const what = 'model';
  const provider = providerOf(config);
  const { baseUrl, key } = provider;
  if (key === undefined && baseUrl === OPENAI_BASE_URL) {
    return {
      what,
      state: 'note',
      says: en.checks.demoAnswers,
    };
  }
  const model = config.OPENAI_MODEL;
  const choice = { source: 'operator' as const, model, provider };
  const failed = (failure: Failure): Finding => ({
    what,
    state: 'failed',
    says: failureNotice(failure, choice, { reader: 'operator', words: OPERATOR_WORDS }),
  });
  const listed = await listModels(provider).catch((error: unknown) => failureOf(error));
  // Asking the model for a word would fail the same way.
  if (!Array.isArray(listed) && CONCLUSIVE.has(listed.kind)) return failed(listed);
  const failure = await askOneWord(modelAt(config, provider), WORD_MS);
  if (!failure) return { what, state: 'ok', says: en.checks.modelAnswers(baseUrl, model) };
  if (failure.kind === 'late') {
    return { what, state: 'warning', says: en.checks.modelSlow(baseUrl, WORD_MS / 1000) };
  }
  if (failure.kind !== 'not-found' || !Array.isArray(listed)) return failed(failure);
  const others = listed.slice(0, 3);
  if (others.length === 0) return failed(failure);
  return { what, state: 'failed', says: en.checks.modelNotListed(baseUrl, model, others) };
}

function modelAt({ OPENAI_MODEL, OPENAI_API }: Config, provider: Provider): Model {
  const { baseUrl } = provider;
  const auto = isOpenAI(baseUrl) ? 'responses' : 'chat';
  return createOpenAIModel({
    provider,
    model: OPENAI_MODEL,
    api: OPENAI_API === 'auto' ? auto : OPENAI_API,
    firstChunkMs: WORD_MS,
    stallMs: WORD_MS,
  });
}
