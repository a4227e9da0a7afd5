/** A whole Parley in this process, and browsers without a screen that talk to its page's API. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { type State, type TurnEvents, type TurnView, WINDOW_HEADER } from '../../src/adapters/web/api.ts';
import { type App, startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { emptyFolder, METRICS_TOKEN } from '../fixtures.ts';

export interface Parley extends AsyncDisposable {
  app: App;
  /** Where its store and keys are. */
  folder: string;
  /** Every line logged so far. */
  log: string[];
  browser(): Browser;
}

/** Starts with an empty store, or in `folder` on the one that is there. */
export async function startParley(env: Record<string, string> = {}, folder?: string): Promise<Parley> {
  const place = folder ?? (await emptyFolder());
  const log: string[] = [];
  const config = readConfig({
    STORE_URL: `sqlite://${join(place, 'parley.sqlite')}`,
    PORT: '0',
    METRICS_TOKEN,
    ...env,
  });
  const app = await startApp(
    config,
    pino({ level: 'debug', base: null }, { write: (line: string) => void log.push(line) }),
  );
  return {
    app,
    folder: place,
    log,
    browser: () => browserOf(app.url),
    [Symbol.asyncDispose]: () => app.stop(),
  };
}

export interface Browser {
  /** The same browser at another address of the same Parley. */
  at(url: string): Browser;
  cookies(): Map<string, string>;
  /** A request with this browser's cookies; `json` becomes its body. */
  fetch(path: string, init?: RequestInit & { json?: unknown }): Promise<Response>;
  /** The JSON of an answer that must be a success. */
  get<T>(path: string): Promise<T>;
  state(): Promise<State>;
  newConversation(): Promise<string>;
  /** Sends a message; resolves once it is accepted. */
  send(conversation: string, text: string, rest?: { id?: string; attachments?: string[] }): Promise<TurnView>;
  /**
   * Follows a turn until the server closes.
   * @param before what came on a connection before this one
   * @param onText hears the answer so far, each time that something comes
   */
  follow(
    conversation: string,
    turn: string,
    before?: Pick<Followed, 'text' | 'lastId'>,
    onText?: (text: string) => void,
  ): Promise<Followed>;
  /** Follows a turn; resolves once its answer has these words. */
  sees(conversation: string, turn: string, words: string): Promise<void>;
  turns(conversation: string): Promise<TurnView[]>;
}

export interface Followed extends Partial<TurnEvents['end']> {
  /** The answer, put together as the page does. */
  text: string;
  /** The id of the last event with text; empty where none came. */
  lastId: string;
  /** The events of this connection. */
  events: ReturnType<typeof parseEvents>;
}

/** A kept connection turns out dead after a restart on the same port; a browser then takes another, as here. */
async function fetchAgain(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (
      !(error instanceof Error && error.cause instanceof Error && error.cause.message === 'other side closed')
    ) {
      throw error;
    }
    return fetch(url, init);
  }
}

/** A browser without a screen that has never been there before. */
export function browserOf(url: string, cookies = new Map<string, string>()): Browser {
  const window = randomUUID();
  async function send(path: string, { json, headers, ...init }: RequestInit & { json?: unknown } = {}) {
    const response = await fetchAgain(url + path, {
      redirect: 'manual',
      ...init,
      ...(json !== undefined && { body: JSON.stringify(json) }),
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        [WINDOW_HEADER]: window,
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }
  async function ok<T>(response: Response): Promise<T> {
    const body = await response.json();
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(body)}`);
    return body as T;
  }

  const browser: Browser = {
    at: (other) => browserOf(other, cookies),
    cookies: () => cookies,
    fetch: send,
    get: async (path) => ok(await send(path)),
    state: () => browser.get<State>('/api/state'),
    async newConversation() {
      return (await ok<{ id: string }>(await send('/api/conversations', { method: 'POST', json: {} }))).id;
    },
    async send(conversation, text, { id = randomUUID(), attachments = [] } = {}) {
      const path = `/api/conversations/${conversation}/messages`;
      const sent = await send(path, { method: 'POST', json: { id, text, attachments } });
      return (await ok<{ turn: TurnView }>(sent)).turn;
    },
    async follow(conversation, turn, before = { text: '', lastId: '' }, onText) {
      const headers: Record<string, string> = before.lastId === '' ? {} : { 'last-event-id': before.lastId };
      for (;;) {
        const response = await send(`/api/conversations/${conversation}/turns/${turn}/events`, { headers });
        // There are too many streams: the page asks again, too.
        if (response.status === 429) await sleep(50);
        else {
          const hear = (sent: string) => onText?.(followed(sent, before).text);
          return followed(await readToEnd(response, hear), before);
        }
      }
    },
    sees: (conversation, turn, words) =>
      new Promise((resolve, reject) => {
        const hear = (text: string) => void (text.includes(words) && resolve());
        browser.follow(conversation, turn, undefined, hear).catch(reject);
      }),
    async turns(conversation) {
      return (await browser.get<{ turns: TurnView[] }>(`/api/conversations/${conversation}`)).turns;
    },
  };
  return browser;
}

/** Reads until the connection ends or breaks. `hear` gets all whole events so far, each time. */
async function readToEnd(response: Response, hear: (sent: string) => void): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      hear(text.slice(0, text.lastIndexOf('\n\n') + 2));
    }
  } catch {
    // A page keeps what it has received.
  }
  return text;
}

/** The text that a reader has after these events. */
export function followed(sent: string, before = { text: '', lastId: '' }): Followed {
  const events = parseEvents(sent);
  const result: Followed = { text: before.text, lastId: before.lastId, events };
  for (const { name, data, eventId } of events) {
    if (name === 'text') {
      const { from, text } = data as TurnEvents['text'];
      if (from > result.text.length) throw new Error(`${from} is past what the reader has`);
      result.text = result.text.slice(0, from) + text;
    }
    if (name === 'end') Object.assign(result, data);
    if (eventId !== undefined) result.lastId = eventId;
  }
  return result;
}

interface SentEvent {
  name: string;
  data: unknown;
  eventId?: string;
  /** The length of the answer so far, as its id says. */
  id?: number;
}

export function parseEvents(text: string): SentEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const id = field('id');
      return {
        name: field('event') ?? '',
        data: JSON.parse(field('data') ?? 'null'),
        ...(id !== undefined && { eventId: id, id: Number.parseInt(id, 10) }),
      };
    });
}
