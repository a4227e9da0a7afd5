/** The model: its answer names the question and the person, and it notes which earlier turns it was told. */
import type { Behaviour } from '../../counterparts/model-script.ts';
import {
  answers,
  done,
  finish,
  pause,
  sentMessages,
  startModelServer,
  text,
} from '../../counterparts/model-server.ts';
import { tokensIn } from '../people/answers.ts';
import type { SentMessage as ModelMessage } from '../tools/looking-up.ts';

/** A request to answer a message. */
export interface TokenRequest {
  token: string;
  /** The tokens of the turns before the question. */
  told: string[];
}

export interface PageModel extends AsyncDisposable {
  /** The base URL with `/v1`. */
  url: string;
  requests: TokenRequest[];
}

const CHUNKS = 6;
/** Time for an answer, ms. Some take longer, so that kills come in the middle of them. */
const QUICK_MS = 250;
const SLOW_MS = 1_500;
const SLOW_SHARE = 4;

/** The whole answer to a question. */
export const answerOf = (person: string, token: string) =>
  `Begin of ${token}. ${`There is much to say to ${person}. `.repeat(8)}End of ${token}.`;

/** @param ownerOf the person of a token */
export async function startPageModel(ownerOf: (token: string) => string | undefined): Promise<PageModel> {
  const server = await startModelServer();
  const requests: TokenRequest[] = [];
  const respond: Behaviour = async (exchange) => {
    const messages = sentMessages(exchange.request) as ModelMessage[];
    server.requests.length = 0;
    const question = messages.findLastIndex(({ role }) => role === 'user');
    const [token] = tokensIn(JSON.stringify(messages[question]?.content ?? ''));
    const person = token === undefined ? undefined : ownerOf(token);
    if (token === undefined || person === undefined) return answers('Something else.')(exchange);
    const told = messages.slice(0, question).filter(({ role }) => role === 'user');
    requests.push({ token, told: told.flatMap(({ content }) => tokensIn(JSON.stringify(content ?? ''))) });
    const whole = answerOf(person, token);
    const ms = requests.length % SLOW_SHARE === 0 ? SLOW_MS : QUICK_MS;
    const { response } = exchange;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const size = Math.ceil(whole.length / CHUNKS);
    for (let from = 0; from < whole.length; from += size) {
      await text(whole.slice(from, from + size))(exchange);
      await pause(ms / CHUNKS)(exchange);
    }
    await finish()(exchange);
    await done(exchange);
    response.end();
  };
  server.respond(respond);
  return { url: server.url, requests, [Symbol.asyncDispose]: server.stop };
}
