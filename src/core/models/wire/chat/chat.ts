/** Chat Completions, the API that every compatible server speaks. Reading tolerates their differences. */
import type OpenAI from 'openai';
import type { End } from '../../../types.ts';
import { ModelError } from '../../model.ts';
import type { SentItems } from '../../tool.ts';
import { createCited } from '../cited.ts';
import { sentItems } from '../history.ts';
import { type Events, openEvents } from '../open-events.ts';
import { createTold } from '../told.ts';
import type { DriverChunk, DriverRequest } from '../wire.ts';
import { type ChatCall, createChatCalls } from './chat-calls.ts';
import { type Delta, textOf, thoughtOf } from './chat-delta.ts';
import { createReasoning } from './chat-reasoning.ts';
import { chatBody } from './chat-request.ts';
import { createRest } from './finish-rest.ts';

/**
 * A chunk as servers really send it: anything may be missing, and a line may be an error instead.
 * Seen: `choices` absent or empty, `content` null, finish_reason '' or 'eos', no usage, `error` as a string, and a
 * `message` in place of a `delta` where the answer comes in one piece.
 */
interface LooseChunk {
  choices?: LooseChoice[];
  usage?: unknown;
}

type LooseChoice = { delta?: Delta; message?: Delta; text?: unknown; finish_reason?: unknown } | null;

/** Placeholders that servers send for a missing `finish_reason`. */
const FILLERS = ['', 'null', 'none', 'nil', 'undefined'];
/** A server that calls a tool that Parley did not offer has its own, and its answer follows (ChatMock). */
const TOOL_CALLS = ['tool_calls', 'function_call'];
/** Mistral sends `model_length`, Gemini capitals. Proxies pass on the words of Anthropic and OpenAI's Responses. */
const LENGTH = /^(?:length|(?:model|max)_length|max_(?:\w+_)?tokens|model_context_window_exceeded)$/i;
/** Gemini's own reasons (`SAFETY`, `content_filter: RECITATION`), GLM's `sensitive`, Anthropic's `refusal`. */
const REFUSED = /content_?filter|safety|recitation|prohibited|blocklist|spii|sensitive|^refusal$/i;
/** Reasons for a request that was given up; DeepSeek, GLM, SGLang and vLLM have their own. */
const FAILED = /^(?:error|abort(?:ed)?|network_error|insufficient_system_resource)$/i;

export async function* streamChat(
  client: OpenAI,
  asked: DriverRequest,
  signal: AbortSignal,
): AsyncGenerator<DriverChunk> {
  const body = chatBody(asked, client.baseURL);
  const events = await openEvents<LooseChunk | null>(
    // `chat.completions.create` looks into each chunk, and fails at anything that it does not expect.
    client.post('/chat/completions', { body, stream: asked.features.has('stream'), signal }),
  );
  yield* readChat(events, asked, new Set(body.tools?.map((tool) => tool.function.name)));
}

/** @param offered names of the tools that were sent */
async function* readChat(
  events: Events<LooseChunk | null>,
  asked: DriverRequest,
  offered: ReadonlySet<string>,
): AsyncGenerator<DriverChunk> {
  let finish = '';
  /**
   * A finish reason that came before any text: Open WebUI sends one on its first chunk and beside thoughts. It
   * counts only if no text comes at all.
   */
  let early = '';
  let refused = false;
  let hasText = false;
  const told = createTold(asked.model);
  let isApi = events.isDeclared;
  const rest = createRest();
  const calls = createChatCalls(offered);
  const reasoning = createReasoning();
  const cited = createCited();
  const ends = (reason: string) => isEnd(reason) || (reason !== '' && calls.hasOffered());

  try {
    for await (const event of events) {
      if (told.hear(event)) yield { type: 'alive', told: told.all() };
      isApi ||= Array.isArray(event?.choices);
      const choice = event?.choices?.[0];
      const delta = deltaOf(choice, hasText || !calls.isEmpty());
      const refusal = textOf(delta?.refusal);
      const text = textOf(delta?.content) || refusal;
      const thought = thoughtOf(delta);
      const written = offered.size > 0 ? calls.push(delta) : '';
      const isSaid = text !== '' || thought !== '' || written !== '';
      if (refusal) refused = true;
      if (text) hasText = true;
      if (isSaid) {
        rest.said(ends(finish));
        if (finish !== '') events.goOn();
        finish = '';
      }
      const reason = finishOf(choice?.finish_reason);
      if (reason && (hasText || !calls.isEmpty())) {
        // A repeated finish reason does not put off the end.
        if (ends(reason) && !ends(finish)) events.conclude(rest.after(isSaid ? 'beside' : 'alone'));
        finish = reason;
      } else if (reason) early = reason;
      if (offered.size > 0) reasoning.push(delta);
      if (thought) yield { type: 'thought', text: thought };
      if (text) yield { type: 'text', text };
      if (delta?.annotations) yield* cited.in(delta.annotations);
      if (!isSaid || written) yield { type: 'alive', ...(written && { written }) };
    }
  } catch (error) {
    // Once the answer is whole, a broken connection does not matter.
    const isWhole = hasText || !calls.isEmpty() ? ends(finish) && rest.isTrusted() : early !== '';
    if (!isWhole) throw error;
  }

  if (!hasText) finish ||= early;
  if (finish === '' && !(events.isOver && isApi)) {
    throw new ModelError({ kind: isApi ? 'cut' : 'not-an-api' });
  }
  if (FAILED.test(finish)) throw new ModelError({ kind: 'server' });
  const end = refused ? 'refused' : endOf(finish);
  // Half a call is none.
  const all = end === 'stop' ? calls.all() : [];
  const own = hasText ? all.filter(({ name }) => offered.has(name)) : all;
  for (const { extra: _, ...call } of own) yield { type: 'call', call };
  const sent = own.length === all.length && sentOf(own, reasoning.all(), asked.by);
  yield { type: 'end', end, ...told.all(), ...(sent && { sent }) };
}

/** The message as it goes back to its server. The text is left out: what people read of it goes back. */
function sentOf(calls: ChatCall[], reasoning: Record<string, unknown>, by: string): SentItems | undefined {
  if (calls.length === 0) return undefined;
  const toolCalls = calls.map(({ id, extra }) => ({ id, ...(extra && { extra_content: extra }) }));
  return sentItems('chat', by, [{ ...reasoning, tool_calls: toolCalls }]);
}

/** @param isRest whether something came before: some servers repeat the whole answer after its last delta */
function deltaOf(choice: LooseChoice | undefined, isRest: boolean): Delta | undefined {
  return choice?.delta ?? (isRest ? undefined : (choice?.message ?? { content: choice?.text }));
}

function finishOf(reason: unknown): string {
  return typeof reason === 'string' && !FILLERS.includes(reason.trim().toLowerCase()) ? reason : '';
}

const isEnd = (finish: string) => finish !== '' && !TOOL_CALLS.includes(finish);

function endOf(finish: string): End {
  if (LENGTH.test(finish)) return 'length';
  return REFUSED.test(finish) ? 'refused' : 'stop';
}
