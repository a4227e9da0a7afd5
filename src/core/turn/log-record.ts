/** The log record of a turn. */
import type { Choice } from '../models/catalog/choose.ts';
import type { FailureKind } from '../models/model.ts';
import type { Usage } from '../money/usage.ts';
import type { ConversationId, End, Message, TenantId } from '../types.ts';
import type { AnswerSoFar } from './answer-so-far.ts';
import type { ModelEnding } from './ending.ts';

/** The operator's view of a turn, without anything that was said. */
export interface TurnRecord {
  conversation: ConversationId;
  turn: string;
  model: string | undefined;
  /** From beginning to end, ms. */
  ms: number;
  /** From the beginning to the first text, ms. Null: no text came. */
  firstChunkMs: number | null;
  chunks: number;
  end: End;
  failure?: FailureKind;
  /** The provider's HTTP status, where it failed with one. */
  status?: number | undefined;
  /** The answer was given before; `failure` is absent even if the provider could not be reached. */
  repeated?: true;
  /** The owner of the key used: the operator or this tenant. Absent where no request was sent. */
  key?: { of: 'operator' | TenantId; host: string };
  usage?: Usage;
}

/** A turn that has ended. */
interface EndedTurn {
  message: Message;
  /** By `performance.now()`. */
  startedAt: number;
  answer: AnswerSoFar;
  choice: Choice | undefined;
  ended: ModelEnding;
}

export const idsOf = ({ conversation, id }: Message) => ({ conversation, turn: id });

export function recordOf({ message, startedAt, answer, choice, ended }: EndedTurn, end: End): TurnRecord {
  const firstAt = answer.firstAt();
  return {
    ...idsOf(message),
    model: choice?.model,
    ms: Math.round(performance.now() - startedAt),
    firstChunkMs: firstAt === undefined ? null : Math.round(firstAt - startedAt),
    chunks: answer.chunks(),
    end,
    ...(ended.failure && { failure: ended.failure.kind, status: ended.failure.status }),
    ...(ended.repeated ? { repeated: true as const } : keyOf(choice, message.tenant)),
    ...(ended.usage && { usage: ended.usage }),
  };
}

function keyOf(choice: Choice | undefined, tenant: TenantId): Pick<TurnRecord, 'key'> {
  if (!choice?.provider) return {};
  const of = choice.source === 'own' ? tenant : 'operator';
  return { key: { of, host: new URL(choice.provider.baseUrl).host } };
}
