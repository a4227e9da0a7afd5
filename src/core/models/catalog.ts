/** The models that a provider lists. */
import { failureOf } from './failures.ts';
import { type Failure, ModelError } from './model.ts';
import { clientFor, type Provider } from './provider.ts';

const DEADLINE_MS = 10_000;
const MOST_MODELS = 500;
/** Ids of models that do something other than talk; providers list them all together. */
const NOT_CHAT =
  /embed|whisper|transcri|tts|speech|audio|realtime|dall-e|image|sora|video|moderation|rerank|guard|davinci|babbage/i;

/**
 * Ids of the provider's chat models, in order of the alphabet; all of its models where none looks like one.
 * @throws ModelError
 */
export async function listModels(provider: Provider): Promise<string[]> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    // Not `models.list()`: that makes an empty list of whatever answers with 200, such as a web page.
    const page = await clientFor(provider).get<{ data?: unknown } | string | null>('/models', { signal });
    const listed = typeof page === 'object' ? page?.data : undefined;
    if (!Array.isArray(listed)) throw new ModelError({ kind: 'not-an-api' });
    const ids = listed
      .map((model: { id?: unknown } | null) => model?.id)
      .filter((id) => typeof id === 'string')
      .sort()
      .slice(0, MOST_MODELS);
    const chat = ids.filter((id) => !NOT_CHAT.test(id));
    return chat.length > 0 ? chat : ids;
  } catch (error) {
    throw new ModelError(signal.aborted ? { kind: 'late' } : failureOf(error));
  }
}

/** Asks the provider whether it knows the key; undefined when it seems to, or has no way to ask. */
export async function checkKey(provider: Provider): Promise<Failure | undefined> {
  try {
    await listModels(provider);
    return undefined;
  } catch (error) {
    const failure = failureOf(error);
    return failure.kind === 'key' || failure.kind === 'unreachable' ? failure : undefined;
  }
}
