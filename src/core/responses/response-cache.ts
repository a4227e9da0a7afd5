/**
 * The response cache: a request that a tenant has made before is answered with the answer of then, and costs nothing. An
 * answer belongs to the turn that it was made for. The cache only tells which turn that is, so a forgotten turn takes its
 * answer along.
 */
import { createHash } from 'node:crypto';
import type { Choice } from '../models/catalog/choose.ts';
import type { FailureKind, Model, ModelChunk, ModelRequest } from '../models/model.ts';
import type { ConversationId, TenantId } from '../types.ts';

/** An answer that was given before. */
export interface EarlierAnswer {
  answer: string;
  /** When it was given (ms since 1970). */
  at: number;
}

/** The turns whose answers may be given again, by the digest of their request. */
export interface ResponseCache {
  /** Undefined: there is none, or the turn was forgotten or answered again. @throws StoreError */
  find(digest: string): Promise<EarlierAnswer | undefined>;
  /** @throws StoreError */
  note(digest: string, turn: { conversation: ConversationId; id: string }): Promise<void>;
}

/** How long an answer may be given again while its provider cannot be reached, ms. */
export const STALE_MS = 30 * 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** Failures after which an older answer serves: the provider was not reached, or did not work. */
const AWAY: ReadonlySet<FailureKind> = new Set<FailureKind>(['unreachable', 'server', 'late']);

export interface RepeatingOptions {
  tenant: TenantId;
  choice: Choice;
  /** Hours for which an answer is given again at once. */
  hours: number;
  /** Whether the turn has an answer that the person wants made anew. @throws StoreError */
  isAnswered(): Promise<boolean>;
  cache: Pick<ResponseCache, 'find'>;
}

/** The model, which gives earlier answers again. Its whole answers end with the digest of their request. */
export function repeating(model: Model, options: RepeatingOptions): Model {
  const { tenant, choice, hours, isAnswered, cache } = options;

  async function earlier(digest: string): Promise<EarlierAnswer | undefined> {
    // A cache that cannot be read must not keep anybody from an answer.
    const isAnew = await isAnswered().catch(() => true);
    return isAnew ? undefined : cache.find(digest).catch(() => undefined);
  }

  return {
    ...model,
    async *stream(request, meter, signal) {
      const digest = digestOf(tenant, choice, model, request);
      const before = await earlier(digest);
      if (before && Math.abs(Date.now() - before.at) <= hours * HOUR_MS && !signal.aborted)
        return yield* again(before, false);
      let hasText = false;
      for await (const chunk of model.stream(request, meter, signal)) {
        if (chunk.type === 'text') hasText = true;
        if (chunk.type === 'retract') hasText = false;
        if (chunk.type !== 'end') yield chunk;
        else if (before && !hasText && chunk.failure && AWAY.has(chunk.failure.kind))
          return yield* again(before, true);
        else return yield isWhole(chunk) ? { ...chunk, digest } : chunk;
      }
    },
  };
}

function* again({ answer, at }: EarlierAnswer, isStale: boolean): Generator<ModelChunk> {
  yield { type: 'text', text: answer };
  yield { type: 'end', end: 'stop', repeated: { at, isStale } };
}

type EndChunk = Extract<ModelChunk, { type: 'end' }>;

const isWhole = ({ end, failure, unseenImages }: EndChunk) =>
  end === 'stop' && failure === undefined && unseenImages === undefined;

/** The digest of a request as it would be sent, but for the opaque ids of the conversation and the person. */
export function digestOf(
  tenant: TenantId,
  { provider }: Pick<Choice, 'provider'>,
  { name, tuning = {} }: Pick<Model, 'name' | 'tuning'>,
  { instructions, messages, temperature, effort }: ModelRequest,
): string {
  const hash = createHash('sha256');
  const add = (part: unknown) => hash.update(`${JSON.stringify(part)}\n`);
  add([tenant, provider?.baseUrl ?? null, name, instructions]);
  add([temperature ?? tuning.temperature ?? null, effort ?? tuning.effort ?? null]);
  for (const { role, text, images = [] } of messages) {
    add([role, text, images.length]);
    for (const { name, type, base64 } of images) add([name, type, base64]);
  }
  return hash.digest('base64url');
}
