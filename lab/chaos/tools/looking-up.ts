/** The model's searches: two at once, then a third with their results, then it answers. It checks what it is told of them. */
import type { Answer } from '../people/answers.ts';

/** The model was told the result of a search. */
export interface ToldResult {
  query: string;
  /** The number of the search whose result it was. Undefined: it was told something else. */
  number: number | undefined;
  /** By `performance.now()`. */
  at: number;
  /** Told while the turn was answered, not with a later one. */
  isOwn: boolean;
}

export interface SentMessage {
  role: string;
  content?: unknown;
  tool_calls?: { id: string; function: { arguments: string } }[];
  tool_call_id?: string;
}

const BETWEEN = '\n\n';
/** Responses of an answer, of which the last calls nothing. */
const ROUNDS = 3;

/** The queries of each response that searches. */
export const queriesOf = (token: string): string[][] => [
  [`${token} one`, `${token} two`],
  [`${token} three`],
];

/** The chunks that a response writes, of whole paragraphs. @param round from 0; the last writes the rest */
export function chunksOf({ text, chunks }: Answer, round: number): string[] {
  const blocks = text.split(BETWEEN);
  const third = Math.floor(blocks.length / ROUNDS);
  const isLast = round === ROUNDS - 1;
  const own = blocks.slice(round * third, isLast ? undefined : (round + 1) * third).join(BETWEEN);
  const written = isLast ? own : own + BETWEEN;
  const length = Math.ceil(text.length / chunks.length);
  return Array.from({ length: Math.ceil(written.length / length) }, (_, index) =>
    written.slice(index * length, (index + 1) * length),
  );
}

/** The place of the message that is answered. */
export const questionIn = (messages: SentMessage[]) => messages.findLastIndex(({ role }) => role === 'user');

/** The responses with calls behind the question. */
export const roundsIn = (messages: SentMessage[]) =>
  messages.slice(questionIn(messages)).filter(({ tool_calls: calls }) => calls?.length).length;

/** The results that a request tells, of this turn and of earlier ones. */
export function resultsIn(messages: SentMessage[]): ToldResult[] {
  const question = questionIn(messages);
  const queries = new Map<string, string>();
  const told: ToldResult[] = [];
  for (const [index, { tool_calls: calls = [], tool_call_id: id, content }] of messages.entries()) {
    // Ids can stand for other calls in later responses.
    for (const call of calls) {
      const query = queryIn(call.function.arguments);
      if (query === undefined) queries.delete(call.id);
      else queries.set(call.id, query);
    }
    const query = id === undefined ? undefined : queries.get(id);
    // A picture has no query.
    if (query === undefined) continue;
    const [, number] = new RegExp(`found ${query} time (\\d+)\\.`).exec(String(content)) ?? [];
    told.push({
      query,
      number: number === undefined ? undefined : Number(number),
      at: performance.now(),
      isOwn: index > question,
    });
  }
  return told;
}

function queryIn(json: string): string | undefined {
  const { query } = JSON.parse(json) as { query?: unknown };
  return query === undefined ? undefined : String(query);
}
