/** The model. It answers the last question by its token, fails where the plan says so, and records each request. */

import { summaryPrompt } from '../../../src/core/sentences/prompts.ts';
import type { Behaviour } from '../../counterparts/model-script.ts';
import {
  answers,
  done,
  fails,
  finish,
  pause,
  reset,
  sentMessages,
  stall,
  startModelServer,
  text,
} from '../../counterparts/model-server.ts';
import { callsTools, type MadeCall } from '../../counterparts/model-tools/steps.ts';
import type { ModelFault } from '../plan/cast.ts';
import { type AskedPicture, drawing, pictureCall } from '../tools/drawing.ts';
import {
  chunksOf,
  queriesOf,
  resultsIn,
  roundsIn,
  type SentMessage,
  type ToldResult,
} from '../tools/looking-up.ts';
import { answerTo, lastLineOf, tokensIn } from './answers.ts';

/** One request to the model to answer a message. Times are by `performance.now()`. */
export interface Attempt {
  token: string;
  startedAt: number;
  /** Undefined while the answer is written. */
  endedAt: number | undefined;
  /** `gone`: the client left before the end. */
  how: 'running' | 'whole' | 'gone' | ModelFault;
  /** The turns before the question that the request contained, oldest first. */
  told: { token: string; isWhole: boolean }[];
}

export interface Model extends AsyncDisposable {
  /** The base URL with `/v1`. */
  url: string;
  /** Attempts, oldest first. */
  attempts: Attempt[];
  /** The results of searches that it was told. */
  told: ToldResult[];
  /** The pictures that it was asked for. */
  pictures: AskedPicture[];
}

/** The beginning of a request for a summary, which is no attempt at an answer. */
const SUMMARY = summaryPrompt({ mostWords: 0, days: [] }).slice(0, 60);

const ENDING: Behaviour = async (exchange) => {
  await finish()(exchange);
  await done(exchange);
};

/**
 * @param faultOf the fault of the first attempt at an answer
 * @param usesTools it searches before it answers
 */
export async function startModel(
  faultOf: (token: string) => ModelFault | undefined,
  usesTools = false,
): Promise<Model> {
  const server = await startModelServer();
  const attempts: Attempt[] = [];
  const toldResults: ToldResult[] = [];

  const respond: Behaviour = async (exchange) => {
    const { request, response } = exchange;
    const messages = sentMessages(request) as SentMessage[];
    // The bodies are dropped: there are many, and nobody reads them again.
    server.requests.length = 0;
    if (JSON.stringify(messages.at(-1)?.content).includes(SUMMARY)) return answers('Facts: none.')(exchange);
    const question = messages.findLastIndex(({ role }) => role === 'user');
    const [token] = tokensIn(JSON.stringify(messages[question]?.content ?? ''));
    if (token === undefined) return fails(400)(exchange);
    const isFirst = !attempts.some((attempt) => attempt.token === token);
    const attempt: Attempt = {
      token,
      startedAt: performance.now(),
      endedAt: undefined,
      how: 'running',
      told: turnsIn(messages.slice(0, question)),
    };
    attempts.push(attempt);
    toldResults.push(...resultsIn(messages));
    const end = (how: Attempt['how']) => {
      attempt.how = how;
      attempt.endedAt = performance.now();
    };
    const fault = isFirst ? faultOf(token) : undefined;
    if (fault === 'status500') {
      end(fault);
      return fails(500)(exchange);
    }
    let isGone = false;
    void request.closed.then(() => {
      isGone = true;
    });
    const answer = answerTo(token);
    const round = roundsIn(messages);
    const chunks = usesTools ? chunksOf(answer, round) : answer.chunks;
    const queries = usesTools ? (queriesOf(token)[round] ?? []) : [];
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const [index, chunk] of chunks.entries()) {
      if (isGone) return end('gone');
      if (fault && index >= chunks.length / 2) {
        end(fault);
        return (fault === 'cut' ? reset : stall)(exchange);
      }
      await text(chunk)(exchange);
      await pause(answer.ms / answer.chunks.length)(exchange);
    }
    if (isGone) return end('gone');
    if (queries.length > 0) {
      const searches: MadeCall[] = queries.map((query) => ({ name: 'web_search', input: { query } }));
      const calls = round === 0 ? [...searches, pictureCall(token)] : searches;
      await callsTools(...calls)(exchange);
    } else await ENDING(exchange);
    response.end();
    end('whole');
  };
  server.respond(respond);
  const pictures: AskedPicture[] = [];
  server.respondToPictures(drawing(pictures));

  return { url: server.url, attempts, told: toldResults, pictures, [Symbol.asyncDispose]: server.stop };
}

function turnsIn(messages: SentMessage[]): Attempt['told'] {
  const told: Attempt['told'] = [];
  for (const { role, content } of messages) {
    const said = JSON.stringify(content ?? '');
    const [token] = tokensIn(said);
    if (token === undefined) continue;
    if (role === 'user') told.push({ token, isWhole: false });
    const turn = told.find((one) => one.token === token);
    if (role === 'assistant' && turn) turn.isWhole = said.includes(lastLineOf(token));
  }
  return told;
}
