/** The Responses API, OpenAI's own. Parley keeps the history, and asks the API to store nothing. */
import type OpenAI from 'openai';
import { failureInStream } from '../../failures/failures.ts';
import { ModelError } from '../../model.ts';
import type { HostedFile, OfferedTools, SentItems, ToolCall } from '../../tool.ts';
import { type ContainerFile, createCited } from '../cited.ts';
import { hasPictures, hostedIn, sentItems } from '../history.ts';
import { fieldsOf, MOST_JSON, MOST_PICTURES } from '../json.ts';
import { type Events, openEvents } from '../open-events.ts';
import { createTold } from '../told.ts';
import type { DriverChunk, DriverRequest } from '../wire.ts';
import { fetchContainerFile } from './container-files.ts';
import { searchesIn } from './hosted-items.ts';
import type { Fields } from './item-list.ts';
import { callsIn, createOutputItems } from './output-items.ts';
import { responsesBody } from './responses-request.ts';

type LooseResponse = Partial<OpenAI.Responses.Response>;
/** An event, or the whole response if a server does not stream. */
type LooseEvent = Partial<OpenAI.Responses.ResponseStreamEvent> & { output?: LooseResponse['output'] };

/** Time for the server to close after the event that ends the answer, ms. */
const REST_MS = 2_000;

export async function* streamResponses(
  client: OpenAI,
  asked: DriverRequest,
  signal: AbortSignal,
): AsyncGenerator<DriverChunk> {
  const body = responsesBody(asked);
  const stream = asked.features.has('stream');
  const most = hasPictures(asked) ? MOST_PICTURES : MOST_JSON;
  const events = await openEvents<LooseEvent | null>(
    client.post('/responses', { body, stream, signal }),
    most,
  );
  const { tools } = asked.request;
  const offered = {
    functions: tools && body.tools ? tools.functions : [],
    hosted: tools && body.tools ? hostedIn(tools, asked.features) : [],
  };
  yield* readResponses(events, createReading(client, asked, offered, signal));
}

/** A response as far as it has come. */
interface Reading {
  asked: DriverRequest;
  offered: Offered;
  told: ReturnType<typeof createTold>;
  cited: ReturnType<typeof createCited>;
  items: ReturnType<typeof createOutputItems>;
  has: { text: boolean; thought: boolean; refusal: boolean };
  /** Text that the model calls progress. */
  progress: string;
  fetchFile(file: ContainerFile): Promise<HostedFile | undefined>;
}

type Offered = Pick<OfferedTools, 'functions' | 'hosted'>;

function createReading(client: OpenAI, asked: DriverRequest, offered: Offered, signal: AbortSignal): Reading {
  const cited = createCited();
  const items = createOutputItems(offered, cited);
  return {
    asked,
    offered,
    cited,
    items,
    told: createTold(asked.model),
    has: { text: false, thought: false, refusal: false },
    progress: '',
    fetchFile: (file) => fetchContainerFile(client, file, items.containerCall(file.container), signal),
  };
}

async function* readResponses(
  events: Events<LooseEvent | null>,
  reading: Reading,
): AsyncGenerator<DriverChunk> {
  const { told, has } = reading;
  let isApi = events.isDeclared;

  for await (const event of events) {
    if (told.hear(fieldsOf(event).response ?? event)) yield { type: 'alive', told: told.all() };
    if (event?.type === undefined && Array.isArray(event?.output)) {
      yield* whole(event as LooseResponse, reading);
      return;
    }
    isApi ||= typeof event?.type === 'string';
    switch (event?.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        has.refusal ||= event.type === 'response.refusal.delta';
        yield answered(event, event.delta, reading);
        break;
      case 'response.output_text.done':
        // Some servers send no deltas.
        yield has.text || reading.progress ? { type: 'alive' } : answered(event, event.text, reading);
        break;
      case 'response.reasoning_text.delta':
      case 'response.reasoning_summary_text.delta':
        has.thought ||= stringOf(event.delta) !== '';
        yield said('thought', event.delta);
        break;
      case 'response.reasoning_summary_part.added':
        yield has.thought ? { type: 'thought', text: '\n\n' } : { type: 'alive' };
        break;
      case 'response.failed':
        throw new ModelError(failureInStream(event.response?.error));
      case 'error':
        throw new ModelError(failureInStream(event));
      case 'response.completed':
      case 'response.incomplete': {
        events.conclude(REST_MS);
        const status = event.type === 'response.incomplete' ? { status: 'incomplete' as const } : {};
        yield* whole({ ...event.response, ...status }, reading);
        return;
      }
      default:
        yield* itemEvent(event, reading);
    }
  }
  if (!events.isOver || !isApi) throw new ModelError({ kind: isApi ? 'cut' : 'not-an-api' });
  yield* whole({}, reading);
}

