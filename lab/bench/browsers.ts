/** People with the page open. Each has a session and a conversation, over HTTP as the page uses it. */
import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { WINDOW_HEADER } from '../../src/adapters/web/api.ts';
import { type Question, toPrompt } from './models/answers.ts';

export interface Browser {
  /** Begins another conversation, in which the next questions are asked. */
  begin(): Promise<void>;
  /**
   * Posts the question as a message, and follows its turn. Resolves with the text that was shown.
   * @param url of another process of the same Parley; default: the process where the conversation was begun
   * @param onText called at the first text
   */
  ask(question: Question, url?: string, onText?: () => void): Promise<string>;
}

export async function openBrowser(url: string, agent: Agent): Promise<Browser> {
  const page = await send(`${url}/`, agent, {});
  await text(page);
  const cookie = page.headers['set-cookie']?.at(-1)?.split(';', 1)[0] ?? '';
  const own = { cookie, [WINDOW_HEADER]: randomUUID() };
  const post = async <T>(path: string, body: object, origin = url): Promise<T> => {
    const headers = { ...own, origin, 'content-type': 'application/json' };
    const response = await send(`${origin}${path}`, agent, headers, JSON.stringify(body));
    const answer = await text(response);
    if ((response.statusCode ?? 0) >= 300) throw new Error(`${path}: ${response.statusCode} ${answer}`);
    return JSON.parse(answer) as T;
  };
  const begun = async () => (await post<{ id: string }>('/api/conversations', {})).id;
  let id = await begun();

  return {
    async begin() {
      id = await begun();
    },
    async ask(question, at = url, onText = () => {}) {
      const message = { id: randomUUID(), text: toPrompt(question), attachments: [] };
      await post(`/api/conversations/${id}/messages`, message, at);
      const events = `${at}/api/conversations/${id}/turns/${message.id}/events`;
      return follow(await send(events, agent, { ...own, accept: 'text/event-stream' }), onText);
    },
  };
}

/**
 * Idle timeout of a connection, ms. A Node server closes idle connections after 5 s, perhaps just as one is used
 * again.
 */
const IDLE_CONNECTION_MS = 2_000;

/** An agent with enough connections for all turns that are followed at once. */
export function openAgent(): Agent {
  return new Agent({ keepAlive: true, timeout: IDLE_CONNECTION_MS });
}

/** Reads server-sent events to the end of the turn. @throws Error unless it ended as it should */
async function follow(response: IncomingMessage, onText: () => void): Promise<string> {
  let shown = '';
  let end: unknown;
  let rest = '';
  response.setEncoding('utf8');
  for await (const part of response) {
    const events = (rest + part).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/m.exec(event) ?? [];
      if (name === 'text' && shown === '') onText();
      if (name === 'text') shown += (JSON.parse(data ?? '') as { text: string }).text;
      if (name === 'end') end = JSON.parse(data ?? '');
    }
  }
  if ((end as { end?: string } | undefined)?.end === 'stop') return shown;
  throw new Error(`a turn ended with ${JSON.stringify(end)}`);
}

function send(
  url: string,
  agent: Agent,
  headers: Record<string, string>,
  body?: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    request(url, { method, agent, headers }, resolve).once('error', reject).end(body);
  });
}

async function text(response: IncomingMessage): Promise<string> {
  let body = '';
  response.setEncoding('utf8');
  for await (const part of response) body += part;
  return body;
}
