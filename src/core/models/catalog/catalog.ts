/** The models in a provider's list, whichever known form the list has. */
import { modelName } from '../../settings-fields.ts';
import { failureOf, refuseErrorLine } from '../failures/failures.ts';
import { ModelError } from '../model.ts';
import { clientFor, type Provider } from '../provider.ts';
import { fieldsOf, readJson } from '../wire/json.ts';

const DEADLINE_MS = 10_000;
/** Most entries of a list that are read. */
const MOST_MODELS = 5_000;
/** Fields that hold the list: OpenAI `data`, Ollama, Gemini and Cohere `models`, Cloudflare `result`. */
const LIST_FIELDS = ['data', 'models', 'result', 'results', 'items'];
/** Declared kinds of models that do not chat (Together, LM Studio, GitHub Models). */
const OTHER_KINDS =
  /^(?:embeddings?|image|audio|video|speech|tts|stt|transcri(?:be|ption)|re-?rank(?:er)?|moderation|(?:text|image)-to-(?:image|video|speech|audio)|automatic-speech-recognition)$/i;
/** Words in names of models that most likely do not chat. Such models are listed last. */
const UNLIKELY =
  /embed|whisper|transcri|tts|speech|audio|realtime|dall-e|image|sora|video|moderation|rerank|guard|davinci|babbage/i;

/**
 * Ids of the provider's models in alphabetical order, without those declared for something other than text.
 * Models whose names suggest that they do not chat come last.
 * @throws ModelError
 */
export async function listModels(provider: Provider, deadlineMs = DEADLINE_MS): Promise<string[]> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    // `models.list()` makes an empty list of anything that answers with 200, such as a web page.
    const response = await clientFor(provider).get('/models', { signal }).asResponse();
    const entries = entriesOf(await readJson(response))?.slice(0, MOST_MODELS);
    if (!entries) throw new ModelError({ kind: 'not-an-api' });
    const talking = entries.filter(isForText);
    const ids = (talking.length > 0 ? talking : entries).map(idOf).filter((id) => id !== undefined);
    const sorted = [...new Set(ids)].sort();
    const [unlikely = [], likely = []] = [true, false].map((is) =>
      sorted.filter((id) => UNLIKELY.test(id) === is),
    );
    return [...likely, ...unlikely];
  } catch (error) {
    throw new ModelError(signal.aborted ? { kind: 'late' } : failureOf(error));
  }
}

/** @throws ModelError where the page reports a failure */
function entriesOf(page: unknown): unknown[] | undefined {
  if (Array.isArray(page)) return page;
  const fields = fieldsOf(page);
  const lists = LIST_FIELDS.map((name) => fields[name]);
  const list = lists.find((list) => Array.isArray(list));
  if (list) return list;
  // Some gateways report a refusal with status 200.
  refuseErrorLine(page);
  // Servers in Go write an empty list as null.
  return lists.includes(null) ? [] : undefined;
}

/**
 * The name of a listed model; undefined where it could not be chosen, such as one that is too long. Gemini lists a name
 * with `models/` before it, and accepts it without.
 */
function idOf(entry: unknown): string | undefined {
  const { id, name, model } = fieldsOf(entry);
  const found = [entry, id, model, name].find((one) => typeof one === 'string' && one !== '');
  return modelName.safeParse(typeof found === 'string' ? found.replace(/^models\//, '') : undefined).data;
}

/** Whether the model chats. It does unless a field of the entry says otherwise; the name does not count. */
function isForText(entry: unknown): boolean {
  const fields = fieldsOf(entry);
  const { architecture, capabilities, endpoints } = fields;
  const outputs = [
    fields.output_modalities, // OpenRouter, under `architecture` too
    fieldsOf(architecture).output_modalities,
    fields.supported_output_modalities, // GitHub Models
  ].find((list) => Array.isArray(list));
  if (Array.isArray(outputs) && outputs.length > 0 && !outputs.includes('text')) return false;
  const methods = fields.supportedGenerationMethods; // Gemini
  if (Array.isArray(methods) && !methods.includes('generateContent')) return false;
  if (Array.isArray(endpoints) && endpoints.length > 0 && !endpoints.includes('chat')) return false; // Cohere
  if (fieldsOf(capabilities).completion_chat === false || fields.supports_chat === false) return false; // Mistral, Fireworks
  return ![fields.type, fields.task, fields.kind].some(
    (kind) => typeof kind === 'string' && OTHER_KINDS.test(kind),
  );
}
