/** Tries a provider before somebody relies on it: its list of models first, then one word of the model. */
import { lookup } from 'node:dns/promises';
import { isPrivateLiteral, isPublicAddress } from '../../network/public-address.ts';
import { TRIAL_PROMPT } from '../../sentences/prompts.ts';
import { failureOf } from '../failures/failures.ts';
import { type Failure, type FailureKind, type Meter, type Model, UNMETERED } from '../model.ts';
import type { Provider } from '../provider.ts';
import { listModels } from './catalog.ts';

/** Longest waits, ms. Together they are far below what platforms allow once a reply is announced. */
const LIST_MS = 3_000;
const WORD_MS = 6_000;

/**
 * Failures of the list after which asking for a word would fail the same way. A refused key is not among them:
 * Anthropic's compatible API and some gateways protect the list, and answer with the same key.
 */
export const CONCLUSIVE: ReadonlySet<FailureKind> = new Set(['unreachable', 'private-address']);
/** Failures of the list that may mean that the server serves nothing at all. */
const NOTHING_LISTED = new Set<FailureKind>(['not-found', 'not-an-api']);
/** Failures of an answer that came all the same. */
const ANSWERED = new Set<FailureKind>(['empty', 'spent', 'refused']);
/**
 * Failures that would tell strangers what runs on the operator's network. Strangers read the same sentence for each.
 */
const TELLING = new Set<FailureKind>(['unreachable', 'not-found', 'request', 'server', 'forbidden', 'cut']);

export interface TrialOptions {
  provider: Provider;
  model: Model;
  of: 'key' | 'base URL' | 'model';
  meter: Meter;
}

/** Undefined where the model answers. `late`: it may only be slow. */
export async function tryOut({ provider, model, of, meter }: TrialOptions): Promise<Failure | undefined> {
  const listed = await listModels(provider, LIST_MS).catch((error: unknown) => failureOf(error));
  const hasList = Array.isArray(listed);
  if (!hasList && CONCLUSIVE.has(listed.kind)) return listed;
  if (hasList && (of === 'key' ? await refusesStrangers(provider) : isListed(model.name, listed)))
    return undefined;
  const failure = await askOneWord(model, WORD_MS, meter);
  const isNothing = !hasList && NOTHING_LISTED.has(listed.kind) && failure?.kind === 'not-found';
  return isNothing ? { kind: 'not-an-api' } : failure;
}

/** Whether the list proves a key: some providers, such as OpenRouter, show theirs to everybody. */
async function refusesStrangers({ key: _, ...provider }: Provider): Promise<boolean> {
  const failure = await listModels(provider, LIST_MS).then(
    () => undefined,
    (error: unknown) => failureOf(error),
  );
  return failure?.kind === 'key' || failure?.kind === 'forbidden';
}

/** Asks the model for one word, and waits no longer than until it begins. */
export async function askOneWord(
  model: Model,
  waitMs = WORD_MS,
  meter: Meter = UNMETERED,
): Promise<Failure | undefined> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), waitMs);
  try {
    const request = {
      ...TRIAL_PROMPT,
      cacheKey: 'trial',
      user: 'trial',
    };
    for await (const chunk of model.stream(request, meter, over.signal)) {
      if (chunk.type === 'text' || chunk.type === 'thought') return undefined;
      if (chunk.type !== 'end') continue;
      if (chunk.end === 'stopped') return { kind: 'late' };
      return chunk.failure && !ANSWERED.has(chunk.failure.kind) ? chunk.failure : undefined;
    }
    return undefined;
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** Ollama lists `llama3.2:latest` for a model that people ask for as `llama3.2`. */
export function isListed(model: string, listed: string[]): boolean {
  return listed.includes(model) || listed.includes(`${model}:latest`);
}

/** The failure as people who do not run Parley may read it: without anything about an internal host. */
export async function withoutInternals(failure: Failure, { baseUrl }: Provider): Promise<Failure> {
  return TELLING.has(failure.kind) && (await isInternal(new URL(baseUrl).hostname))
    ? { kind: 'not-an-api' }
    : failure;
}

async function isInternal(hostname: string): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isPrivateLiteral(host)) return true;
  const found = await lookup(host, { all: true }).catch(() => []);
  // A name without an address may belong to the internal network.
  return found.length === 0 ? !host.includes('.') : !found.every(({ address }) => isPublicAddress(address));
}