/** Events of items other than text and thoughts. */
function* itemEvent(
  event: LooseEvent | null | undefined,
  { items, cited, offered }: Reading,
): Generator<DriverChunk> {
  const fields = fieldsOf(event);
  switch (event?.type) {
    case 'response.output_item.added':
      yield* items.added(fields);
      // Without a requested summary, OpenAI sends nothing until its reasoning is done.
      yield { type: 'alive', isQuiet: fieldsOf(event.item).type === 'reasoning' };
      return;
    case 'response.output_item.done':
      yield* items.done(fields);
      break;
    case 'response.output_text.annotation.added':
      yield* cited.in(event.annotation);
      break;
    case 'response.function_call_arguments.delta':
    case 'response.function_call_arguments.done': {
      const isAll = event.type === 'response.function_call_arguments.done';
      yield* items.grown(fields, 'arguments', isAll);
      yield { type: 'alive', ...(!isAll && { written: stringOf(fields.delta) }) };
      return;
    }
    case 'response.code_interpreter_call_code.delta':
    case 'response.code_interpreter_call_code.done': {
      const isAll = event.type === 'response.code_interpreter_call_code.done';
      yield* items.grown(fields, 'code', isAll);
      yield { type: 'alive', ...(isAll ? { isWorking: true } : { written: stringOf(fields.delta) }) };
      return;
    }
    default:
  }
  // Such as `response.image_generation_call.generating`: the provider's tool runs, and sends nothing meanwhile.
  const isWorking = offered.hosted.length > 0 && /_call\.\w+$/.test(event?.type ?? '');
  yield { type: 'alive', ...(isWorking && { isWorking }) };
}

const stringOf = (value: unknown) => (typeof value === 'string' ? value : '');
const listOf = (value: unknown) => (Array.isArray(value) ? value.map(fieldsOf) : []);

function said(type: 'text' | 'thought' | 'progress', value: unknown): DriverChunk {
  const text = stringOf(value);
  return text === '' ? { type: 'alive' } : { type, text };
}

/** Text of a message, which is progress where the model says so. */
function answered(event: LooseEvent, value: unknown, reading: Reading): DriverChunk {
  const text = stringOf(value);
  if (reading.items.isCommentary(fieldsOf(event))) {
    reading.progress += text;
    return said('progress', text);
  }
  reading.has.text ||= text !== '';
  return said('text', text);
}

/** Yields the end of a response, and any content that did not come before. */
async function* whole(response: LooseResponse, reading: Reading): AsyncGenerator<DriverChunk> {
  const { items, has, told } = reading;
  const { status, incomplete_details: details } = response;
  if (status === 'failed') throw new ModelError(failureInStream(response.error));
  const output = listOf(response.output);
  yield* items.all(output);
  has.refusal ||= details?.reason === 'content_filter';
  yield* unheard(output, reading);
  const isWhole = status !== 'incomplete' && !has.refusal;
  const ending = isWhole ? endingOf(output, reading) : undefined;
  const files = reading.cited.files();
  const isSilent = !has.text && !ending?.calls.length && files.length === 0 && !items.hasFile();
  // A model that says nothing else has answered with what it calls progress.
  if (isSilent) yield said('text', reading.progress);
  for (const file of files) {
    yield { type: 'alive', isWorking: true };
    const fetched = await reading.fetchFile(file);
    if (fetched) yield { type: 'file', file: fetched };
  }
  for (const call of ending?.calls ?? []) yield { type: 'call', call };
  const end = has.refusal ? 'refused' : status === 'incomplete' ? 'length' : 'stop';
  const searches = searchesIn(items.outputs().map(({ item }) => item));
  yield { type: 'end', end, ...told.all(searches), ...(ending?.sent && { sent: ending.sent }) };
}

/** Thoughts and text of a response that came in no event of their own. */
function* unheard(output: Fields[], reading: Reading): Generator<DriverChunk> {
  const { has } = reading;
  // The parts are joined: each chunk takes its time, and a server can send very many parts.
  const thoughts: string[] = [];
  const texts: string[] = [];
  const progress: string[] = [];
  for (const item of has.text ? [] : output) {
    if (item.type === 'reasoning' && !has.thought)
      for (const { text } of [...listOf(item.content), ...listOf(item.summary)])
        thoughts.push(stringOf(text));
    for (const part of item.type === 'message' ? listOf(item.content) : []) {
      has.refusal ||= part.type === 'refusal';
      (item.phase === 'commentary' ? progress : texts).push(
        stringOf(part.type === 'refusal' ? part.refusal : part.text),
      );
    }
  }
  yield said('thought', thoughts.join('\n\n'));
  if (!reading.progress) yield said('progress', progress.join(''));
  reading.progress ||= progress.join('');
  const text = texts.join('');
  has.text ||= text !== '';
  yield said('text', text);
}

/** The calls of a whole response, and the response as it goes back with their outcomes. */
function endingOf(
  output: Fields[],
  { asked, offered, items, has }: Reading,
): { calls: ToolCall[]; sent?: SentItems } {
  const names = new Set(offered.functions.map(({ name }) => name));
  if (names.size === 0) return { calls: [] };
  const outputs = items.outputs();
  const [here, there] = [callsIn(outputs.map(({ item }) => item)), callsIn(output)];
  const all = there.length >= here.length ? there : here;
  const calls = has.text ? all.filter(({ name }) => names.has(name)) : all;
  const kept = output.length > 0 ? output : outputs.map(({ item }) => item);
  const isKept = calls.length > 0 && calls.length === all.length && isReplayable(kept, calls);
  const sent = isKept && outputs.every(({ isWhole }) => isWhole) && sentItems('responses', asked.by, kept);
  return { calls, ...(sent && { sent }) };
}

/**
 * Whether the API takes these items back: with the same calls, and reasoning that it can read again. OpenAI encrypts it;
 * DeepSeek sends it in clear, and wants it back (openai/codex#46193).
 */
function isReplayable(items: Fields[], calls: ToolCall[]): boolean {
  const ids = new Set(items.map(({ call_id: id }) => id));
  return (
    calls.every(({ id }) => ids.has(id)) &&
    items.every(
      ({ type, encrypted_content: encrypted, content }) =>
        type !== 'reasoning' || typeof encrypted === 'string' || listOf(content).length > 0,
    )
  );
}
